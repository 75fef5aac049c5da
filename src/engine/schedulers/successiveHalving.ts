// Asynchronous successive halving as a stopping rule (Li et al., "A System for Massively Parallel Hyperparameter
// Tuning", MLSys 2020, algorithm 2; the stopping variant needs no trial to be paused and taken up again).
import { itemAt } from '../numeric/at.ts';
import { compareNumbers } from '../numeric/nonDominated.ts';
import { curveOf } from '../study/curve.ts';
import type { Objective } from '../study/objective.ts';
import { objectivesOf, type PruneContext, type PruneDecision, type Pruner } from '../study/pruner.ts';
import { countBetter } from '../study/standing.ts';
import { createStepLists, type LossBy, selfAmong } from '../study/stepLists.ts';
import type { Trial } from '../study/trial.ts';
import { show } from './rungs.ts';

export interface SuccessiveHalvingOptions {
  /** Of the trials that reach a rung, one in `eta` goes on. At least 2; default 3, as in the paper's successors. */
  readonly eta?: number;
  /** Reports before the first rung. Default 1. */
  readonly minReports?: number;
}

/**
 * Rungs stand after `minReports · etaᵏ` reports (1, 3, 9, 27 …): resource is counted in reports, so that epochs
 * counted from 0, from 1 or in hundreds of iterations mean the same. At each report a trial is compared, at the
 * highest rung it has reached, with every other trial that got there; it goes on while fewer than one in `eta` of
 * them, itself included, are strictly better (with several objectives: in an earlier front). Nothing is stopped before
 * `eta` trials have reached the rung.
 *
 * The paper decides once, on arrival, when the first arrivals have little to be compared with. Here a running
 * trial that has meanwhile fallen out of its rung's share stops at its next report.
 */
export const successiveHalving = ({ eta = 3, minReports = 1 }: SuccessiveHalvingOptions = {}): Pruner => {
  const read = createStepLists(lossAfter);
  return { name: 'asha', decide: (context) => decide(context, eta, minReports, read) };
};

/** What a trial had reached after a number of reports. */
const lossAfter: LossBy = ({ intermediate }, reports, direction) => {
  const value = intermediate[reports - 1]?.value;
  return value === undefined || direction === 'minimize' ? value : -value;
};

const decide = (
  context: PruneContext,
  eta: number,
  minReports: number,
  read: ReturnType<typeof createStepLists>,
): PruneDecision => {
  const { trial } = context;
  const objectives = objectivesOf(context);
  const rung = highestRung(trial.intermediate.length, eta, minReports);
  if (rung === undefined) {
    return goOn(
      `The first rung is at ${minReports} reports; this trial has made ${trial.intermediate.length}.`,
    );
  }
  const own = lossesAtRung(trial, rung, objectives);
  const reports = rung === 1 ? '1 report' : `${rung} reports`;
  if (own === undefined) return goOn(`Not every objective has made ${reports}.`);
  const { arrived, better } =
    own.length > 1 ? standAmongFronts(context, rung, own) : standAmong(context, rung, itemAt(own, 0), read);
  if (arrived < eta)
    return goOn(`${arrived} trials have made ${reports}; judging starts at ${Math.ceil(eta)}.`);
  const kept = Math.max(1, Math.floor(arrived / eta));
  const value = itemAt(trial.intermediate, rung - 1).value;
  const shown = own.length > 1 ? 'Its front' : show(value);
  const place = `${shown} after ${reports} was place ${better + 1} of ${arrived}`;
  return better < kept
    ? goOn(`${place}, within the best ${kept}.`)
    : { prune: true, reason: `${Number.isNaN(value) ? 'Diverged: ' : ''}${place}; the best ${kept} go on.` };
};

/** How many have arrived at a rung, the trial itself included, and how many of them are better. */
interface Place {
  readonly arrived: number;
  readonly better: number;
}

const standAmong = (
  { trial, others, direction }: PruneContext,
  rung: number,
  own: number,
  read: ReturnType<typeof createStepLists>,
): Place => {
  const losses = read(others, rung, direction);
  // It may be among the others itself, as it is now or as it was.
  const self = selfAmong(others, trial.number);
  const earlier = self && lossAfter(self, rung, direction);
  const isBetter = earlier !== undefined && compareNumbers(earlier, own) < 0;
  return {
    arrived: losses.size + Number(earlier === undefined),
    better: losses.placeOf(own) - Number(isBetter),
  };
};

const standAmongFronts = (context: PruneContext, rung: number, own: readonly number[]): Place => {
  const { trial, others } = context;
  const peers = others.flatMap((other) => {
    const isSelf = other.number === trial.number;
    const losses = isSelf ? undefined : lossesAtRung(other, rung, objectivesOf(context));
    return losses === undefined ? [] : [losses];
  });
  return { arrived: peers.length + 1, better: countBetter(own, peers) };
};

const goOn = (reason: string): PruneDecision => ({ prune: false, reason });

/** In reports; a rung of a fractional `eta` is rounded up. */
const highestRung = (reports: number, eta: number, minReports: number): number | undefined => {
  if (reports < minReports) return undefined;
  let rung = minReports;
  while (Math.ceil(rung * eta) <= reports) rung = Math.ceil(rung * eta);
  return rung;
};

/** One per objective, each to be minimised; undefined for a trial that has not made so many reports of each. */
const lossesAtRung = (
  trial: Trial,
  rung: number,
  objectives: readonly Objective[],
): readonly number[] | undefined => {
  const losses: number[] = [];
  for (const [index, { direction }] of objectives.entries()) {
    const report = curveOf(trial, index)[rung - 1];
    if (report === undefined) return undefined;
    losses.push(direction === 'minimize' ? report.value : -report.value);
  }
  return losses;
};
