import type { Trial } from './trial.ts';

/** By how much a trial breaks its output constraints in sum; 0 when feasible, infinite when one is NaN. */
export const totalViolation = (trial: Pick<Trial, 'constraints'>): number => {
  let sum = 0;
  for (const constraint of trial.constraints ?? [])
    sum += Number.isNaN(constraint) ? Infinity : Math.max(0, constraint);
  return sum;
};

export const isFeasible = (trial: Pick<Trial, 'constraints'>): boolean => totalViolation(trial) === 0;
