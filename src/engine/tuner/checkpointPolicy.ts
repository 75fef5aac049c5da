import type { CheckpointPolicy } from '../study/request.ts';
import type { TrialState } from '../study/trial.ts';

/** A trial that has a checkpoint. */
export interface CheckpointHolder {
  readonly number: number;
  readonly state: TrialState;
  /** Another trial is still to begin from it. */
  readonly needed: boolean;
  /** Its place among the complete trials, 0 for the best; absent for one that is not complete. */
  readonly rank?: number;
  readonly endedAtMs?: number;
  readonly bytes: number;
}

export interface CheckpointRemoval {
  readonly number: number;
  readonly bytes: number;
  /** For the log: what it was not among. */
  readonly why: string;
}

export const defaultCheckpointPolicy: Required<CheckpointPolicy> = {
  keepBest: 3,
  keepLast: 2,
  maxSizeGb: 10,
};

const isUnfinished = ({ state, needed }: CheckpointHolder): boolean =>
  needed || state === 'running' || state === 'waiting' || state === 'paused';

/**
 * Which checkpoints of ended trials go: those neither among the best nor among the last ended, and beyond the size limit
 * the last ended before the best, the worst of them first. Those of unfinished trials, and those that another begins
 * from, stay whatever they take; so does that of the best trial, unless none is to be kept.
 */
export const checkpointsToRemove = (
  holders: readonly CheckpointHolder[],
  policy: Required<CheckpointPolicy>,
): readonly CheckpointRemoval[] => {
  const { keepBest, keepLast, maxSizeGb } = policy;
  const ended = holders.filter((holder) => !isUnfinished(holder));
  const last = ended.toSorted((a, b) => (b.endedAtMs ?? 0) - (a.endedAtMs ?? 0)).slice(0, keepLast);
  const best = ended
    .filter(({ rank }) => rank !== undefined && rank < keepBest)
    .sort((a, b) => (a.rank ?? 0) - (b.rank ?? 0));
  const why = `neither among the best ${keepBest} nor the last ${keepLast}`;
  const removals: CheckpointRemoval[] = ended
    .filter((holder) => !best.includes(holder) && !last.includes(holder))
    .map(({ number, bytes }) => ({ number, bytes, why }));
  // From the first to go to the last.
  const kept = [
    ...last.filter((holder) => !best.includes(holder)).reverse(),
    ...best.filter(({ rank }) => rank !== 0).reverse(),
  ];
  const all = holders.reduce((sum, { bytes }) => sum + bytes, 0);
  let left = all - removals.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { number, bytes } of kept) {
    if (left <= maxSizeGb * 1e9) break;
    removals.push({ number, bytes, why: `more than ${maxSizeGb} GB in all` });
    left -= bytes;
  }
  return removals;
};
