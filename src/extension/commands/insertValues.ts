import path from 'node:path';
import { Uri, WorkspaceEdit, window, workspace } from 'vscode';
import type { FileEdit } from '../../engine/index.ts';
import type { StudyView } from '../../protocol/index.ts';
import { formatCount } from '../../protocol/index.ts';
import type { InsertTarget, TrialTarget } from '../contributions.ts';
import { UserError } from '../platform/failures.ts';
import { showScript } from '../platform/showText.ts';
import { isShowing, type OpenSource, openSource, openSources } from '../state/openSource.ts';
import type { EngineSession } from '../state/session.ts';
import type { Studies } from '../state/studies.ts';
import { pickStudy, pickTrial } from './pickTarget.ts';

export const insertBest = async (studies: Studies, target?: InsertTarget): Promise<void> => {
  const entry = await pickStudy(studies, target, {
    fits: ({ best }) => best !== undefined,
    none: 'No trial is complete yet, so there is no best value to insert.',
  });
  if (entry === undefined) return;
  const { session, study } = entry;
  if (study.best === undefined) throw new UserError('No trial of this study is complete yet.');
  await insertValues(session, study, { trial: target?.trial ?? study.best, parameter: target?.parameter });
};

export const insertTrial = async (
  studies: Studies,
  target?: TrialTarget,
  parameter?: string,
): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ state }) => state === 'complete',
    none: 'No trial is complete yet, so there are no values to insert.',
  });
  if (entry !== undefined)
    await insertValues(entry.session, entry.study, { trial: entry.trial.number, parameter });
};

interface Insertion {
  readonly trial: number;
  readonly parameter: string | undefined;
}

/** Puts a trial's values into the source: one edit, one undo. What no longer stands as expected is left, and said. */
const insertValues = async (
  session: EngineSession,
  study: StudyView,
  { trial, parameter }: Insertion,
): Promise<void> => {
  const open = await openSources(filesOf(session, study));
  const { edits, skipped } = await session.request('insertEdits', {
    study: study.id,
    trial,
    ...(parameter === undefined ? {} : { parameter }),
    texts: Object.fromEntries(open.map(({ file, text }) => [file, text])),
  });
  const { edit, first, inserted, changed } = await collectEdit(edits, open);
  if (inserted > 0 && !(await workspace.applyEdit(edit)))
    throw new UserError('The editor did not accept the change. Try again.');
  if (first !== undefined) await showEdited(first);
  tell({
    trial,
    inserted,
    left: [...skipped.map(({ name, why }) => `${name}: ${why}`), ...changed],
    nothing: edits.length === 0,
  });
};

/** All files with literals of the study, also those on no screen: read as editors do, so that offsets always agree. */
const filesOf = (session: EngineSession, study: StudyView): ReadonlySet<string> =>
  new Set(
    [study.script, ...study.parameters.map(({ file }) => file)].map((file) =>
      path.join(session.folder, file),
    ),
  );

interface CollectedEdit {
  readonly edit: WorkspaceEdit;
  /** The first file that changes. */
  readonly first: string | undefined;
  readonly inserted: number;
  /** Why a literal was left as it is. */
  readonly changed: readonly string[];
}

const collectEdit = async (
  edits: readonly FileEdit[],
  open: readonly OpenSource[],
): Promise<CollectedEdit> => {
  const edit = new WorkspaceEdit();
  const sources = new Map(open.map((source) => [source.file, source]));
  const changed: string[] = [];
  let first: string | undefined;
  let inserted = 0;
  for (const { file, name, start, end, expected, text } of edits) {
    const source = sources.get(file) ?? (await openSource(file));
    sources.set(file, source);
    const place = source.placeOf(start, end);
    if (!source.isUnchanged() || place?.text !== expected) {
      changed.push(`${name}: the text was changed just now`);
      continue;
    }
    if (text === expected) continue;
    edit.replace(place.uri, place.range, text);
    first ??= file;
    inserted++;
  }
  return { edit, first, inserted, changed };
};

const showEdited = async (file: string): Promise<void> => {
  const isVisible = window.visibleTextEditors.some(({ document }) => isShowing(document, file));
  const isNotebookVisible = window.visibleNotebookEditors.some(
    ({ notebook }) => notebook.uri.fsPath === file,
  );
  if (!isVisible && !isNotebookVisible) await showScript(Uri.file(file), { keep: true });
};

const toSentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);

const tell = (result: {
  trial: number;
  inserted: number;
  left: readonly string[];
  nothing: boolean;
}): void => {
  const { trial, inserted, left, nothing } = result;
  if (left.length > 0) {
    const head =
      inserted === 0
        ? 'Nothing was inserted.'
        : `${formatCount(inserted, 'value')} of trial ${trial} inserted; the rest was left.`;
    void window.showWarningMessage(`${head} ${left.map(toSentence).join(' ')}`);
    return;
  }
  const text =
    inserted > 0
      ? `inserted ${formatCount(inserted, 'value')} of trial ${trial}`
      : 'the values are already in the source';
  window.setStatusBarMessage(`TuneLens: ${nothing ? `trial ${trial} has no value to insert` : text}`, 5_000);
};
