import { createPruner, prunerNames } from '../../src/engine/pruners/registry.ts';
import { createRungRule, rungRuleNames } from '../../src/engine/schedulers/registry.ts';
import { prunerConformance } from './pruner.ts';

for (const [names, create] of [
  [prunerNames, createPruner],
  [rungRuleNames, createRungRule],
] as const) {
  for (const name of names) {
    prunerConformance(name, () => {
      const pruner = create({ name, options: {} });
      if (!pruner.ok) throw new Error(pruner.error);
      return pruner.value;
    });
  }
}
