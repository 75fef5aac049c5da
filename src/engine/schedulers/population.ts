// Population-based training (Jaderberg et al., "Population Based Training of Neural Networks", 2017).
import { itemAt } from '../numeric/at.ts';
import type { Assignment } from '../space/parameter.ts';
import { lastStep, lossesAt } from '../study/curve.ts';
import type { Objective } from '../study/objective.ts';
import type { Job, ScheduleContext, Scheduler } from '../study/scheduler.ts';
import { bestFirst } from '../study/standing.ts';
import type { Trial } from '../study/trial.ts';
import { pauseAtFidelity, show } from './rungs.ts';

export interface PopulationOptions {
  /** Members that train side by side. Default 8. */
  readonly population?: number;
  /** Steps between two chances to take over another's checkpoint; 0, the default, for a tenth of a full run. */
  readonly interval?: number;
  /** A full run. Default 100. */
  readonly maxFidelity?: number;
  /** Share of the population at the bottom that takes over from as many at the top. Default 0.25. */
  readonly quantile?: number;
}

/** New values for a member that goes on from a parent's checkpoint. */
export type Explore = (
  context: ScheduleContext,
  parent: Trial,
  parentStep: number,
  interval: number,
) => Assignment;

/** Failed members are replaced so many times the population, in all; then something else is wrong. */
const replacementsPerMember = 5;
/** Members that must have reached a step before the worst of them is replaced. */
const fewestCompared = 4;

/**
 * Every member trains for an interval and pauses; the one that is furthest behind goes on first, so that the members
 * keep together however few slots there are. A member in the bottom share of all that reached its step ends, and a new
 * trial begins from the newest checkpoint of one in the top share with the parent's values, explored. Members are
 * compared at the same step, in a parent's curve where their own begins later.
 */
export const populationScheduler = (
  name: string,
  explore: Explore,
  { population = 8, interval = 0, maxFidelity = 100, quantile = 0.25 }: PopulationOptions,
): Scheduler => {
  const stride = interval > 0 ? interval : maxFidelity / 10;
  const settings = { population, stride, maxFidelity, quantile, explore };
  return {
    name,
    next: (context) => next(context, settings),
    decide: (context) => pauseAtFidelity(context, maxFidelity),
  };
};

interface Settings {
  readonly population: number;
  readonly stride: number;
  readonly maxFidelity: number;
  readonly quantile: number;
  readonly explore: Explore;
}

const next = (context: ScheduleContext, settings: Settings): Job => {
  const { trials, remaining } = context;
  const { population, stride, maxFidelity } = settings;
  const all = trials.filter(({ fidelity }) => fidelity !== undefined);
  const living = all.filter(({ state }) => state !== 'failed' && state !== 'stopped' && state !== 'pruned');
  const started = all.filter(({ parent }) => parent === undefined).length;
  const mayAdd = remaining === undefined || remaining > 0;
  const fidelity = Math.min(stride, maxFidelity);
  if (mayAdd && started < population) {
    const reason = `Member ${started + 1} of ${population}; trains to step ${show(fidelity)} first.`;
    return { kind: 'start', fidelity, reason };
  }
  const lost = all.filter(({ state }) => state === 'failed' || state === 'stopped').length;
  if (mayAdd && living.length < population && lost <= replacementsPerMember * population) {
    const parent = chooseParent(context, living, settings, 0, undefined);
    if (parent !== undefined) return inherit(context, parent, settings, 'takes the place of a lost member');
    return { kind: 'start', fidelity, reason: 'Takes the place of a member that was lost at its start.' };
  }
  return goOn(context, living, settings, mayAdd);
};

