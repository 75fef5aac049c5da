import type { ParamValue, SourceValue } from '../space/parameter.ts';
import type { Span, TunableForm } from './tunable.ts';

/** What a place in source is called and whose it is. */
export interface Naming {
  readonly name: string;
  /** Tells apart slots of one name: `Config` in `Config.lr`. */
  readonly owner?: string;
  /** Tells apart what even the owner does not: `opt_d` in `opt_d = Adam(…, lr=…)`. */
  readonly target?: string;
  readonly form: TunableForm;
  /** Where the name is a variable: the scope it belongs to, as the language numbers its scopes. */
  readonly scope?: number;
}

/** A place that has a name and holds a value. */
export interface Slot extends Naming {
  readonly span: Span;
  readonly text: string;
  /** Absent when the value is no literal that a parameter can take. */
  readonly value?: ParamValue;
  /** A number as Python would write it, where the language writes it otherwise: `10` for `10L`. */
  readonly number?: string;
  /** The items of a list of such literals; only composites take it. */
  readonly items?: readonly ListItem[];
  /** What its declaration lets it be: `choices=["a", "b"]`, `ge=0`. */
  readonly allowed?: Allowed;
  /**
   * Has no name of its own: an argument by its place, an entry of a list. It is meant by the name we give it, or where
   * nothing else on its line can be.
   */
  readonly unnamed?: boolean;
  /** The value in words, when it is no such literal: `a call`. */
  readonly what?: string;
}

/** What a declaration in the source says of the values that a literal may have. */
export interface Allowed {
  readonly choices?: readonly ParamValue[];
  readonly low?: number;
  readonly high?: number;
}

export interface ListItem {
  readonly text: string;
  readonly value: ParamValue;
  /** As in `Slot`. */
  readonly number?: string;
}

/** A slot that holds a literal, or a list of literals where one is asked for. */
export type LiteralSlot = Omit<Slot, 'value'> & { readonly value: SourceValue };

/** A statement that gives values to names. */
export interface Assigning {
  /** The plain names it assigns. */
  readonly names: readonly string[];
  /** All targets as written, `self.acc` and `scores[0]` too. */
  readonly targets: readonly string[];
  /** End of the statement in the file. */
  readonly end: number;
}
