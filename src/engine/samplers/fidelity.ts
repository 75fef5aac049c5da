import type { IntermediateValue, Trial } from '../study/trial.ts';

/** Trials as they stood at one step, or as they are where `step` is undefined. */
export interface AtFidelity {
  readonly trials: readonly Trial[];
  readonly step: number | undefined;
}

/**
 * Values are compared only with others of the same step: final ones, where at least `enough` trials have them; else
 * those at the highest step that ended some trial and that at least `enough` trials reached (Falkner, Klein, Hutter,
 * "BOHB", ICML 2018, section 4: the model is of the largest budget with enough observations). Trials that did not get
 * there, and those not finished, say what they say without values. Trials are made into others once for each step.
 */
export const createFidelityReader = (): ((
  trials: readonly Trial[],
  objectives: number,
  enough: number,
) => AtFidelity) => {
  const made = new WeakMap<Trial, { readonly step: number; readonly trial: Trial }>();
  const standAt = (trial: Trial, step: number, objectives: number): Trial => {
    const known = made.get(trial);
    if (known?.step === step) return known.trial;
    const values = valuesAtStep(trial, step, objectives);
    const stood =
      values === undefined ? withoutValues(trial) : { ...trial, state: 'complete' as const, values };
    made.set(trial, { step, trial: stood });
    return stood;
  };
  return (trials, objectives, enough) => {
    const step = highestStep(trials, objectives, enough);
    if (step === undefined) return { trials, step };
    return { trials: trials.map((trial) => standAt(trial, step, objectives)), step };
  };
};

const highestStep = (trials: readonly Trial[], objectives: number, enough: number): number | undefined => {
  let complete = 0;
  const ends = new Set<number>();
  for (const trial of trials) {
    if (trial.state === 'complete') complete++;
    const last = trial.intermediate.at(-1);
    if (last !== undefined && (trial.state === 'pruned' || trial.state === 'paused')) ends.add(last.step);
  }
  if (complete >= enough) return undefined;
  const descending = [...ends].sort((a, b) => b - a);
  return descending.find((step) => {
    let reached = 0;
    for (const trial of trials) reached += Number(valuesAtStep(trial, step, objectives) !== undefined);
    return reached >= enough;
  });
};

/** Undefined where one of them was not reported, or the trial says nothing. */
const valuesAtStep = (trial: Trial, step: number, objectives: number): readonly number[] | undefined => {
  if (trial.state === 'failed' || trial.state === 'stopped') return undefined;
  const curves = objectives > 1 ? (trial.curves ?? []) : [trial.intermediate];
  const values: number[] = [];
  for (const curve of curves) {
    const value = valueAt(curve, step);
    if (value !== undefined) values.push(value);
  }
  return values.length === Math.max(1, objectives) ? values : undefined;
};

const valueAt = (curve: readonly IntermediateValue[], step: number): number | undefined => {
  let low = 0;
  let high = curve.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = curve[middle];
    if (entry === undefined) return undefined;
    if (entry.step === step) return entry.value;
    if (entry.step < step) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
};

/** One that finished without a value at the step has none that could be compared. */
const withoutValues = (trial: Trial): Trial => {
  if (trial.state !== 'complete') return trial;
  const { values: _, ...rest } = trial;
  return { ...rest, state: 'stopped' };
};
