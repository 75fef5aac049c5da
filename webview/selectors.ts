import type { Objective } from '../src/engine/index.ts';
import { isFinished } from '../src/engine/index.ts';
import { countFinished, type StudyView, type TrialView } from '../src/protocol/index.ts';
import { findTrial, type PanelModel } from './store.ts';

/** What a person may do with the study now. */
export interface StudyActions {
  readonly pause: boolean;
  readonly resume: boolean;
  readonly stop: boolean;
  readonly insertBest: boolean;
  readonly exportStudy: boolean;
  readonly chooseObjective: boolean;
}

export const collectStudyActions = (study: StudyView): StudyActions => {
  const total = Object.values(study.counts).reduce((sum, count) => sum + count, 0);
  return {
    pause: study.state === 'running',
    resume: study.state === 'paused' || study.state === 'stopped' || hasFailedLater(study),
    stop: ['running', 'paused', 'needs-objective'].includes(study.state),
    insertBest: study.best !== undefined,
    exportStudy: total > 0,
    chooseObjective: study.state === 'needs-objective',
  };
};

/** Where the person's own values failed already, no other trial can do better: the script has to be mended first. */
const hasFailedLater = (study: StudyView): boolean => study.state === 'failed' && study.counts.complete > 0;

export interface TrialActions {
  readonly insert: boolean;
  readonly stop: boolean;
  readonly showOutput: boolean;
}

export const collectTrialActions = (trial: TrialView): TrialActions => ({
  insert: Object.keys(trial.params).length > 0,
  stop: !isFinished(trial.state),
  showOutput: trial.log !== undefined,
});

export interface Progress {
  readonly finished: number;
  readonly budget: number | undefined;
  /** Of 1; absent without a budget of trials. */
  readonly share: number | undefined;
}

export const collectProgress = (study: StudyView): Progress => {
  const { trialBudget } = study;
  const finished = countFinished(study);
  const share =
    trialBudget === undefined ? undefined : trialBudget > 0 ? Math.min(1, finished / trialBudget) : 1;
  return { finished, budget: trialBudget, share };
};

/** The best trial and how it stands to the person's own values. */
export interface Best {
  readonly objective: Objective;
  readonly trial: TrialView;
  readonly value: number;
  /** The baseline's value, where it has one and is not itself the best. */
  readonly baseline: number | undefined;
}

export const collectBest = ({ study, trials }: PanelModel): Best | undefined => {
  const objective = study?.objectives[0];
  const trial = findTrial(trials, study?.best);
  const value = trial?.values?.[0];
  if (objective === undefined || trial === undefined || value === undefined) return undefined;
  const baseline = trial.number === 0 ? undefined : findTrial(trials, 0)?.values?.[0];
  return { objective, trial, value, baseline };
};

/** A message split for reading: what happened, and what the program said (a traceback), if there is more. */
export interface ReadableMessage {
  readonly summary: string;
  readonly detail: string | undefined;
}

export const splitMessage = (message: string): ReadableMessage => {
  const text = message.trim();
  const end = text.indexOf('\n');
  if (end < 0) return { summary: text, detail: undefined };
  // The traceback's own indentation carries meaning; only blank lines around it go.
  const detail = text.slice(end + 1).replace(/^(?:[ \t]*\r?\n)+/, '');
  return { summary: text.slice(0, end).trim(), detail: detail === '' ? undefined : detail };
};

/** How long a trial has run, or ran; `undefined` when it did not start. */
export const durationMs = (trial: TrialView, nowMs: number): number | undefined => {
  if (trial.startedAtMs === undefined) return undefined;
  if (trial.endedAtMs !== undefined) return Math.max(0, trial.endedAtMs - trial.startedAtMs);
  return trial.state === 'running' ? Math.max(0, nowMs - trial.startedAtMs) : undefined;
};

/** The value shown for a trial: its result, or while it runs (or was cut short) the newest it reported. */
export const shownValue = (
  trial: TrialView,
  objectiveIndex: number,
  objective: Objective,
): number | undefined =>
  trial.values?.[objectiveIndex] ??
  (objectiveIndex === 0 ? trial.intermediate.at(-1)?.value : undefined) ??
  trial.metrics[objective.metric];
