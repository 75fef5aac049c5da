import type { Trial } from '../../src/engine/study/trial.ts';

/** Trial 0, complete with value 0, unless told otherwise. */
export const aTrial = (trial: Partial<Trial> = {}): Trial => {
  const complete = trial.state === undefined || trial.state === 'complete';
  return {
    number: 0,
    state: 'complete',
    params: {},
    intermediate: [],
    ...(complete ? { values: [0] } : {}),
    ...trial,
  };
};

/** A curve reported at steps 0, 1, 2 … */
export const aCurve = (...values: readonly number[]): Trial['intermediate'] =>
  values.map((value, step) => ({ step, value }));
