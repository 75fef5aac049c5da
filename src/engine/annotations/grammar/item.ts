import type { Expression } from '../../space/expression.ts';
import type { ParamValue } from '../../space/parameter.ts';
import type { Direction, MetricLimit } from '../../study/objective.ts';
import type { Strategy } from '../../study/study.ts';
import type { Span } from '../tunable.ts';

/** An expression and the place of its text in the file. */
export interface Placed {
  readonly expression: Expression;
  readonly span: Span;
}

export interface Bound extends Span {
  readonly value: number;
  /** Written without point, and whole. */
  readonly whole: boolean;
}

export interface RangeBody {
  readonly kind: 'range';
  readonly low: Bound;
  readonly high: Bound;
  readonly log: boolean;
  readonly step?: Bound;
  readonly factor?: Bound;
  /** Asked for by `int(…)` or `uniform(…)`; otherwise literal and bounds decide. */
  readonly type?: 'int' | 'float';
  readonly condition?: Placed;
}

export interface ChoicesBody {
  readonly kind: 'choices';
  readonly choices: readonly ParamValue[];
  readonly ordered: boolean;
  readonly condition?: Placed;
  /** Just before the closing bracket, where one more choice would go. */
  readonly insertAt: number;
}

/** `normal(mean, sd)` or `lognormal(mean, sd)`, whose numbers are of the logarithm. */
export interface NormalBody {
  readonly kind: 'normal';
  readonly log: boolean;
  readonly mean: Bound;
  readonly sd: Bound;
  /** The whole call. */
  readonly span: Span;
  readonly low?: Bound;
  readonly high?: Bound;
  readonly step?: Bound;
  readonly factor?: Bound;
  readonly condition?: Placed;
}

/** `1..4`, or `3` for exactly three. */
export interface Counts extends Span {
  readonly least: number;
  readonly most: number;
}

/** What a literal list is asked to be. */
export type ShapeBody =
  | { readonly kind: 'list'; readonly counts: Counts; readonly of: RangeBody | NormalBody | ChoicesBody }
  | { readonly kind: 'permutation'; readonly choices?: readonly ParamValue[] }
  | { readonly kind: 'subset'; readonly choices?: readonly ParamValue[]; readonly counts?: Counts }
  | { readonly kind: 'simplex'; readonly total?: Bound };

export interface CompositeBody {
  readonly kind: 'composite';
  readonly shape: ShapeBody;
  readonly condition?: Placed;
}

/** What one literal is asked to be. */
export type LiteralBody =
  | RangeBody
  | NormalBody
  | ChoicesBody
  | CompositeBody
  | { readonly kind: 'infer'; readonly condition?: Placed }
  | { readonly kind: 'derived'; readonly derived: Placed; readonly condition?: Placed }
  | { readonly kind: 'budget'; readonly low: Bound; readonly high: Bound }
  | { readonly kind: 'seed' }
  /** Something whose problem has been reported already; it still takes its literal. */
  | { readonly kind: 'broken' };

export type Setting =
  | { readonly name: 'trials' | 'parallel' | 'seed' | 'timeMs'; readonly value: number }
  | { readonly name: 'sampler' | 'pruner'; readonly value: Strategy };

/** What the study is asked to do; stands on any comment. */
export type DirectiveBody =
  | { readonly kind: 'where'; readonly constraint: Placed }
  | { readonly kind: 'limit'; readonly limit: MetricLimit }
  | { readonly kind: 'setting'; readonly setting: Setting };

export type ObjectiveBody = {
  readonly kind: 'objective';
  readonly direction: Direction;
  /** Absent: the name that the statement assigns. */
  readonly metric?: string;
};

/** One part of an annotation between separators. */
export interface Item {
  readonly body: LiteralBody | DirectiveBody | ObjectiveBody;
  readonly span: Span;
  /** `lr: 1..2` names the literal it means. */
  readonly target?: Span & { readonly text: string; readonly colonEnd: number };
}
