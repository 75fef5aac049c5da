// Synchronous successive halving (Jamieson, Talwalkar, AISTATS 2016).
import type { Scheduler } from '../study/scheduler.ts';
import { fidelityDefaults, type FidelityOptions, fullOf, pauseAtFidelity, rungLevels } from './rungs.ts';
import { type Bracket, createBracketQueue } from './synchronous.ts';

export interface HalvingOptions extends FidelityOptions {
  /** Trials a round starts with; 0, the default, for as many as leave one at the top. */
  readonly width?: number;
  /** Times it is gone through; 0, the default, for as long as the study lasts. */
  readonly rounds?: number;
}

/** Starts many short trials and gives the best share of each rung, when all have reached it, `eta` times the fidelity. */
export const halvingScheduler = ({
  width = 0,
  rounds = 0,
  ...fidelities
}: HalvingOptions = {}): Scheduler => {
  const levels = rungLevels(fidelities);
  const bracket = halvingBracket(levels, fidelities.eta ?? fidelityDefaults.eta, width);
  return {
    name: 'halving',
    next: createBracketQueue({ cycle: [bracket], rounds }),
    decide: (context) => pauseAtFidelity(context, fullOf(levels)),
  };
};

const halvingBracket = (levels: readonly number[], eta: number, width: number): Bracket => {
  const first = width > 0 ? width : Math.ceil(eta ** (levels.length - 1) - 1e-9);
  return levels.map((fidelity, rung) => ({
    fidelity,
    count: Math.max(1, Math.floor(first * eta ** -rung + 1e-9)),
  }));
};
