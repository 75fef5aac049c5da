// Stops a trial that will hardly end better than the best so far (after Domhan et al., IJCAI 2015, section 3.3).
import { chanceBelow, forecastCurve, forecastMean } from '../numeric/curveFit.ts';
import { itemAt } from '../numeric/at.ts';
import { normalCdf } from '../numeric/normal.ts';
import { reportAt } from '../study/curve.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import type { IntermediateValue } from '../study/trial.ts';
import { goOn, newestReport, show, stop } from './decision.ts';
import { createFinishedReader, type Finished } from './finished.ts';

export interface ExtrapolateOptions {
  /** A trial stops when its chance of ending better than the best is below this. Default 0.05. */
  readonly chance?: number;
  /** Reports a curve needs before it is extrapolated. Default 4. */
  readonly reports?: number;
  /** Reports at steps below this are not judged. Default 0. */
  readonly warmup?: number;
  /** While fewer trials than this are complete, only the leaders run in full. Default 5; 0 lets all. */
  readonly race?: number;
}

/** Complete curves from which the nearest are told. */
const fewestPeers = 5;
/** The best of them are looked at; a curve that is like none of these will not end better than the best. */
const mostPeers = 200;

/** One of so many goes on at each rung of the race. With three the best was lost too often where curves cross. */
const raceFactor = 2;
const raceRungs = 2;

/**
 * Extrapolates the curve to the step at which the best complete trial ended. Two forecasts count alike: that of the
 * parametric families, and, once five trials are complete, that of how those went on which had been most like it.
 * Before that little is known of how curves go on, and a full run is a large part of what was spent: there is a race
 * then, in which a trial stops when it is not among the better half at a quarter and at half of the way (stopping form
 * of ASHA, Li et al., MLSys 2020).
 */
export const extrapolatePruner = ({
  chance = 0.05,
  reports = 4,
  warmup = 0,
  race = 5,
}: ExtrapolateOptions = {}): Pruner => {
  const read = createFinishedReader();
  const settings = { least: chance, reports: Math.max(2, reports), warmup, race };
  return {
    name: 'extrapolate',
    // A running trial is not complete, so it is never among its own peers.
    decide: (context) => decide(context, read(context.others, context.direction).first(mostPeers), settings),
  };
};

interface Settings {
  readonly least: number;
  readonly reports: number;
  readonly warmup: number;
  readonly race: number;
}

const decide = (
  context: PruneContext,
  finished: readonly Finished[],
  { least, reports, warmup, race }: Settings,
): PruneDecision => {
  const { trial, direction } = context;
  const newest = newestReport(trial, warmup);
  if ('prune' in newest) return newest;
  const sign = direction === 'minimize' ? 1 : -1;
  const lost = finished.length < race ? lostRace(context, newest, finished[0]) : undefined;
  if (lost !== undefined) return lost;
  const curve = trial.intermediate.filter(({ value }) => Number.isFinite(value));
  if (curve.length < reports || !Number.isFinite(newest.value))
    return goOn(`${curve.length} finite reports; a curve needs ${reports} to be extrapolated.`);
  const best = finished[0];
  if (best === undefined) return goOn('No complete trial with a curve to compare with yet.');
  const text = `step ${best.last} and ${show(sign * best.loss)} of trial ${best.trial.number}`;
  if (newest.step >= best.last) return goOn(`It has come as far as ${text}.`);
  const losses = curve.map(({ value }) => sign * value);
  if (Math.min(...losses) < best.loss) return goOn(`It is already better than ${text}.`);
  const forecast = forecastCurve(
    curve.map(({ step }) => step),
    losses,
    best.last,
  );
  const byShape = chanceBelow(forecast, best.loss);
  const byPeers = chanceByPeers(newest.step, sign * newest.value, finished, best, sign);
  const chance = byPeers === undefined ? byShape : (byShape + byPeers) / 2;
  const expected = `Expected to end at ${show(sign * forecastMean(forecast))} by ${text}: a chance of ${chance < 0.001 ? 'less than 0.001' : show(chance)} to be better`;
  return chance < least ? stop(`${expected}.`) : goOn(`${expected}; it goes on.`);
};

/** Judged at the report by which a rung is reached, against all that reached it before, whatever became of them. */
const lostRace = (
  { trial, others, direction }: PruneContext,
  newest: IntermediateValue,
  best: Finished | undefined,
): PruneDecision | undefined => {
  if (best === undefined) return undefined;
  const before = trial.intermediate.at(-2)?.step ?? Number.NEGATIVE_INFINITY;
  const rung = Array.from({ length: raceRungs }, (_, i) => Math.ceil(best.last / raceFactor ** (i + 1))).find(
    (step) => newest.step >= step && before < step,
  );
  if (rung === undefined || newest.step >= best.last) return undefined;
  const sign = direction === 'minimize' ? 1 : -1;
  const rivals = others.flatMap((other) => {
    const then = other.number === trial.number ? undefined : reportAt(other.intermediate, rung);
    return then === undefined ? [] : [sign * then.value];
  });
  // A value that is no number is worse than any.
  const better = rivals.filter((rival) => rival < sign * newest.value || Number.isNaN(newest.value)).length;
  const places = Math.max(1, Math.floor((rivals.length + 1) / raceFactor));
  if (better < places) return undefined;
  return stop(
    `${better} of the ${rivals.length} others were better at step ${rung} of ${best.last}; only the better half go on while few trials are complete.`,
  );
};

/**
 * Each complete trial says: from where you are you would come as far as I came from the same step on. Those that stood
 * near at that step count most.
 */
const chanceByPeers = (
  step: number,
  own: number,
  finished: readonly Finished[],
  best: Finished,
  sign: number,
): number | undefined => {
  const peers = finished.flatMap(({ trial, last, loss }) => {
    const then = reportAt(trial.intermediate, step)?.value ?? Number.NaN;
    return last < best.last || !Number.isFinite(then) ? [] : [{ now: sign * then, gain: loss - sign * then }];
  });
  if (peers.length < fewestPeers) return undefined;
  const distances = peers.map(({ now }) => Math.abs(now - own));
  // The width takes in about the nearest quarter, at least two.
  const sorted = distances.toSorted((a, b) => a - b);
  const width = itemAt(sorted, Math.max(1, Math.floor(peers.length / 4))) + Number.MIN_VALUE;
  const weights = distances.map((distance) => Math.exp(-0.5 * (distance / width) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!(sum > 0)) return undefined;
  const mean = peers.reduce((total, { gain }, i) => total + itemAt(weights, i) * gain, 0) / sum;
  const variance =
    peers.reduce((total, { gain }, i) => total + itemAt(weights, i) * (gain - mean) ** 2, 0) / sum;
  // Where the neighbours agree to the last digit there is still the distance between them and this trial.
  const deviation = Math.sqrt(variance) + 0.1 * width;
  let chance = 0;
  for (const [i, { gain }] of peers.entries())
    chance += (itemAt(weights, i) / sum) * normalCdf((best.loss - own - gain) / deviation);
  return chance;
};
