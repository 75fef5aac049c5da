// Hyperband (Li, Jamieson, DeSalvo, Rostamizadeh, Talwalkar, JMLR 18, 2018): successive halving at every trade-off
// between many short trials and few long ones.
import { itemAt } from '../numeric/at.ts';
import type { Scheduler } from '../study/scheduler.ts';
import { fidelityDefaults, type FidelityOptions, fullOf, pauseAtFidelity, rungLevels } from './rungs.ts';
import { type Bracket, createBracketQueue } from './synchronous.ts';

export interface HyperbandOptions extends FidelityOptions {
  /** Times all brackets are gone through; 0, the default, for as long as the study lasts. */
  readonly rounds?: number;
}

export const hyperbandScheduler = ({ rounds = 0, ...fidelities }: HyperbandOptions = {}): Scheduler => {
  const levels = rungLevels(fidelities);
  return {
    name: 'hyperband',
    next: createBracketQueue({
      cycle: hyperbandBrackets(levels, fidelities.eta ?? fidelityDefaults.eta),
      rounds,
    }),
    decide: (context) => pauseAtFidelity(context, fullOf(levels)),
  };
};

/**
 * The brackets from the most exploring one (s = s_max) to plain full runs (s = 0). The first rung of bracket s has
 * ⌊(s_max + 1)/(s + 1)⌋ · ηˢ trials: with the inner floor, which algorithm 1 lacks, as in the paper's own table for
 * R = 81 and η = 3 and in its authors' code.
 */
export const hyperbandBrackets = (levels: readonly number[], eta: number): readonly Bracket[] => {
  const most = levels.length - 1;
  return Array.from({ length: levels.length }, (_, bracket) => {
    const s = most - bracket;
    const width = Math.ceil(Math.floor((most + 1) / (s + 1)) * eta ** s - 1e-9);
    return Array.from({ length: s + 1 }, (_, rung) => ({
      count: Math.max(1, Math.floor(width * eta ** -rung + 1e-9)),
      fidelity: itemAt(levels, most - s + rung),
    }));
  });
};
