// Progressive ASHA (Bohdal, Balles, Wistuba, Ermis, Archambeau, Zappella, "PASHA: Efficient HPO and NAS with
// Progressive Resource Allocation", ICLR 2023).
import { at, itemAt } from '../numeric/at.ts';
import { lossesAt, reportAt } from '../study/curve.ts';
import type { Objective } from '../study/objective.ts';
import type { Scheduler } from '../study/scheduler.ts';
import { bestFirst } from '../study/standing.ts';
import type { Trial } from '../study/trial.ts';
import { type AshaPromotionOptions, nextByPromotion } from './ashaPromotion.ts';
import { fidelityDefaults, fullOf, pauseAtFidelity, rungLevels } from './rungs.ts';
import { createRungReader, type RungTable } from './rungTable.ts';

/** Trials of the top rung, the best first, whose order is looked at. */
const mostCompared = 40;
/** Percentile of the distances between criss-crossing curves that counts as noise (section 4.2). */
const noisePercentile = 0.9;

/**
 * ASHA with promotions that begins with the two lowest rungs and opens another one only while the two at the top
 * disagree on the order of the trials, by more than the noise seen in curves that cross each other twice.
 */
export const pashaScheduler = ({
  trials: limit = 0,
  ...fidelities
}: AshaPromotionOptions = {}): Scheduler => {
  const levels = rungLevels(fidelities);
  const eta = fidelities.eta ?? fidelityDefaults.eta;
  const read = createRungReader(levels);
  return {
    name: 'pasha',
    next: (context) => {
      const table = read(context.trials, context.objectives);
      const top = openRungs(table, levels, context.objectives);
      return nextByPromotion(context, { levels, eta, limit, table, top });
    },
    decide: (context) => pauseAtFidelity(context, fullOf(levels)),
  };
};

/** The highest open rung. One that two trials were let into stays open; a single one may be the leader on its own. */
const openRungs = (table: RungTable, levels: readonly number[], objectives: readonly Objective[]): number => {
  const last = levels.length - 1;
  let top = Math.min(1, last);
  while (top < last && table.letBeyond(top) > 1) top++;
  while (top < last && !isOrderStable(table, levels, top, objectives)) top++;
  return top;
};

const isOrderStable = (
  table: RungTable,
  levels: readonly number[],
  top: number,
  objectives: readonly Objective[],
): boolean => {
  const trials = table
    .arrived(top)
    .first(mostCompared)
    .map(({ trial }) => trial);
  if (trials.length < 2) return true;
  const above = trials.map((trial) => lossesAt(trial, itemAt(levels, top), objectives) ?? []);
  const below = trials.map((trial) => lossesAt(trial, itemAt(levels, top - 1), objectives) ?? []);
  const [orderAbove, orderBelow] = [bestFirst(above), bestFirst(below)];
  const noise = noiseOf(trials);
  return orderAbove.every((index, place) => {
    const expected = itemAt(orderBelow, place);
    if (index === expected) return true;
    // With several objectives each place must be held by the same trial or by one as good as it in all of them.
    return itemAt(below, index).every(
      (loss, i) => Math.abs(loss - (itemAt(below, expected)[i] ?? Number.NaN)) <= noise,
    );
  });
};

/** The distance between two curves, where they end, that cross at least twice: neither is better, that is noise. */
const noiseOf = (trials: readonly Trial[]): number => {
  const distances: number[] = [];
  for (let i = 0; i < trials.length; i++) {
    for (let j = 0; j < i; j++) {
      const distance = crissCrossDistance(itemAt(trials, i), itemAt(trials, j));
      if (distance !== undefined) distances.push(distance);
    }
  }
  if (distances.length === 0) return 0;
  const sorted = Float64Array.from(distances).sort();
  return at(sorted, Math.min(sorted.length - 1, Math.floor(noisePercentile * sorted.length)));
};

const crissCrossDistance = (a: Trial, b: Trial): number | undefined => {
  let crossings = 0;
  let sign = 0;
  let distance = 0;
  for (const { step, value } of a.intermediate) {
    const other = reportAt(b.intermediate, step);
    if (other === undefined) break;
    const gap = value - other.value;
    if (Number.isNaN(gap) || gap === 0) continue;
    if (sign !== 0 && Math.sign(gap) !== sign) crossings++;
    sign = Math.sign(gap);
    distance = Math.abs(gap);
  }
  return crossings >= 2 ? distance : undefined;
};
