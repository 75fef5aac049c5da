import { itemAt } from '../numeric/at.ts';
import { nonDominatedFronts } from '../numeric/nonDominated.ts';
import { isFeasible } from '../study/feasibility.ts';
import { isBetter, type Objective } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';

/** One complete trial of the course of a study. */
export interface HistoryPoint {
  readonly number: number;
  readonly value: number;
  /** Best feasible finite value up to and including this trial; undefined before the first. */
  readonly best: number | undefined;
}

/**
 * Number of the trial to recommend: complete, feasible and finite, the best by the first objective; the earlier of
 * equals. With several objectives it is one of `nonDominated`. Undefined while there is none.
 */
export const bestTrial = (trials: readonly Trial[], objectives: readonly Objective[]): number | undefined => {
  const direction = objectives[0]?.direction;
  if (direction === undefined) return undefined;
  const eligible = trials.filter((trial) => isEligible(trial, objectives.length));
  let best: number | undefined;
  for (const { values } of eligible) {
    const value = itemAt(values ?? [], 0);
    if (best === undefined || isBetter(direction, value, best)) best = value;
  }
  const equals = eligible.filter(({ values }) => values?.[0] === best);
  if (objectives.length === 1) return equals[0]?.number;
  // Whoever dominates one of these is as good by the first objective, so that the others need not be compared.
  const front = new Set(nonDominated(equals, objectives));
  return equals.find(({ number }) => front.has(number))?.number;
};

/** Complete trials in number order with the best value so far, for the objective at `index`. */
export const optimizationHistory = (
  trials: readonly Trial[],
  { direction }: Objective,
  index = 0,
): readonly HistoryPoint[] => {
  const points: HistoryPoint[] = [];
  let best: number | undefined;
  for (const trial of trials) {
    const value = trial.values?.[index];
    if (trial.state !== 'complete' || value === undefined) continue;
    const counts = Number.isFinite(value) && isFeasible(trial);
    if (counts && (best === undefined || isBetter(direction, value, best))) best = value;
    points.push({ number: trial.number, value, best });
  }
  return points;
};

/** Numbers of the complete, feasible, finite trials that no other such trial dominates, in number order. */
export const nonDominated = (
  trials: readonly Trial[],
  objectives: readonly Objective[],
): readonly number[] => {
  const eligible = trials.filter((trial) => isEligible(trial, objectives.length));
  const points = eligible.map((trial) =>
    objectives.map(({ direction }, i) => {
      const value = itemAt(trial.values ?? [], i);
      return direction === 'minimize' ? value : -value;
    }),
  );
  return (nonDominatedFronts(points)[0] ?? []).map((index) => itemAt(eligible, index).number);
};

const isEligible = (trial: Trial, objectives: number): boolean =>
  trial.state === 'complete' &&
  trial.values?.length === objectives &&
  trial.values.every(Number.isFinite) &&
  isFeasible(trial);
