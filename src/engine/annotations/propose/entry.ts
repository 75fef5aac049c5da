import type { Scale } from './scale.ts';

/** How sure a proposal is: `high` would be tuned by most, `medium` by many, `low` by few. */
export type Confidence = 'high' | 'medium' | 'low';

/** What a hyperparameter is part of, for grouping proposals. */
export type Group =
  | 'optimizer'
  | 'schedule'
  | 'regularization'
  | 'architecture'
  | 'training'
  | 'augmentation'
  | 'loss'
  | 'model'
  | 'sampling'
  | 'exploration'
  | 'length'
  | 'seed'
  | 'objective'
  | 'other';

/** One kind of hyperparameter that is known by how it is called. */
export interface Entry {
  /** In snake case and lower case; `*` stands for anything. The first entry that matches counts. */
  readonly names: readonly string[];
  /** What it is, in words: `learning rate`. */
  readonly what: string;
  readonly scales: Scale | readonly Scale[];
  readonly group: Group;
  /** `high` when left out. */
  readonly confidence?: Confidence;
  /** Why this range; a sentence's end without its point. By the scale when left out. */
  readonly why?: string;
  /** Means this only among settings (constants, command-line options, fields, dicts), not in any call. */
  readonly settingsOnly?: boolean;
}

/** The arguments of a function or class that are worth tuning. Arguments that are not named here are left alone. */
export interface CallEntry {
  /** Last names of what is called: `AdamW` for `torch.optim.AdamW(…)`. */
  readonly callees: readonly string[];
  /** What these are, in words where the callee's own name does not say it. */
  readonly order?: readonly string[];
  readonly arguments: readonly Entry[];
  /** Only where a module whose name begins like this is imported. */
  readonly modules?: readonly string[];
}

/** `high` when left out: makes a table's rows short. */
export const entry = (
  names: string,
  what: string,
  scales: Scale | readonly Scale[],
  group: Group,
  more: Pick<Entry, 'confidence' | 'why' | 'settingsOnly'> = {},
): Entry => ({ names: names.split(' '), what, scales, group, ...more });

const known = new WeakMap<Entry, RegExp>();

const patternOf = (each: Entry): RegExp => {
  let pattern = known.get(each);
  if (!pattern) {
    const parts = each.names.map((name) => name.replaceAll('*', '[a-z0-9_]*'));
    pattern = new RegExp(`^(?:${parts.join('|')})$`, 'u');
    known.set(each, pattern);
  }
  return pattern;
};

/** Does an entry mean a name, which is in snake case already? */
export const isMeant = (each: Entry, name: string): boolean => patternOf(each).test(name);

/** `learningRate`, `LEARNING_RATE` and `learning-rate` → `learning_rate`. */
export const snakeCase = (name: string): string =>
  name
    .replaceAll(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, '_')
    .replaceAll(/[^\p{L}\p{N}_]/gu, '_')
    .toLowerCase()
    .replace(/^_+/u, '');
