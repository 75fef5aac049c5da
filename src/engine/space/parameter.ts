import type { Expression } from './expression.ts';

/** A value a parameter can take. Numbers are finite. */
export type ParamValue = number | string | boolean | null;

/** Values by parameter name. Inactive parameters are absent; derived ones are present once completed. */
export type Assignment = Readonly<Record<string, ParamValue>>;

interface ParameterBase {
  readonly name: string;
  /** The parameter is searched only where this holds; over names declared in the same space. */
  readonly condition?: Expression;
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
}

/** A whole number in `[low, high]`; `step` and `factor` as for floats (`step` is whole). */
export interface IntParameter extends ParameterBase {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step?: number;
  readonly factor?: number;
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
}