/** The paused member furthest behind goes on, or ends for a child of a better one. */
const goOn = (
  context: ScheduleContext,
  living: readonly Trial[],
  settings: Settings,
  mayAdd: boolean,
): Job => {
  const [member] = living
    .filter(({ state }) => state === 'paused')
    .sort((a, b) => progress(a) - progress(b) || a.number - b.number);
  if (member === undefined) {
    return living.some(({ state }) => state === 'running' || state === 'waiting')
      ? { kind: 'wait', reason: 'Every member is training.' }
      : { kind: 'done', reason: 'Every member has been trained to its end.' };
  }
  const { number, fidelity = 0 } = member;
  if (progress(member) < fidelity)
    return {
      kind: 'resume',
      trial: number,
      fidelity,
      reason: `It was paused before it reached step ${show(fidelity)}.`,
    };
  const parent = mayAdd ? chooseParent(context, living, settings, fidelity, member) : undefined;
  if (parent !== undefined) {
    const why = `takes the place of trial ${number}, in the bottom ${show(100 * settings.quantile)} % at step ${show(fidelity)}`;
    return { ...inherit(context, parent, settings, why), ends: [number] };
  }
  const to = Math.min(fidelity + settings.stride, settings.maxFidelity);
  return { kind: 'resume', trial: number, fidelity: to, reason: `It trains on to step ${show(to)}.` };
};

/**
 * A member of the top share at a step, when `member` is in the bottom share there; without a step and a member any of
 * the top share at the last step that four have reached. Undefined when there is nothing to take over.
 */
const chooseParent = (
  context: ScheduleContext,
  living: readonly Trial[],
  settings: Settings,
  step: number,
  member: Trial | undefined,
): Trial | undefined => {
  const { objectives, trials, random } = context;
  const at =
    member === undefined ? Math.min(...living.map(checkpointOf(settings)).filter((s) => s > 0)) : step;
  if (!Number.isFinite(at)) return undefined;
  const reached = living.flatMap((trial) => {
    const losses = lineageLosses(trials, trial, at, objectives);
    return losses === undefined ? [] : [{ trial, losses }];
  });
  if (member !== undefined && reached.length < Math.min(fewestCompared, settings.population))
    return undefined;
  const order = bestFirst(reached.map(({ losses }) => losses)).map((index) => itemAt(reached, index));
  const share = Math.max(1, Math.floor(settings.quantile * order.length));
  if (member !== undefined && !order.slice(-share).some(({ trial }) => trial === member)) return undefined;
  const parents = order
    .slice(0, share)
    .filter(({ trial, losses }) => trial !== member && !losses.some(Number.isNaN))
    .map(({ trial }) => trial)
    .filter((trial) => {
      const checkpoint = checkpointOf(settings)(trial);
      return checkpoint > 0 && checkpoint < settings.maxFidelity;
    });
  return parents.length === 0 ? undefined : itemAt(parents, random.integer(parents.length));
};

const inherit = (context: ScheduleContext, parent: Trial, settings: Settings, why: string): Job => {
  const parentStep = checkpointOf(settings)(parent);
  return {
    kind: 'propose',
    params: settings.explore(context, parent, parentStep, settings.stride),
    fidelity: Math.min(parentStep + settings.stride, settings.maxFidelity),
    reason: `From the checkpoint of trial ${parent.number} at step ${show(parentStep)}; ${why}.`,
    parent: parent.number,
    parentStep,
  };
};

/** The step of a member's newest checkpoint, made when it last paused; that of its parent before it ever did. */
const checkpointOf =
  ({ stride }: Settings) =>
  (trial: Trial): number => {
    const { fidelity = 0, parentStep = 0, state } = trial;
    if (state === 'complete' || (state === 'paused' && progress(trial) >= fidelity)) return fidelity;
    return Math.max(parentStep, Math.ceil(fidelity / stride - 1 - 1e-9) * stride);
  };

const progress = (trial: Trial): number => lastStep(trial) ?? trial.parentStep ?? 0;

/** What a member had reached by a step: in its parent's curve up to the checkpoint it began from. */
export const lineageLosses = (
  trials: readonly Trial[],
  trial: Trial,
  step: number,
  objectives: readonly Objective[],
): readonly number[] | undefined => {
  let owner = trial;
  while (owner.parent !== undefined && step <= (owner.parentStep ?? -Infinity)) {
    const parent = trials[owner.parent];
    if (parent === undefined || parent.number >= owner.number) break;
    owner = parent;
  }
  return lossesAt(owner, step, objectives);
};
