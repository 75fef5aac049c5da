import { describeParameter, describeShape } from '../space/describeParameter.ts';
import type { AnnotatedTunable } from './tunable.ts';

/** What an annotation asks, in its own words and short: `1e-5..0.1 log`, `= 4 * lr`, `budget 1..30`, `seed`. */
export const summaryOf = ({ role }: Pick<AnnotatedTunable, 'role'>): string => {
  switch (role.kind) {
    case 'search':
      return describeParameter(role.parameter);
    case 'composite': {
      const { shape, condition } = role.composite;
      return `${describeShape(shape)}${condition ? ` if ${condition.text}` : ''}`;
    }
    case 'derived':
      return `= ${role.derived.expression.text}${role.derived.condition ? ` if ${role.derived.condition.text}` : ''}`;
    case 'budget':
      return `budget ${role.low}..${role.high}`;
    case 'seed':
      return 'seed';
  }
};
