import type { TrialTarget } from '../contributions.ts';
import type { Studies } from '../state/studies.ts';
import { pickTrial, type TrialEntry } from './pickTarget.ts';

export const stopTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ state }) => state === 'running' || state === 'waiting' || state === 'paused',
    none: 'No trial is running, so there is nothing to stop.',
  });
  if (entry !== undefined)
    await entry.session.request('stopTrial', { study: entry.study.id, trial: entry.trial.number });
};

export const pauseTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ state }) => state === 'running',
    none: 'No trial is running, so there is nothing to pause.',
  });
  if (entry !== undefined)
    await entry.session.request('pauseTrial', { study: entry.study.id, trial: entry.trial.number });
};

export const resumeTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ state }) => state === 'paused',
    none: 'No trial is paused.',
  });
  if (entry !== undefined)
    await entry.session.request('resumeTrial', { study: entry.study.id, trial: entry.trial.number });
};

export const starTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(studies, target, { fits: () => true, none: 'No study has a trial yet.' });
  if (entry === undefined) return;
  const { session, study, trial } = entry;
  await session.request('starTrial', { study: study.id, trial: trial.number, star: !trial.star });
};

export const showOutput = async (
  studies: Studies,
  show: (entry: TrialEntry) => Promise<void>,
  target?: TrialTarget,
): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ log }) => log !== undefined,
    none: 'No trial has any output yet.',
  });
  if (entry !== undefined) await show(entry);
};
