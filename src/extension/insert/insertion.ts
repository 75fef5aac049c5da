import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { WorkspaceEdit, workspace } from 'vscode';
import type { FileEdit } from '../../engine/index.ts';
import type { InsertedValues, SkippedInsertion, StudyView } from '../../protocol/index.ts';
import { UserError } from '../platform/failures.ts';
import { type OpenSource, openSource, openSources } from '../state/openSource.ts';
import type { EngineSession } from '../state/session.ts';

/** Which values are to go where. */
export interface Insertion {
  readonly session: EngineSession;
  readonly study: StudyView;
  /** Whose values; of no matter for those that stood in the source at first. */
  readonly trial: number;
  readonly values: InsertedValues;
  /** Only these; all when absent. */
  readonly parameters?: readonly string[] | undefined;
}

/** An insertion as it can be made now. */
export interface PlannedInsertion {
  readonly edits: readonly FileEdit[];
  readonly skipped: readonly SkippedInsertion[];
  readonly notes: readonly { readonly name: string; readonly note: string }[];
  /** Files as they were read for it, by path. */
  readonly sources: ReadonlyMap<string, OpenSource>;
}

/** `trial 17`, `trial 17, rounded`, `your own values` */
export const describeValues = ({ trial, values }: Pick<Insertion, 'trial' | 'values'>): string => {
  switch (values) {
    case 'exact':
      return l10n.t('trial {0}', trial);
    case 'rounded':
      return l10n.t('trial {0}, rounded', trial);
    case 'yours':
      return l10n.t('your own values');
  }
};

/** Asks the engine where the values go in the sources as they are now, unsaved edits included. */
export const planInsertion = async ({
  session,
  study,
  trial,
  values,
  parameters,
}: Insertion): Promise<PlannedInsertion> => {
  const open = await openSources(filesOf(session, study));
  const { edits, skipped, notes } = await session.request('insertEdits', {
    study: study.id,
    trial,
    values,
    ...(parameters === undefined ? {} : { parameters }),
    texts: Object.fromEntries(open.map(({ file, text }) => [file, text])),
  });
  const sources = new Map(open.map((source) => [source.file, source]));
  // A file that was renamed is known only now.
  for (const { file } of edits) if (!sources.has(file)) sources.set(file, await openSource(file));
  return { edits, skipped, notes, sources };
};

/**
 * All files with literals of the study, also those on no screen: read as editors do, so that offsets always agree. And
 * those with unsaved edits, one of which may be a file of the study under another name.
 */
const filesOf = (session: EngineSession, study: StudyView): ReadonlySet<string> =>
  new Set([
    ...[study.script, ...study.parameters.map(({ file }) => file)].map((file) =>
      path.join(session.folder, file),
    ),
    ...workspace.textDocuments
      .filter(({ isDirty, uri }) => isDirty && uri.scheme === 'file')
      .map(({ uri }) => uri.fsPath)
      .filter((file) => file.startsWith(session.folder + path.sep)),
  ]);

export interface MadeInsertion {
  /** The first file that changed. */
  readonly first: string | undefined;
  readonly inserted: number;
  /** Literals that were changed while the engine was asked: left as they are. */
  readonly changed: readonly string[];
}

/** One edit, which one undo takes back. What no longer stands as it did when it was planned is left. */
export const makeInsertion = async ({ edits, sources }: PlannedInsertion): Promise<MadeInsertion> => {
  const edit = new WorkspaceEdit();
  const changed: string[] = [];
  let first: string | undefined;
  let inserted = 0;
  for (const { file, name, start, end, expected, text } of edits) {
    const source = sources.get(file);
    const place = source?.placeOf(start, end);
    if (source?.isUnchanged() !== true || place?.text !== expected) {
      changed.push(name);
      continue;
    }
    if (text === expected) continue;
    edit.replace(place.uri, place.range, text);
    first ??= file;
    inserted++;
  }
  if (inserted > 0 && !(await workspace.applyEdit(edit)))
    throw new UserError(l10n.t('The editor did not accept the change. Try again.'));
  return { first, inserted, changed };
};
