// Synchronous successive halving over a cycle of brackets: a rung is decided when all its trials have reached it.
// Jamieson, Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016;
// Li et al., "Hyperband", JMLR 18 (2018), algorithm 1.
import { itemAt } from '../numeric/at.ts';
import { lossesAt } from '../study/curve.ts';
import type { Objective } from '../study/objective.ts';
import type { Job, ScheduleContext } from '../study/scheduler.ts';
import { bestFirst } from '../study/standing.ts';
import { isFinished, type Trial } from '../study/trial.ts';
import { createTrialChanges } from '../study/trialChanges.ts';
import { show } from './rungs.ts';

export interface Rung {
  /** Trials that may be in it. */
  readonly count: number;
  readonly fidelity: number;
}

export type Bracket = readonly Rung[];

/** Brackets one after the other, from the first again after the last; `rounds` of 0 is without end. */
export interface BracketPlan {
  readonly cycle: readonly Bracket[];
  readonly rounds: number;
}

/**
 * The next job of a bracket plan. The trials with a fidelity and without a parent fill the first rungs of the brackets
 * in number order, so that every trial's place follows from the trials alone. While a rung waits for its last trials,
 * the next bracket is begun: no slot is idle.
 */
export const createBracketQueue = (plan: BracketPlan): ((context: ScheduleContext) => Job) => {
  const takeChanges = createTrialChanges();
  const sizes = plan.cycle.map((bracket) => itemAt(bracket, 0).count);
  const perRound = sizes.reduce((sum, size) => sum + size, 0);
  /** Places in the list of trials of those that belong to the plan, in order. */
  let members: number[] = [];
  let states: (BracketState | undefined)[] = [];
  let firstOpen = 0;
  let active = 0;
  let objectives: readonly Objective[] = [];

  const place = (bracket: number): { readonly first: number; readonly rungs: Bracket } => {
    const round = Math.floor(bracket / sizes.length);
    const within = bracket % sizes.length;
    let first = round * perRound;
    for (let i = 0; i < within; i++) first += itemAt(sizes, i);
    return { first, rungs: itemAt(plan.cycle, within) };
  };

  const bracketOf = (position: number): number => {
    let left = position % perRound;
    let bracket = Math.floor(position / perRound) * sizes.length;
    for (const size of sizes) {
      if (left < size) return bracket;
      left -= size;
      bracket++;
    }
    return bracket;
  };

  const update = (context: ScheduleContext): void => {
    let stale = !sameDirections(objectives, context.objectives);
    objectives = context.objectives;
    const touched: number[] = [];
    takeChanges(context.trials, (index, before, after) => {
      active += Number(isActive(after)) - Number(isActive(before));
      if (isMember(after) !== isMember(before)) {
        const last = members.at(-1);
        if (isMember(after) && (last === undefined || last < index)) {
          members.push(index);
          touched.push(index);
        } else stale = true;
      } else if (isMember(after)) touched.push(index);
    });
    if (stale) {
      members = context.trials.flatMap((trial, index) => (isMember(trial) ? [index] : []));
      states = [];
      firstOpen = 0;
      return;
    }
    for (const index of touched) {
      const bracket = bracketOf(positionIn(members, index));
      states[bracket] = undefined;
      firstOpen = Math.min(firstOpen, bracket);
    }
  };

  const stateOf = (bracket: number, context: ScheduleContext): BracketState => {
    const noMore = context.remaining !== undefined && context.remaining <= 0;
    const known = states[bracket];
    if (known !== undefined && (known.isFull || !noMore)) return known;
    const { first, rungs } = place(bracket);
    const own = members
      .slice(first, first + itemAt(rungs, 0).count)
      .map((index) => itemAt(context.trials, index));
    const state = judgeBracket(rungs, own, objectives, noMore);
    states[bracket] = state;
    return state;
  };

  return (context) => {
    update(context);
    const mostBrackets = plan.rounds === 0 ? Infinity : plan.rounds * sizes.length;
    const filling = bracketOf(members.length);
    const mayStart = context.remaining === undefined || context.remaining > 0;
    const ends: number[] = [];
    for (let bracket = firstOpen; bracket <= filling && bracket < mostBrackets; bracket++) {
      const state = stateOf(bracket, context);
      ends.push(...state.ends);
      if (state.isClosed && state.ends.length === 0 && bracket === firstOpen) firstOpen++;
      if (state.resume !== undefined) return withEnds(state.resume, ends);
    }
    if (mayStart && filling < mostBrackets) {
      const { first, rungs } = place(filling);
      const { count, fidelity } = itemAt(rungs, 0);
      const reason = `Number ${members.length - first + 1} of the ${count} that start at fidelity ${show(fidelity)}.`;
      return withEnds({ kind: 'start', fidelity, reason }, ends);
    }
    return active > 0
      ? withEnds({ kind: 'wait', reason: 'The rung is decided when all its trials have reached it.' }, ends)
      : withEnds({ kind: 'done', reason: 'Every bracket has been run to its end.' }, ends);
  };
};

