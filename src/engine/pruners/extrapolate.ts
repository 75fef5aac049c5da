// Stops a trial that will hardly end better than the best so far (after Domhan et al., IJCAI 2015, section 3.3).
import { chanceBelow, forecastCurve, forecastMean } from '../numeric/curveFit.ts';
import { itemAt } from '../numeric/at.ts';
import { normalCdf } from '../numeric/normal.ts';
import { reportAt } from '../study/curve.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import type { Trial } from '../study/trial.ts';
import { goOn, newestReport, show, stop } from './decision.ts';

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

/**
 * Extrapolates the curve to the step at which the best complete trial ended. Two forecasts count alike: that of the
 * parametric families, and, once five trials are complete, that of how those went on which had been most like it.
 */
export const extrapolatePruner = ({
  chance = 0.05,
  reports = 4,
  warmup = 0,
}: ExtrapolateOptions = {}): Pruner => ({
  name: 'extrapolate',
  decide: (context) => decide(context, chance, Math.max(2, reports), warmup),
});

const decide = (context: PruneContext, least: number, reports: number, warmup: number): PruneDecision => {
  const { trial, direction } = context;
  const newest = newestReport(trial, warmup);
  if ('prune' in newest) return newest;
  const sign = direction === 'minimize' ? 1 : -1;
  const curve = trial.intermediate.filter(({ value }) => Number.isFinite(value));
  if (curve.length < reports || !Number.isFinite(newest.value))
    return goOn(`${curve.length} finite reports; a curve needs ${reports} to be extrapolated.`);
  const finished = completeCurves(context, sign);
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
  const byPeers = chanceByPeers(newest.step, sign * newest.value, finished, best);
  const chance = byPeers === undefined ? byShape : (byShape + byPeers) / 2;
  const expected = `Expected to end at ${show(sign * forecastMean(forecast))} by ${text}: a chance of ${show(chance)} to be better`;
  return chance < least ? stop(`${expected}.`) : goOn(`${expected}; it goes on.`);
};

interface Finished {
  readonly trial: Trial;
  readonly last: number;
  readonly loss: number;
  readonly sign: number;
}

/** Complete trials with a finite value and a curve, from the best; the lower number of equals first. */
const completeCurves = ({ trial, others }: PruneContext, sign: number): readonly Finished[] =>
  others
    .flatMap((other) => {
      const last = other.intermediate.at(-1);
      if (other.state !== 'complete' || other.number === trial.number || last === undefined) return [];
      const value = other.values?.[0] ?? last.value;
      return Number.isFinite(value) ? [{ trial: other, last: last.step, loss: sign * value, sign }] : [];
    })
    .sort((a, b) => a.loss - b.loss || a.trial.number - b.trial.number);

/**
 * Each complete trial says: from where you are you would come as far as I came from the same step on. Those that stood
 * near at that step count most.
 */
const chanceByPeers = (
  step: number,
  own: number,
  finished: readonly Finished[],
  best: Finished,
): number | undefined => {
  const peers = finished.flatMap(({ trial, last, loss, sign }) => {
    const then = reportAt(trial.intermediate, step)?.value ?? Number.NaN;
    return last < best.last || !Number.isFinite(then)
      ? []
      : [{ then: sign * then, gain: loss - sign * then }];
  });
  if (peers.length < fewestPeers) return undefined;
  const distances = peers.map(({ then }) => Math.abs(then - own));
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
