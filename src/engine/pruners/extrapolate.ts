// Stops a trial that will hardly end better than the best so far (after Domhan et al., IJCAI 2015, section 3.3).
import { chanceBelow, forecastCurve, forecastMean } from '../numeric/curveFit.ts';
import { itemAt } from '../numeric/at.ts';
import { normalCdf } from '../numeric/normal.ts';
import { reportAt } from '../study/curve.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import { goOn, newestReport, show, stop } from './decision.ts';
import { createFinishedReader, type Finished } from './finished.ts';

export interface ExtrapolateOptions {
  /** A trial stops when its chance of ending better than the best is below this. Default 0.05. */
  readonly chance?: number;
  /** Reports a curve needs before it is extrapolated. Default 4. */
  readonly reports?: number;
  /** Reports at steps below this are not judged. Default 0. */
  readonly warmup?: number;
}

/** Complete curves from which the nearest are told. */
const fewestPeers = 5;
/** The best of them are looked at; a curve that is like none of these will not end better than the best. */
const mostPeers = 200;

/**
 * Extrapolates the curve to the step at which the best complete trial ended. Two forecasts count alike: that of the
 * parametric families, and, once five trials are complete, that of how those went on which had been most like it.
 */
export const extrapolatePruner = ({
  chance = 0.05,
  reports = 4,
  warmup = 0,
}: ExtrapolateOptions = {}): Pruner => {
  const read = createFinishedReader();
  const settings = { least: chance, reports: Math.max(2, reports), warmup };
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
}

const decide = (
  { trial, direction }: PruneContext,
  finished: readonly Finished[],
  { least, reports, warmup }: Settings,
): PruneDecision => {
  const newest = newestReport(trial, warmup);
  if ('prune' in newest) return newest;
  const sign = direction === 'minimize' ? 1 : -1;
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
