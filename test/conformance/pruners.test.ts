import { createPruner, prunerNames } from '../../src/engine/pruners/registry.ts';
import { createScheduler, schedulerNames } from '../../src/engine/schedulers/registry.ts';
import { prunerConformance } from './pruner.ts';

for (const [names, create] of [
  [prunerNames, createPruner],
  [schedulerNames, createScheduler],
] as const) {
  for (const name of names) {
    prunerConformance(name, () => {
      const pruner = create({ name, options: {} });
      if (!pruner.ok) throw new Error(pruner.error);
      return pruner.value;
    });
  }
}
