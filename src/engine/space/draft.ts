import type { CompositeShape, Parameter, ParamValue } from './parameter.ts';

type Undraft<P> = P extends Parameter ? Omit<P, 'condition'> & { readonly condition?: string } : never;

/** A parameter whose condition is still text. */
export type DraftParameter = Undraft<Parameter>;

/** A composite whose condition is still text. */
export type DraftComposite = CompositeShape & { readonly name: string; readonly condition?: string };

export interface DraftDerived {
  readonly name: string;
  readonly expression: string;
  readonly condition?: string;
}

/** A value that is never searched. */
export interface DraftConstant {
  readonly name: string;
  readonly value: ParamValue;
  readonly condition?: string;
}

/** A combination that must not be proposed: what must not hold, or values that must not come together. */
export type DraftForbidden = string | Readonly<Record<string, ParamValue>>;

export interface SpaceDraft {
  readonly parameters: readonly (DraftParameter | DraftComposite)[];
  readonly derived: readonly (DraftDerived | DraftConstant)[];
  readonly constraints: readonly string[];
  readonly forbidden?: readonly DraftForbidden[];
}
