import { diffArrays } from 'diff';

/** What became of the lines of a text: which stayed as they were, and which stretches were written anew. */
export interface LinePairs {
  /** The line in the new text that is the same as a line of the old one and stands in its place. */
  readonly sameAs: ReadonlyMap<number, number>;
  /** Stretches between lines that stayed, in order. */
  readonly changes: readonly LineChange[];
}

/** Old lines `[oldStart, oldEnd)` were replaced by the new ones `[newStart, newEnd)`; either may be none. */
export interface LineChange {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** More changed lines than these are another file rather than the same one edited; telling them apart takes long. */
const mostEdits = 2_000;

/** Compares two texts line by line; a text that has become another one has nothing in common with it. */
export const pairLines = (before: readonly string[], now: readonly string[]): LinePairs => {
  const parts = diffArrays([...before], [...now], { maxEditLength: mostEdits });
  if (parts === undefined)
    return {
      sameAs: new Map(),
      changes: [{ oldStart: 0, oldEnd: before.length, newStart: 0, newEnd: now.length }],
    };
  const sameAs = new Map<number, number>();
  const changes: LineChange[] = [];
  let [oldAt, newAt] = [0, 0];
  let [oldStart, newStart] = [0, 0];
  const endChange = (): void => {
    if (oldAt > oldStart || newAt > newStart)
      changes.push({ oldStart, oldEnd: oldAt, newStart, newEnd: newAt });
  };
  for (const { added, removed, value } of parts) {
    if (removed) oldAt += value.length;
    else if (added) newAt += value.length;
    else {
      endChange();
      for (const _ of value) sameAs.set(oldAt++, newAt++);
      [oldStart, newStart] = [oldAt, newAt];
    }
  }
  endChange();
  return { sameAs, changes };
};
