import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { Uri, window, workspace } from 'vscode';
import type { SelectedRows, StudyTarget } from '../contributions.ts';
import { showScript } from '../platform/showText.ts';
import type { Studies } from '../state/studies.ts';
import { archiveFilter } from './housekeeping.ts';
import { pickStudies, pickStudy } from './pickTarget.ts';

export const pauseStudy = async (
  studies: Studies,
  target?: StudyTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const entries = await pickStudies(studies, target, selected, {
    fits: ({ state }) => state === 'running',
    none: l10n.t('No study is running, so there is nothing to pause.'),
  });
  await Promise.all(entries.map(({ session, study }) => session.request('pause', { study: study.id })));
};

export const resumeStudy = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const resumable = ['paused', 'stopped', 'failed'];
  const entry = await pickStudy(studies, target, {
    fits: ({ state }) => resumable.includes(state),
    none: l10n.t(
      'No study is paused, stopped or failed. To go on after a complete one, tune its script again.',
    ),
  });
  await entry?.session.request('resume', { study: entry.study.id });
};

export const stopStudy = async (
  studies: Studies,
  target?: StudyTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const stoppable = ['running', 'paused', 'needs-objective'];
  const entries = await pickStudies(studies, target, selected, {
    fits: ({ state }) => stoppable.includes(state),
    none: l10n.t('No study is running, so there is nothing to stop.'),
  });
  await Promise.all(entries.map(({ session, study }) => session.request('stop', { study: study.id })));
};

export const removeStudy = async (
  studies: Studies,
  target?: StudyTarget,
  selected?: SelectedRows,
): Promise<void> => {
  const entries = await pickStudies(studies, target, selected);
  const [first, ...others] = entries;
  if (first === undefined) return;
  const isOne = others.length === 0;
  const remove = isOne ? l10n.t('Remove study') : l10n.t('Remove studies');
  const question = isOne
    ? l10n.t('Remove the study “{0}”?', first.study.name)
    : l10n.t('Remove {0} studies?', entries.length);
  const names = isOne ? [] : [entries.map(({ study }) => study.name).join(', ')];
  const running = entries.some(({ study }) => study.counts.running > 0)
    ? [l10n.t('Running trials are stopped.')]
    : [];
  const what = isOne
    ? l10n.t('All its trials and their output are deleted. The script stays as it is.')
    : l10n.t('All their trials and output are deleted. The scripts stay as they are.');
  const detail = [...names, [what, ...running].join(' ')].join('\n\n');
  const answer = await window.showWarningMessage(question, { modal: true, detail }, remove);
  if (answer !== remove) return;
  for (const { session, study } of entries) await session.request('removeStudy', { study: study.id });
};

export const exportStudy = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target);
  if (entry === undefined) return;
  const { study, session } = entry;
  const file = await window.showSaveDialog({
    title: l10n.t('Export study'),
    defaultUri: Uri.file(path.join(session.folder, `${study.name}.csv`)),
    filters: { [l10n.t('Comma-separated values')]: ['csv'], JSON: ['json'], ...archiveFilter() },
  });
  if (file === undefined) return;
  if (path.extname(file.path).toLowerCase() === '.tunelens') {
    const withOutput = l10n.t('With output');
    const without = l10n.t('Without');
    const text = l10n.t('Should the archive hold what the trials printed, too?');
    const answer = await window.showInformationMessage(text, { modal: true }, withOutput, without);
    if (answer === undefined) return;
    const logs = answer === withOutput;
    await session.request('exportArchive', { study: study.id, file: file.fsPath, logs });
    window.setStatusBarMessage(l10n.t('TuneLens: exported to {0}', path.basename(file.fsPath)), 5_000);
    return;
  }
  const format = path.extname(file.path).toLowerCase() === '.json' ? 'json' : 'csv';
  const { text } = await session.request('exportStudy', { study: study.id, format });
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  window.setStatusBarMessage(l10n.t('TuneLens: exported to {0}', path.basename(file.fsPath)), 5_000);
};

export const revealScript = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target);
  if (entry !== undefined) await showScript(Uri.file(path.join(entry.session.folder, entry.study.script)));
};

/** Reads everything there is again, opening engines that are not open yet. */
export const refreshStudies = async (studies: Studies): Promise<void> => {
  await Promise.all(studies.all().map((session) => session.open()));
};
