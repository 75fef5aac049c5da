import type { CallEntry } from '../entry.ts';
import { boostingCalls } from './boosting.ts';
import { jaxCalls } from './jax.ts';
import { kerasCalls } from './keras.ts';
import { reinforcementCalls } from './reinforcement.ts';
import { sklearnCalls } from './sklearn.ts';
import { torchCalls } from './torch.ts';
import { transformersCalls } from './transformers.ts';

// Libraries that ask for an import of theirs come before those with the same names that do not.
const tables: readonly (readonly CallEntry[])[] = [
  jaxCalls,
  kerasCalls,
  boostingCalls,
  sklearnCalls,
  transformersCalls,
  reinforcementCalls,
  torchCalls,
];

let byCallee: ReadonlyMap<string, readonly CallEntry[]> | undefined;

const index = (): ReadonlyMap<string, readonly CallEntry[]> => {
  const made = new Map<string, CallEntry[]>();
  for (const entry of tables.flat())
    for (const callee of entry.callees) made.set(callee, [...(made.get(callee) ?? []), entry]);
  return made;
};

/** What is known of a call by the last name of what is called, given the modules that the file imports. */
export const callCalled = (callee: string, modules: readonly string[]): CallEntry | undefined => {
  byCallee ??= index();
  return byCallee
    .get(callee)
    ?.find(
      ({ modules: wanted }) =>
        wanted === undefined ||
        wanted.some((name) => modules.some((module) => module === name || module.startsWith(`${name}.`))),
    );
};
