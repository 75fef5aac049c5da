import * as l10n from '@vscode/l10n';
import { window } from 'vscode';
import { showComparison } from '../comparison/comparison.ts';
import type { SelectedRows, TrialTarget } from '../contributions.ts';
import { NothingToDo } from '../platform/failures.ts';
import type { Studies } from '../state/studies.ts';
import { pickStudy, toTrialItem, type TrialEntry, trialsAmong } from './pickTarget.ts';

const most = 12;

/** Shows the selected trials side by side; asks which where fewer than two are selected. */
export const compareTrials = async (
  studies: Studies,
  selection: readonly unknown[],
  target?: TrialTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const chosen = trialsAmong(studies, selected ?? selection);
  const trials = chosen.length > 1 ? chosen : await askTrials(studies, target, chosen);
  if (trials === undefined) return;
  if (trials.length < 2) throw new NothingToDo(l10n.t('Select at least two trials to compare them.'));
  if (trials.length > most)
    throw new NothingToDo(
      l10n.t('At most {0} trials fit side by side; {1} are selected.', most, trials.length),
    );
  await showComparison(trials);
};

const askTrials = async (
  studies: Studies,
  target: TrialTarget | undefined,
  ticked: readonly TrialEntry[],
): Promise<readonly TrialEntry[] | undefined> => {
  const entry = await pickStudy(studies, target, {
    fits: ({ id }) => (studies.find(id)?.session.mirror.trials(id).length ?? 0) > 1,
    none: l10n.t('No study has two trials yet, so there is nothing to compare.'),
  });
  if (entry === undefined) return undefined;
  const numbers = new Set([
    ...(target?.trial === undefined ? [] : [target.trial]),
    ...ticked.filter(({ study }) => study.id === entry.study.id).map(({ trial }) => trial.number),
  ]);
  const items = [...entry.session.mirror.trials(entry.study.id)].reverse().map((trial) => ({
    ...toTrialItem(entry.study, trial),
    picked: numbers.has(trial.number),
    trial,
  }));
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Compare trials'),
    placeHolder: l10n.t('Tick at least two'),
    canPickMany: true,
    matchOnDescription: true,
  });
  return chosen?.map(({ trial }) => ({ ...entry, trial }));
};
