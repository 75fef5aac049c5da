import type { Expression } from './expression.ts';
import type { Assembly } from './expressionNode.ts';

/** A value a parameter can take. Numbers are finite. */
export type ParamValue = number | string | boolean | null;

/** What stands in a source: a parameter's value, or the list that a composite makes of its parts. */
export type SourceValue = ParamValue | readonly ParamValue[];

/** Values by parameter name. Inactive parameters are absent; derived ones are present once completed. */
export type Assignment = Readonly<Record<string, ParamValue>>;

interface ParameterBase {
  readonly name: string;
  /** The parameter is searched only where this holds; over names declared in the same space. */
  readonly condition?: Expression;
}

/** A bell curve over the values, cut off at the ends of the range. With `log`, over their natural logarithms. */
export interface NormalPrior {
  readonly kind: 'normal';
  readonly mean: number;
  readonly sd: number;
}

/** A real number in `[low, high]`; with `step`, one of `low, low + step, …` not above `high`. */
export interface FloatParameter extends ParameterBase {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  /** Searched on a logarithmic scale; then `low > 0`. */
  readonly log: boolean;
  readonly step?: number;
  /** Geometric step: one of `low, low · factor, low · factor², …` not above `high`; `factor > 1`. */
  readonly factor?: number;
  /** Where values are expected; uniform (on the logarithmic scale with `log`) when absent. */
  readonly prior?: NormalPrior;
}

/** A whole number in `[low, high]`; `step` and `factor` as for floats (`step` is whole). */
export interface IntParameter extends ParameterBase {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step?: number;
  readonly factor?: number;
  readonly prior?: NormalPrior;
}

/** One of at least one distinct choices; `ordered` when neighbours in the list are alike. */
export interface CategoricalParameter extends ParameterBase {
  readonly kind: 'categorical';
  readonly choices: readonly ParamValue[];
  readonly ordered: boolean;
}

export interface BoolParameter extends ParameterBase {
  readonly kind: 'bool';
}

export type Parameter = FloatParameter | IntParameter | CategoricalParameter | BoolParameter;

type Unnamed<P> = P extends Parameter ? Omit<P, 'name' | 'condition'> : never;

/** What each item of a list may be. */
export type ItemRange = Unnamed<Parameter>;

/** What the value of a composite looks like. */
export type CompositeShape =
  /** From `least` to `most` values of one range. */
  | { readonly kind: 'list'; readonly least: number; readonly most: number; readonly item: ItemRange }
  /** All choices, in some order. */
  | { readonly kind: 'permutation'; readonly choices: readonly ParamValue[] }
  /** From `least` to `most` of the choices, in their order. */
  | {
      readonly kind: 'subset';
      readonly choices: readonly ParamValue[];
      readonly least: number;
      readonly most: number;
    }
  /** `size` numbers of at least 0 that add up to `total`. */
  | { readonly kind: 'simplex'; readonly size: number; readonly total: number };

/**
 * A value made of several searched parameters, its parts, which stand among the space's `parameters` and are all that
 * samplers see. Each legal value comes of exactly one choice of parts (a simplex up to rounding).
 */
export interface Composite {
  readonly name: string;
  readonly shape: CompositeShape;
  readonly assembly: Assembly;
  readonly condition?: Expression;
}

/** A value that follows from others and is not searched. */
export interface DerivedParameter {
  readonly name: string;
  readonly expression: Expression;
  readonly condition?: Expression;
}

/**
 * What may be proposed. `parameters` stand in dependency order: a condition names only parameters before it,
 * or derived values of such. `constraints` all hold for every proposal (`# tune: where …`).
 */
export interface SearchSpace {
  readonly parameters: readonly Parameter[];
  readonly derived: readonly DerivedParameter[];
  readonly constraints: readonly Expression[];
  /** Absent when there are none. */
  readonly composites?: readonly Composite[];
}
