import path from 'node:path';
import { Uri, window, workspace } from 'vscode';
import type { StudyTarget } from '../contributions.ts';
import { showScript } from '../platform/showText.ts';
import type { Studies } from '../state/studies.ts';
import { archiveFilter } from './housekeeping.ts';
import { pickStudy } from './pickTarget.ts';

export const pauseStudy = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target, {
    fits: ({ state }) => state === 'running',
    none: 'No study is running, so there is nothing to pause.',
  });
  await entry?.session.request('pause', { study: entry.study.id });
};

export const resumeStudy = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const resumable = ['paused', 'stopped', 'failed'];
  const entry = await pickStudy(studies, target, {
    fits: ({ state }) => resumable.includes(state),
    none: 'No study is paused, stopped or failed. To go on after a complete one, tune its script again.',
  });
  await entry?.session.request('resume', { study: entry.study.id });
};

export const stopStudy = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const stoppable = ['running', 'paused', 'needs-objective'];
  const entry = await pickStudy(studies, target, {
    fits: ({ state }) => stoppable.includes(state),
    none: 'No study is running, so there is nothing to stop.',
  });
  await entry?.session.request('stop', { study: entry.study.id });
};

export const removeStudy = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target);
  if (entry === undefined) return;
  const { study, session } = entry;
  const remove = 'Remove study';
  const running = study.counts.running > 0 ? ' Its running trials are stopped.' : '';
  const detail = `All its trials and their output are deleted. The script stays as it is.${running}`;
  const answer = await window.showWarningMessage(
    `Remove the study “${study.name}”?`,
    { modal: true, detail },
    remove,
  );
  if (answer === remove) await session.request('removeStudy', { study: study.id });
};

export const exportStudy = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target);
  if (entry === undefined) return;
  const { study, session } = entry;
  const file = await window.showSaveDialog({
    title: 'Export study',
    defaultUri: Uri.file(path.join(session.folder, `${study.name}.csv`)),
    filters: { 'Comma-separated values': ['csv'], JSON: ['json'], ...archiveFilter },
  });
  if (file === undefined) return;
  if (path.extname(file.path).toLowerCase() === '.tunelens') {
    const withOutput = 'With output';
    const without = 'Without';
    const text = 'Should the archive hold what the trials printed, too?';
    const answer = await window.showInformationMessage(text, { modal: true }, withOutput, without);
    if (answer === undefined) return;
    const logs = answer === withOutput;
    await session.request('exportArchive', { study: study.id, file: file.fsPath, logs });
    window.setStatusBarMessage(`TuneLens: exported to ${path.basename(file.fsPath)}`, 5_000);
    return;
  }
  const format = path.extname(file.path).toLowerCase() === '.json' ? 'json' : 'csv';
  const { text } = await session.request('exportStudy', { study: study.id, format });
  await workspace.fs.writeFile(file, new TextEncoder().encode(text));
  window.setStatusBarMessage(`TuneLens: exported to ${path.basename(file.fsPath)}`, 5_000);
};

export const revealScript = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target);
  if (entry !== undefined) await showScript(Uri.file(path.join(entry.session.folder, entry.study.script)));
};

/** Reads everything there is again, opening engines that are not open yet. */
export const refreshStudies = async (studies: Studies): Promise<void> => {
  await Promise.all(studies.all().map((session) => session.open()));
};
