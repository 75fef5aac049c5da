// Values of trials at a step. Short runs are compared with long ones only here, where both stood at the same step.
import { itemAt } from '../numeric/at.ts';
import type { Objective } from './objective.ts';
import type { IntermediateValue, Trial } from './trial.ts';

/** The last step reported; undefined before the first report. */
export const lastStep = (trial: Pick<Trial, 'intermediate'>): number | undefined =>
  trial.intermediate.at(-1)?.step;

/** The report by which a curve reached `step`: the first one at or behind it; undefined when it has not got there. */
export const reportAt = (
  curve: readonly IntermediateValue[],
  step: number,
): IntermediateValue | undefined => {
  let low = 0;
  let high = curve.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (itemAt(curve, middle).step < step) low = middle + 1;
    else high = middle;
  }
  return curve[low];
};

/**
 * What a trial had reached by `step`, one number per objective, each to be minimised; undefined when it has not got so
 * far. A complete trial that reported no curve counts with its final values where its run ended, and nowhere before.
 */
export const lossesAt = (
  trial: Trial,
  step: number,
  objectives: readonly Pick<Objective, 'direction'>[],
): readonly number[] | undefined => {
  const losses: number[] = [];
  for (const [index, { direction }] of objectives.entries()) {
    const value = reportAt(curveOf(trial, index), step)?.value ?? finalValue(trial, index, step);
    if (value === undefined) return undefined;
    losses.push(direction === 'minimize' ? value : -value);
  }
  return losses;
};

/** The curve of the objective at `index`. */
export const curveOf = (trial: Trial, index: number): readonly IntermediateValue[] =>
  trial.curves?.[index] ?? (index === 0 ? trial.intermediate : []);

const finalValue = (trial: Trial, index: number, step: number): number | undefined =>
  trial.state === 'complete' && trial.fidelity === step ? trial.values?.[index] : undefined;
