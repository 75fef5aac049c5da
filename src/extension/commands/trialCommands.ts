import type { TrialTarget } from '../contributions.ts';
import type { Studies } from '../state/studies.ts';
import { type TrialEntry, pickTrial } from './pickTarget.ts';

export const stopTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(
    studies,
    target,
    ({ state }) => state === 'running' || state === 'waiting' || state === 'paused',
  );
  if (entry !== undefined)
    await entry.session.request('stopTrial', { study: entry.study.id, trial: entry.trial.number });
};

export const starTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(studies, target, () => true);
  if (entry === undefined) return;
  const { session, study, trial } = entry;
  await session.request('starTrial', { study: study.id, trial: trial.number, star: !trial.star });
};

export const showOutput = async (
  studies: Studies,
  show: (entry: TrialEntry) => Promise<void>,
  target?: TrialTarget,
): Promise<void> => {
  const entry = await pickTrial(studies, target, ({ log }) => log !== undefined);
  if (entry !== undefined) await show(entry);
};
