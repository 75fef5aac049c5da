// PB2: population-based training whose new values are chosen by a bandit (Parker-Holder, Nguyen, Roberts, "Provably
// Efficient Online Hyperparameter Optimization with Population-Based Bandits", NeurIPS 2020).
import { at } from '../numeric/at.ts';
import { fitTimeVarying } from '../numeric/timeVarying.ts';
import { type Draft, own } from '../space/assignment.ts';
import { fromUnit, toUnit, valueCount } from '../space/encode.ts';
import type { Assignment, Parameter, SearchSpace } from '../space/parameter.ts';
import type { Scheduler, ScheduleContext } from '../study/scheduler.ts';
import type { Trial } from '../study/trial.ts';
import { explore } from './explore.ts';
import { lineageLosses, type PopulationOptions, populationScheduler } from './population.ts';
import { within } from './vector.ts';

/** Newest intervals that the model learns from; older ones have faded by then. */
const mostObserved = 60;
/** Points that the bandit chooses from. */
const candidates = 200;
/** Observed intervals needed for a model. */
const fewestObserved = 4;

export const pb2Scheduler = (options: PopulationOptions = {}): Scheduler =>
  populationScheduler('pb2', exploreByBandit, options);

/**
 * The model predicts by how much an interval improves the loss, from the numeric values it was trained with, the loss
 * it began at and the time. Of random points the one with the highest upper confidence bound is taken; members that
 * train now count as if they had improved as predicted, so that siblings part ways. Choices that have no order are
 * explored as in population-based training.
 */
const exploreByBandit = (
  context: ScheduleContext,
  parent: Trial,
  parentStep: number,
  interval: number,
): Assignment => {
  const { space, random, trials, objectives } = context;
  const explored = explore(space, parent.params, random);
  const numeric = space.parameters.filter(isNumeric);
  const objective = objectives.slice(0, 1);
  const observed: Interval[] = [];
  const pending: Interval[] = [];
  for (const trial of trials) collect(context, trial, interval, observed, pending);
  const recent = observed.sort((a, b) => a.time - b.time || a.number - b.number).slice(-mostObserved);
  const before = lineageLosses(trials, parent, parentStep, objective)?.[0] ?? Number.NaN;
  if (numeric.length === 0 || recent.length < fewestObserved || !Number.isFinite(before)) return explored;
  const features = (values: Assignment, loss: number): Float64Array =>
    Float64Array.from([...numeric.map((parameter) => unitOf(parameter, values)), lossScale(recent)(loss)]);
  const toPoint = ({ time, params, start }: Interval) => ({
    time: time / interval,
    features: features(params, start),
  });
  const model = fitTimeVarying(
    recent.map((one) => ({ ...toPoint(one), value: one.gain })),
    pending.map(toPoint),
  );
  let best: { readonly values: Assignment; readonly bound: number } | undefined;
  for (let i = 0; i < candidates; i++) {
    const values = drawNumeric(space, explored, random.uniform.bind(random));
    const bound = model.upperBound({ time: parentStep / interval + 1, features: features(values, before) });
    if (best === undefined || bound > best.bound) best = { values, bound };
  }
  return best === undefined ? explored : within(space, best.values, random);
};

/** Numbers are what the bandit moves; choices, ordered ones included, are left to exploration. */
const isNumeric = (parameter: Parameter): boolean =>
  (parameter.kind === 'float' || parameter.kind === 'int') && valueCount(parameter) > 1;

const unitOf = (parameter: Parameter, values: Assignment): number => {
  const value = own(values, parameter.name);
  // An inactive one stands in the middle: it makes no difference between two trials that both lack it.
  return value === undefined ? 0.5 : toUnit(parameter, value);
};

const drawNumeric = (space: SearchSpace, explored: Assignment, uniform: () => number): Assignment => {
  const values: Draft = { ...explored };
  for (const parameter of space.parameters)
    if (isNumeric(parameter) && own(explored, parameter.name) !== undefined)
      values[parameter.name] = fromUnit(parameter, uniform());
  return values;
};

interface Interval {
  readonly number: number;
  /** The step at which it ends. */
  readonly time: number;
  readonly params: Assignment;
  /** Loss at its beginning. */
  readonly start: number;
  /** By how much the loss fell; not for pending ones. */
  readonly gain: number;
}

/** The intervals of a trial; the one in which it trains now is pending. */
const collect = (
  { trials, objectives }: ScheduleContext,
  trial: Trial,
  interval: number,
  observed: Interval[],
  pending: Interval[],
): void => {
  const { fidelity, parentStep = 0, params, number } = trial;
  if (fidelity === undefined) return;
  const objective = objectives.slice(0, 1);
  const lossBy = (step: number): number => lineageLosses(trials, trial, step, objective)?.[0] ?? Number.NaN;
  for (let time = parentStep + interval; time <= fidelity + 1e-9; time += interval) {
    // Before the first interval nothing is known of the loss.
    const start = time - interval > 0 ? lossBy(time - interval) : Number.NaN;
    if (!Number.isFinite(start)) continue;
    const gain = start - lossBy(time);
    const one = { number, time, params, start, gain };
    if (Number.isFinite(gain)) observed.push(one);
    else if (trial.state === 'running' || trial.state === 'waiting') pending.push(one);
  }
};

const lossScale = (observed: readonly Interval[]): ((loss: number) => number) => {
  const starts = Float64Array.from(observed, ({ start }) => start).sort();
  const [low, high] = [at(starts, 0), at(starts, starts.length - 1)];
  return (loss) => (high > low ? Math.min(1.5, Math.max(-0.5, (loss - low) / (high - low))) : 0.5);
};
