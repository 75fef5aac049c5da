import {
  type Delta,
  growCurve,
  type PanelState,
  type StudyView,
  type TrialNews,
  type TrialView,
} from '../src/protocol/index.ts';

/** The panel's copy of one study. Never edited: each delta makes a new one. */
export interface PanelModel {
  /** What is known; 0 before the first answer. */
  readonly revision: number;
  readonly study: StudyView | undefined;
  /** In order of number. */
  readonly trials: readonly TrialView[];
  /** The study was known, and is not there any more. */
  readonly removed: boolean;
}

export const emptyModel: PanelModel = { revision: 0, study: undefined, trials: [], removed: false };

/** How a person looks at it; the host knows nothing of this but the tab. */
export interface ViewChoices {
  readonly tab: PanelState['tab'];
  readonly sort: Sort;
  readonly selected: number | undefined;
  readonly logScale: boolean;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** Newest first: what is going on stands at the top. */
export const initialChoices: ViewChoices = {
  tab: 'trials',
  sort: { column: 'number', descending: true },
  selected: undefined,
  logScale: false,
};

/**
 * Takes in what changed for the study `id`. Returns `undefined` where the delta begins after what is known: then
 * the panel has missed something and asks `ready`. A delta from 0 replaces everything; an old one changes nothing.
 */
export const applyDelta = (model: PanelModel, id: string, delta: Delta): PanelModel | undefined => {
  if (delta.from > model.revision) return undefined;
  if (delta.from > 0 && delta.to <= model.revision) return model;
  const known = delta.from === 0 ? emptyModel : model;
  if (delta.removedStudies.includes(id)) return { ...emptyModel, revision: delta.to, removed: true };
  const news = delta.trials.filter((trial) => trial.study === id);
  const changed = news.flatMap((trial) => followNews(known.trials, trial));
  // Part of a curve is missing: from the beginning, then.
  if (changed.length < news.length) return { ...model, revision: 0 };
  return {
    revision: delta.to,
    study: delta.studies.find((study) => study.id === id) ?? known.study,
    trials: mergeTrials(known.trials, changed),
    removed: false,
  };
};

const mergeTrials = (known: readonly TrialView[], changed: readonly TrialView[]): readonly TrialView[] => {
  if (changed.length === 0) return known;
  const merged = known.slice();
  for (const trial of [...changed].sort((a, b) => a.number - b.number)) {
    const index = lowerBound(merged, trial.number);
    merged.splice(index, merged[index]?.number === trial.number ? 1 : 0, trial);
  }
  return merged;
};

/** First index whose trial has at least this number. Numbers count from 0, so the number itself is tried first. */
const lowerBound = (trials: readonly TrialView[], number: number): number => {
  if (trials[number]?.number === number) return number;
  let low = 0;
  let high = trials.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((trials[middle]?.number ?? Number.POSITIVE_INFINITY) < number) low = middle + 1;
    else high = middle;
  }
  return low;
};

export const findTrial = (
  trials: readonly TrialView[],
  number: number | undefined,
): TrialView | undefined => {
  if (number === undefined) return undefined;
  const trial = trials[lowerBound(trials, number)];
  return trial?.number === number ? trial : undefined;
};

/** A trial with its news; none where they are of a curve that is not known here. */
const followNews = (known: readonly TrialView[], { grown, ...view }: TrialNews): readonly TrialView[] => {
  if (grown === undefined) return [reviveTrial(view)];
  const curve = growCurve(findTrial(known, view.number)?.intermediate ?? [], grown);
  return curve === undefined ? [] : [{ ...reviveTrial(view), intermediate: curve }];
};

/** Messages travel as JSON, where NaN and the infinities become null, whatever the type says. */
const reviveTrial = (trial: TrialView): TrialView => {
  const lost = (value: number | null): boolean => value === null;
  const revive = (value: number | null): number => value ?? Number.NaN;
  const inValues = trial.values?.some(lost) ?? false;
  const inMetrics = Object.values(trial.metrics).some(lost);
  const inSteps = trial.intermediate.some(({ value }) => lost(value));
  if (!inValues && !inMetrics && !inSteps) return trial;
  return {
    ...trial,
    ...(trial.values && { values: trial.values.map(revive) }),
    metrics: Object.fromEntries(Object.entries(trial.metrics).map(([name, value]) => [name, revive(value)])),
    intermediate: trial.intermediate.map(({ step, value }) => ({ step, value: revive(value) })),
  };
};