export const withEnds = (job: Job, ends: readonly number[]): Job =>
  ends.length === 0 ? job : { ...job, ends };

const isMember = (trial: Trial | undefined): boolean =>
  trial?.fidelity !== undefined && trial.parent === undefined;

const isActive = (trial: Trial | undefined): boolean =>
  trial?.fidelity !== undefined && (trial.state === 'running' || trial.state === 'waiting');

const sameDirections = (a: readonly Objective[], b: readonly Objective[]): boolean =>
  a === b || (a.length === b.length && a.every(({ direction }, i) => direction === b[i]?.direction));

const positionIn = (sorted: readonly number[], value: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (itemAt(sorted, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

interface BracketState {
  /** Has as many trials as it may have. */
  readonly isFull: boolean;
  /** Nothing of it will ever run again. */
  readonly isClosed: boolean;
  readonly resume?: Job;
  /** Paused trials that lost their rung. */
  readonly ends: readonly number[];
}

const judgeBracket = (
  rungs: Bracket,
  trials: readonly Trial[],
  objectives: readonly Objective[],
  noMore: boolean,
): BracketState => {
  const planned = itemAt(rungs, 0).count;
  const isFull = noMore || trials.length >= planned;
  const ends: number[] = [];
  let present = trials;
  for (const [index, { fidelity }] of rungs.entries()) {
    const resume = resumeIn(present, fidelity, index);
    if (resume !== undefined) return { isFull, isClosed: false, resume, ends };
    const isSettled = present.every(
      (trial) => isFinished(trial.state) || hasReached(trial, fidelity, objectives),
    );
    if (!isFull || !isSettled) return { isFull, isClosed: false, ends };
    const next = rungs[index + 1];
    const kept =
      next === undefined ? [] : winners(present, fidelity, objectives, share(next.count, planned, trials));
    for (const trial of present)
      if (trial.state === 'paused' && !kept.includes(trial)) ends.push(trial.number);
    if (kept.length === 0) break;
    present = kept;
  }
  return { isFull, isClosed: true, ends };
};

/** A bracket that ended before it was full keeps the shares of a full one. */
const share = (count: number, planned: number, trials: readonly Trial[]): number =>
  trials.length >= planned ? count : Math.max(1, Math.floor((count * trials.length) / planned));

const hasReached = (trial: Trial, fidelity: number, objectives: readonly Objective[]): boolean =>
  lossesAt(trial, fidelity, objectives) !== undefined;

const resumeIn = (present: readonly Trial[], fidelity: number, rung: number): Job | undefined => {
  for (const trial of present) {
    const step = trial.intermediate.at(-1)?.step ?? -Infinity;
    if (trial.state !== 'paused' || step >= fidelity) continue;
    const reason =
      rung === 0 || trial.fidelity === fidelity
        ? `It was paused before it reached fidelity ${show(fidelity)}.`
        : `Among the best ${present.length} of its rung: goes on to fidelity ${show(fidelity)}.`;
    return { kind: 'resume', trial: trial.number, fidelity, reason };
  }
  return undefined;
};

/** The best of those that reached a rung; none whose first value there is not a number. */
const winners = (
  present: readonly Trial[],
  fidelity: number,
  objectives: readonly Objective[],
  count: number,
): readonly Trial[] => {
  const reached = present.flatMap((trial) => {
    const losses = lossesAt(trial, fidelity, objectives);
    return losses === undefined || losses.some(Number.isNaN) ? [] : [{ trial, losses }];
  });
  return bestFirst(reached.map(({ losses }) => losses))
    .slice(0, count)
    .map((index) => itemAt(reached, index).trial);
};
