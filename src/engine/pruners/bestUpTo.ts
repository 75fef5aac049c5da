import { type Direction, isBetter } from '../study/objective.ts';
import type { IntermediateValue } from '../study/trial.ts';

/**
 * The best value reported up to and including `step`; undefined when the curve has not got that far: comparing a
 * short curve with longer ones would compare different amounts of training. NaN only when nothing else was reported.
 */
export const bestUpTo = (
  curve: readonly IntermediateValue[],
  step: number,
  direction: Direction,
): number | undefined => {
  const last = curve.at(-1);
  if (last === undefined || last.step < step) return undefined;
  let best: number | undefined;
  for (const report of curve) {
    if (report.step > step) break;
    if (best === undefined || isBetter(direction, report.value, best)) best = report.value;
  }
  return best;
};
