import * as l10n from '@vscode/l10n';
import { window } from 'vscode';
import { isFinished } from '../../engine/index.ts';
import { RpcError } from '../../protocol/index.ts';
import { type TrialTarget, viewIds } from '../contributions.ts';
import { readSetting } from '../state/settings.ts';
import type { Studies } from '../state/studies.ts';
import { toTrialState } from '../state/words.ts';
import { pickTrial, type TrialEntry } from './pickTarget.ts';

/** Runs a trial once more, after saying what is otherwise now; says how the two compare when it has ended. */
export const rerunTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ state }) => isFinished(state),
    none: l10n.t('No trial has ended yet, so there is none to run again.'),
  });
  if (entry === undefined) return;
  const { session, study, trial } = entry;
  const asked = { study: study.id, trial: trial.number };
  const differences = await window.withProgress({ location: { viewId: viewIds.studies } }, () =>
    session.request('differences', asked).catch(tooSlow),
  );
  if (differences.length > 0 && !(await confirm(trial.number, differences))) return;
  const replica = await session.request('rerun', asked);
  if (differences.length === 0)
    window.setStatusBarMessage(
      l10n.t('TuneLens: trial {0} runs again; nothing is known to differ', trial.number),
      5_000,
    );
  tellWhenEnded(studies, entry, replica.trial);
};

/** Large data files take long to look through; that is no reason to refuse. */
const tooSlow = (error: unknown): readonly string[] => {
  if (error instanceof RpcError && error.code === 'timeout')
    return [l10n.t('It took too long to find out: packages and data files are not compared.')];
  throw error;
};

const confirm = async (trial: number, differences: readonly string[]): Promise<boolean> => {
  const run = l10n.t('Run trial');
  const detail = `${l10n.t('What differs now:')}\n${differences.map((text) => `• ${text}`).join('\n')}`;
  const answer = await window.showWarningMessage(
    l10n.t('Run trial {0} again?', trial),
    { modal: true, detail },
    run,
  );
  return answer === run;
};

/** One message, when the mirror shows that the new trial has ended. */
const tellWhenEnded = (studies: Studies, { session, study }: TrialEntry, number: number): void => {
  const listener = studies.onDidChange(() => {
    const trial = session.mirror.trial(study.id, number);
    const isGone = trial === undefined && session.mirror.study(study.id) === undefined;
    if (!isGone && (trial === undefined || !isFinished(trial.state))) return;
    listener.dispose();
    if (trial === undefined || readSetting('notifications') === 'off') return;
    const text = trial.message ?? l10n.t('Trial {0}: {1}.', number, toTrialState(trial.state));
    void (trial.state === 'complete' && text.startsWith('Equal')
      ? window.showInformationMessage(text)
      : window.showWarningMessage(text));
  });
};
