import type { Parameter } from './parameter.ts';

type Undraft<P> = P extends Parameter ? Omit<P, 'condition'> & { readonly condition?: string } : never;

/** A parameter whose condition is still text. */
export type DraftParameter = Undraft<Parameter>;

export interface DraftDerived {
  readonly name: string;
  readonly expression: string;
  readonly condition?: string;
}

export interface SpaceDraft {
  readonly parameters: readonly DraftParameter[];
  readonly derived: readonly DraftDerived[];
  readonly constraints: readonly string[];
}
