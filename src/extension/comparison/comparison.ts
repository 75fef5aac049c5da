import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  CodeLens,
  type Command,
  type Disposable,
  EventEmitter,
  languages,
  Range,
  type TextDocument,
  Uri,
  window,
  workspace,
} from 'vscode';
import { type TrialEntry, trialsAmong } from '../commands/pickTarget.ts';
import type { TrialTarget } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import type { Studies, StudyEntry } from '../state/studies.ts';
import { collectComparison, renderComparison } from './collectComparison.ts';

const comparisonScheme = 'tunelens-compare';
const snapshotScheme = 'tunelens-snapshot';
const refreshIntervalMs = 1_000;

/** Documents that show trials side by side; they follow what the trials do, and are gone with the window. */
export const registerComparison = (studies: Studies): Disposable => {
  const owned = new Disposables();
  const changed = owned.add(new EventEmitter<Uri>());
  const refresh = owned.add(
    throttle(() => {
      for (const { uri } of workspace.textDocuments) if (uri.scheme === comparisonScheme) changed.fire(uri);
    }, refreshIntervalMs),
  );
  owned.add(studies.onDidChange(() => refresh()));
  owned.add(
    workspace.registerTextDocumentContentProvider(comparisonScheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => contentOf(studies, uri),
    }),
  );
  owned.add(
    workspace.registerTextDocumentContentProvider(snapshotScheme, {
      provideTextDocumentContent: (uri) => readSnapshot(studies, uri),
    }),
  );
  owned.add(
    languages.registerCodeLensProvider(
      { scheme: comparisonScheme },
      { provideCodeLenses: (document) => sourceLenses(studies, document) },
    ),
  );
  return owned;
};

/** Only what is kept of a study's sources: an address may come from anywhere. */
const readSnapshot = async (studies: Studies, { query }: Uri): Promise<string> => {
  const file = path.resolve(query);
  const isKept = studies
    .all()
    .some(({ folder }) => file.startsWith(path.join(folder, '.tunelens', 'snapshots') + path.sep));
  return isKept ? readFile(file, 'utf8') : l10n.t('This source is not kept here.');
};

/** Opens the document of these trials. */
export const showComparison = async (trials: readonly TrialEntry[]): Promise<void> => {
  const rows: readonly TrialTarget[] = trials.map(({ study, trial }) => ({
    study: study.id,
    trial: trial.number,
  }));
  const names = trials.map(({ trial }) => trial.number).join(', ');
  // Without an ending it is plain text, whose lines are not wrapped: columns stay columns.
  const uri = Uri.from({
    scheme: comparisonScheme,
    path: `/${l10n.t('Compare trials {0}', names.length > 30 ? `${names.slice(0, 29)}…` : names)}`,
    query: JSON.stringify(rows),
  });
  await window.showTextDocument(uri, { preview: true });
};

/** The document's address says which trials it shows. */
const trialsOf = (studies: Studies, uri: Uri): readonly TrialEntry[] => {
  try {
    const rows: unknown = JSON.parse(uri.query);
    return Array.isArray(rows) ? trialsAmong(studies, rows) : [];
  } catch {
    return []; // not an address of ours
  }
};

const contentOf = (studies: Studies, uri: Uri): string => {
  const trials = trialsOf(studies, uri);
  if (trials.length === 0) return `${l10n.t('These trials are no longer there.')}\n`;
  return renderComparison(collectComparison(trials, Date.now()));
};

/** Above the table: a comparison of the sources where trials of several studies ran from different ones. */
const sourceLenses = async (studies: Studies, document: TextDocument): Promise<CodeLens[]> => {
  const entries = new Map<string, StudyEntry>();
  for (const entry of trialsOf(studies, document.uri)) entries.set(entry.study.id, entry);
  const [first, ...others] = entries.values();
  if (first === undefined) return [];
  const before = await sourcesOf(first);
  const diffs = await Promise.all(
    others.map(async (other) =>
      (await sourcesOf(other)).flatMap(({ file, snapshot }) => {
        const same = before.find((one) => one.file === file);
        if (same === undefined || same.snapshot === snapshot) return [];
        const names = `${first.study.name} ↔ ${other.study.name}`;
        return [toDiff(file, names, same.snapshot, snapshot)];
      }),
    ),
  );
  return diffs.flat().map((command) => new CodeLens(new Range(0, 0, 0, 0), command));
};

interface Source {
  readonly file: string;
  readonly snapshot: string;
}

const sourcesOf = async ({ session, study }: StudyEntry): Promise<readonly Source[]> =>
  (await session.request('sources', { study: study.id })).files;

const toDiff = (file: string, names: string, before: string, after: string): Command => {
  const title = `${path.posix.basename(file)}: ${names}`;
  return {
    title: l10n.t('Sources differ: {0} ({1})', path.posix.basename(file), names),
    command: 'vscode.diff',
    arguments: [toSnapshot(file, before), toSnapshot(file, after), title],
  };
};

/** With the file's name, so that the editor knows its language; the snapshot's own is a hash. */
const toSnapshot = (file: string, snapshot: string): Uri =>
  Uri.from({ scheme: snapshotScheme, path: `/${file}`, query: snapshot });
