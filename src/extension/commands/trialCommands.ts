import * as l10n from '@vscode/l10n';
import type { SelectedRows, TrialTarget } from '../contributions.ts';
import type { Studies } from '../state/studies.ts';
import { pickTrial, pickTrials, type TrialEntry } from './pickTarget.ts';

/** Asks the engine for the same of each trial; all are tried, and the first refusal is told. */
const forEach = async (
  entries: readonly TrialEntry[],
  act: (entry: TrialEntry) => Promise<unknown>,
): Promise<void> => {
  const results = await Promise.allSettled(entries.map(act));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
};

export const stopTrial = async (
  studies: Studies,
  target?: TrialTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const entries = await pickTrials(studies, target, selected, {
    fits: ({ state }) => state === 'running' || state === 'waiting' || state === 'paused',
    none: l10n.t('No trial is running, so there is nothing to stop.'),
  });
  await forEach(entries, ({ session, study, trial }) =>
    session.request('stopTrial', { study: study.id, trial: trial.number }),
  );
};

export const pauseTrial = async (
  studies: Studies,
  target?: TrialTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const entries = await pickTrials(studies, target, selected, {
    fits: ({ state }) => state === 'running',
    none: l10n.t('No trial is running, so there is nothing to pause.'),
  });
  await forEach(entries, ({ session, study, trial }) =>
    session.request('pauseTrial', { study: study.id, trial: trial.number }),
  );
};

export const resumeTrial = async (
  studies: Studies,
  target?: TrialTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const entries = await pickTrials(studies, target, selected, {
    fits: ({ state }) => state === 'paused',
    none: l10n.t('No trial is paused.'),
  });
  await forEach(entries, ({ session, study, trial }) =>
    session.request('resumeTrial', { study: study.id, trial: trial.number }),
  );
};

/** Of several, those without a star get one; only when all have one, all lose it. */
export const starTrial = async (
  studies: Studies,
  target?: TrialTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const any = { fits: () => true, none: l10n.t('No study has a trial yet.') };
  const entries = await pickTrials(studies, target, selected, any);
  const star = entries.some(({ trial }) => !trial.star);
  await forEach(entries, ({ session, study, trial }) =>
    session.request('starTrial', { study: study.id, trial: trial.number, star }),
  );
};

export const showOutput = async (
  studies: Studies,
  show: (entry: TrialEntry) => Promise<void>,
  target?: TrialTarget,
): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ log }) => log !== undefined,
    none: l10n.t('No trial has any output yet.'),
  });
  if (entry !== undefined) await show(entry);
};
