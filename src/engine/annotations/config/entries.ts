import type { ParamValue } from '../../space/parameter.ts';
import type { ListItem } from '../slot.ts';
import type { Span } from '../tunable.ts';

/** A step of the way to a value: the key in a mapping, or the number in a list. */
export type PathStep = string | number;

/** What stands under a key of a configuration file. */
export interface ConfigEntry {
  readonly path: readonly PathStep[];
  readonly span: Span;
  readonly value?: ParamValue;
  /** One of a list: known by its place, but no named literal of its own line. */
  readonly listed?: boolean;
  /** The items of a list of literals. */
  readonly items?: readonly (ListItem & { readonly span: Span })[];
  /** Comments or the like stand between the items: the list cannot be written anew without losing them. */
  readonly commented?: boolean;
  /** The value in words, where it is nothing that can be tuned. */
  readonly what?: string;
  /** End of the key, for what stands below it: a comment behind the key means that too. */
  readonly keyEnd?: number;
}

/** A piece of a configuration file: its comments, from their sign on, and what it holds. */
export interface ConfigPart {
  readonly comments: readonly Span[];
  readonly entries: readonly ConfigEntry[];
}

/** `optimizer.groups[0].lr` */
export const pathText = (path: readonly PathStep[]): string => {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return text;
};
