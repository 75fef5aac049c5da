import { itemAt } from '../numeric/at.ts';
import type { PruneContext } from '../study/pruner.ts';
import type { ReportDecision } from '../study/scheduler.ts';
import { lastStep } from '../study/curve.ts';

/** From which fidelity to which, and how many trials share what one of the next rung gets. */
export interface FidelityOptions {
  /** The least that says anything of a trial. Default 1. */
  readonly minFidelity?: number;
  /** A full run. Default 81. */
  readonly maxFidelity?: number;
  /** Of the trials that reach a rung, one in `eta` goes on, with `eta` times the fidelity. Default 3. */
  readonly eta?: number;
}

export const fidelityDefaults = { minFidelity: 1, maxFidelity: 81, eta: 3 } as const;

/** As they stand in the registry: a share of the data may be as small as a millionth. */
export const fidelityOptions = {
  minFidelity: { default: fidelityDefaults.minFidelity, min: 1e-6 },
  maxFidelity: { default: fidelityDefaults.maxFidelity, min: 1e-6 },
  eta: { default: fidelityDefaults.eta, min: 1.1 },
} as const;

/**
 * Fidelities of the rungs, the last one full and each `eta` times the one before, none below the least; rounded where
 * both ends are whole, since then they count something (epochs). Only the full one where the ends are too near.
 */
export const rungLevels = ({
  minFidelity = fidelityDefaults.minFidelity,
  maxFidelity = fidelityDefaults.maxFidelity,
  eta = fidelityDefaults.eta,
}: FidelityOptions): readonly number[] => {
  // The tolerance keeps log(81)/log(3) = 3.9999999999999996 from losing a rung.
  const halvings = Math.max(0, Math.floor(Math.log(maxFidelity / minFidelity) / Math.log(eta) + 1e-9));
  const isWhole = Number.isInteger(minFidelity) && Number.isInteger(maxFidelity);
  const levels: number[] = [];
  for (let k = halvings; k >= 0; k--) {
    const exact = maxFidelity * eta ** -k;
    const level = isWhole ? Math.max(minFidelity, Math.round(exact)) : exact;
    if (level > (levels.at(-1) ?? 0)) levels.push(level);
  }
  return levels;
};

export const fullOf = (levels: readonly number[]): number => itemAt(levels, levels.length - 1);

/** At a report: a trial that has reached its fidelity pauses, unless that is the full one. */
export const pauseAtFidelity = ({ trial }: PruneContext, full: number): ReportDecision => {
  const step = lastStep(trial);
  const { fidelity } = trial;
  if (fidelity === undefined) return goOn('This trial runs outside the schedule.');
  if (step === undefined) return goOn('Nothing has been reported yet.');
  if (fidelity >= full)
    return goOn(step < full ? `Step ${show(step)} of a full run of ${show(full)}.` : 'The full run is done.');
  return step < fidelity
    ? goOn(`Step ${show(step)} of the ${show(fidelity)} it was given.`)
    : { action: 'pause', reason: `It has reached step ${show(step)}, as far as it was given for now.` };
};

const goOn = (reason: string): ReportDecision => ({ action: 'continue', reason });

/** Four digits are enough for a person. */
export const show = (value: number): string => String(Number(value.toPrecision(4)));
