// Asynchronous successive halving with promotions (Li et al., "A System for Massively Parallel Hyperparameter Tuning",
// MLSys 2020, algorithm 2).
import { itemAt } from '../numeric/at.ts';
import type { Job, ScheduleContext, Scheduler } from '../study/scheduler.ts';
import type { Trial } from '../study/trial.ts';
import {
  fidelityDefaults,
  type FidelityOptions,
  fullOf,
  pauseAtFidelity,
  rungLevels,
  show,
} from './rungs.ts';
import { createRungReader, type RungTable } from './rungTable.ts';
import { withEnds } from './synchronous.ts';

export interface AshaPromotionOptions extends FidelityOptions {
  /** Configurations to start; 0, the default, for as long as the study lasts. */
  readonly trials?: number;
}

/**
 * Each trial pauses at its rung; a free slot takes the best paused trial, of the highest rung where one is within the
 * best 1/eta of all that ever got there, and gives it the next rung's fidelity. Where there is none, a new one starts.
 */
export const ashaPromotionScheduler = ({
  trials: limit = 0,
  ...fidelities
}: AshaPromotionOptions = {}): Scheduler => {
  const levels = rungLevels(fidelities);
  const eta = fidelities.eta ?? fidelityDefaults.eta;
  const read = createRungReader(levels);
  return {
    name: 'asha-promotion',
    next: (context) => {
      const table = read(context.trials, context.objectives);
      return nextByPromotion(context, { levels, eta, limit, table, top: levels.length - 1 });
    },
    decide: (context) => pauseAtFidelity(context, fullOf(levels)),
  };
};

export interface Promotion {
  readonly levels: readonly number[];
  readonly eta: number;
  /** Configurations to start; 0 for no limit. */
  readonly limit: number;
  readonly table: RungTable;
  /** The highest rung that may be reached now. */
  readonly top: number;
}

export const nextByPromotion = (context: ScheduleContext, promotion: Promotion): Job => {
  const { levels, eta, limit, table, top } = promotion;
  const unfinished = table.unfinished.at(0);
  if (unfinished?.fidelity !== undefined) {
    const { number, fidelity } = unfinished;
    const reason = `It was paused before it reached fidelity ${show(fidelity)}.`;
    return { kind: 'resume', trial: number, fidelity, reason };
  }
  for (let k = top - 1; k >= 0; k--) {
    const arrived = table.arrived(k).size;
    const quota = Math.floor(arrived / eta + 1e-9);
    const found = table.promotable(k, quota);
    if (found !== undefined)
      return promote(found, k, levels, `within the best ${quota} of ${arrived} at fidelity`);
  }
  const left = Math.min(context.remaining ?? Infinity, limit === 0 ? Infinity : limit - table.count);
  if (left > 0) {
    const fidelity = itemAt(levels, 0);
    return {
      kind: 'start',
      fidelity,
      reason: `No paused trial is among the best of its rung; this one starts at fidelity ${show(fidelity)}.`,
    };
  }
  if (table.active > 0)
    return { kind: 'wait', reason: 'No more trials start; the running ones decide who goes on.' };
  return finishLeader(promotion) ?? endAll(context.trials);
};

/** When nothing else is left to do and nobody has run in full, the best of the highest rung goes on alone. */
const finishLeader = ({ levels, table }: Promotion): Job | undefined => {
  const top = levels.length - 1;
  if (table.arrived(top).size > 0) return undefined;
  for (let k = top - 1; k >= 0; k--) {
    const leader = table.leader(k);
    if (leader !== undefined) return promote(leader, k, levels, 'the best still there at fidelity');
  }
  return undefined;
};

const promote = (trial: Trial, k: number, levels: readonly number[], why: string): Job => {
  const fidelity = itemAt(levels, k + 1);
  const reason = `It is ${why} ${show(itemAt(levels, k))}; goes on to ${show(fidelity)}.`;
  return { kind: 'resume', trial: trial.number, fidelity, reason };
};

const endAll = (trials: readonly Trial[]): Job => {
  const ends = trials.flatMap(({ state, fidelity, number }) =>
    state === 'paused' && fidelity !== undefined ? [number] : [],
  );
  return withEnds({ kind: 'done', reason: 'All trials have been started and none is to go on.' }, ends);
};
