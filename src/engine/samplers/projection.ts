// What trials that ended early would have come to. Their last value belongs to a shorter run and is never compared with
// final ones as it stands.
import { itemAt } from '../numeric/at.ts';
import { reportAt } from '../study/curve.ts';
import type { Objective } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';

/** Steps between which curves are followed at most; a study ends trials at few steps, or at all of them. */
const mostLevels = 8;
/** Trials seen at two steps before one is predicted from the other by more than their mean difference. */
const enoughForSlope = 4;

/**
 * The trials, those that were pruned or paused (with something reported) as if complete, with the value that others which
 * stood where they stood went on to: from each step to the next by least squares, with a slope of at least 0; where
 * early and late values have little to do with each other the prediction falls back to the mean. It is never better
 * than the best of the trials that did finish, so that no stopped trial is taken for the best one. Several objectives are left alone.
 * The same objects are returned for what has not changed.
 */
export const createProjector = (): ((
  trials: readonly Trial[],
  objectives: readonly Objective[],
) => readonly Trial[]) => {
  const made = new WeakMap<Trial, { readonly value: number; readonly trial: Trial }>();
  return (trials, objectives) => {
    const [objective] = objectives;
    if (objective === undefined || objectives.length > 1 || !trials.some(endedEarly)) return trials;
    const predict = createPrediction(trials, objective.direction === 'minimize' ? 1 : -1);
    return trials.map((trial) => {
      if (!endedEarly(trial)) return trial;
      const value = predict(trial);
      if (!Number.isFinite(value)) return trial;
      const known = made.get(trial);
      if (known?.value === value) return known.trial;
      const projected: Trial = { ...trial, state: 'complete', values: [value] };
      made.set(trial, { value, trial: projected });
      return projected;
    });
  };
};

const endedEarly = ({ state, intermediate }: Trial): boolean =>
  (state === 'pruned' || state === 'paused') && intermediate.length > 0;

const lastStep = (trial: Trial): number => trial.intermediate.at(-1)?.step ?? 0;

interface Line {
  readonly slope: number;
  readonly offset: number;
}

const createPrediction = (trials: readonly Trial[], sign: 1 | -1): ((trial: Trial) => number) => {
  const steps = [...new Set(trials.filter(endedEarly).map(lastStep))].sort((a, b) => a - b);
  const levels = thinned(steps, mostLevels);
  const finished = trials.filter(
    ({ state }) => state === 'complete' || state === 'pruned' || state === 'paused',
  );
  const lossAt = (trial: Trial, level: number): number => {
    const step = levels[level];
    if (step === undefined)
      return trial.state === 'complete' ? sign * (trial.values?.[0] ?? Number.NaN) : Number.NaN;
    return sign * (reportAt(trial.intermediate, step)?.value ?? Number.NaN);
  };
  const lines = levels.map((_, level) =>
    fitLine(finished.map((trial) => [lossAt(trial, level), lossAt(trial, level + 1)])),
  );
  let best = Infinity;
  for (const trial of finished) {
    const loss = lossAt(trial, levels.length);
    if (Number.isFinite(loss)) best = Math.min(best, loss);
  }
  return (trial) => {
    const last = lastStep(trial);
    let level = levels.findLastIndex((step) => step <= last);
    let loss = sign * (trial.intermediate.at(-1)?.value ?? Number.NaN);
    for (level = Math.max(0, level); level < lines.length; level++) {
      const { slope, offset } = itemAt(lines, level);
      loss = slope * loss + offset;
    }
    return sign * (best < Infinity ? Math.max(loss, best) : loss);
  };
};

const thinned = (steps: readonly number[], most: number): readonly number[] =>
  steps.length <= most
    ? steps
    : Array.from({ length: most }, (_, i) =>
        itemAt(steps, Math.round((i * (steps.length - 1)) / (most - 1))),
      );

const fitLine = (pairs: readonly (readonly [number, number])[]): Line => {
  const known = pairs.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  if (known.length === 0) return { slope: 1, offset: 0 };
  let [meanX, meanY] = [0, 0];
  for (const [x, y] of known) {
    meanX += x / known.length;
    meanY += y / known.length;
  }
  let [xx, xy] = [0, 0];
  for (const [x, y] of known) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  const slope = known.length >= enoughForSlope && xx > 0 ? Math.max(0, xy / xx) : 1;
  return { slope, offset: meanY - slope * meanX };
};
