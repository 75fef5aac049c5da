import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  commands,
  type Disposable,
  EventEmitter,
  type Tab,
  TabInputTextDiff,
  Uri,
  window,
  workspace,
} from 'vscode';
import { contextKeys, previewScheme } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { NothingToDo } from '../platform/failures.ts';
import { debounce } from '../platform/throttle.ts';
import { fileUriOf, isNotebookFile } from '../state/notebooks.ts';
import { collectRemarks, describeDifference, describeRounded, withEdits } from './collectPreview.ts';
import { collectOutcome } from './collectOutcome.ts';
import { insertValues } from './insertValues.ts';
import { tellOutcome } from './tellOutcome.ts';
import { describeValues, type Insertion, type PlannedInsertion, planInsertion } from './insertion.ts';

/** After the last key, before a preview follows what was typed. */
const quietMs = 300;

interface Preview {
  readonly id: string;
  insertion: Insertion;
  title: string;
  /** What each of its documents shows, by URI. */
  readonly texts: Map<string, string>;
  /** The sources it is about. */
  files: ReadonlySet<string>;
}

/**
 * Shows what an insertion would change as a diff of the source, and follows the source while it is edited. The button in
 * the title bar inserts; another one rounds the values, or takes that back.
 */
export class InsertPreviews implements Disposable {
  private readonly owned = new Disposables();
  private readonly open = new Map<string, Preview>();
  private readonly changed = this.owned.add(new EventEmitter<Uri>());
  private readonly stale = new Set<Preview>();
  private count = 0;

  constructor() {
    this.owned.add(
      workspace.registerTextDocumentContentProvider(previewScheme, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) => this.open.get(idIn(uri))?.texts.get(uri.toString()) ?? '',
      }),
    );
    const follow = this.owned.add(debounce(() => void this.refreshStale(), quietMs));
    this.owned.add(
      workspace.onDidChangeTextDocument(({ document }) => {
        if (this.open.size === 0) return;
        const file = fileUriOf(document).fsPath;
        for (const preview of this.open.values()) if (preview.files.has(file)) this.stale.add(preview);
        if (this.stale.size > 0) follow();
      }),
    );
    this.owned.add(
      window.tabGroups.onDidChangeTabs(({ closed }) => {
        for (const tab of closed) this.forget(tab);
        this.showKeys();
      }),
    );
    this.owned.add(window.tabGroups.onDidChangeTabGroups(() => this.showKeys()));
  }

  dispose(): void {
    this.owned.dispose();
    this.open.clear();
  }

  /** Opens the diff; says so where there is nothing to insert. */
  async show(insertion: Insertion): Promise<void> {
    const planned = await planInsertion(insertion);
    if (planned.edits.length === 0) {
      const nothing = { inserted: 0, changed: [] };
      tellOutcome(collectOutcome(describeValues(insertion), planned, nothing), planned.skipped);
      return;
    }
    const preview: Preview = {
      id: String(++this.count),
      insertion,
      title: '',
      texts: new Map(),
      files: new Set(),
    };
    this.open.set(preview.id, preview);
    await this.present(preview, planned);
    this.tellRemarks(preview, planned);
  }

  /** Makes the insertion that is shown in the active tab. */
  async apply(): Promise<void> {
    const tab = window.tabGroups.activeTabGroup.activeTab;
    const preview = this.previewIn(tab);
    if (preview === undefined || tab === undefined)
      throw new NothingToDo(l10n.t('Open a preview of values first: “Preview best values”.'));
    await window.tabGroups.close(tab);
    await insertValues(preview.insertion);
  }

  /** Shows the active preview's values rounded, or exactly. */
  async useValues(values: 'exact' | 'rounded'): Promise<void> {
    const tab = window.tabGroups.activeTabGroup.activeTab;
    const preview = this.previewIn(tab);
    if (preview === undefined || tab === undefined)
      throw new NothingToDo(l10n.t('Open a preview of values first: “Preview best values”.'));
    const { session, study, trial } = preview.insertion;
    if (values === 'rounded') {
      const simplified = await session.request('simplified', { study: study.id, trial });
      if (simplified.message !== undefined) {
        void window.showInformationMessage(l10n.t('Not rounded: {0}', simplified.message));
        return;
      }
      window.setStatusBarMessage(
        `TuneLens: ${describeDifference(simplified)} · ${describeRounded(simplified)}`,
        10_000,
      );
    }
    const insertion = { ...preview.insertion, values };
    const planned = await planInsertion(insertion);
    // Another diff with another title, since a tab's title stays what it was.
    await window.tabGroups.close(tab);
    const next: Preview = { ...preview, id: String(++this.count), insertion, texts: new Map() };
    this.open.set(next.id, next);
    await this.present(next, planned);
  }

  private async present(preview: Preview, planned: PlannedInsertion): Promise<void> {
    const sides = this.fill(preview, planned);
    const whose = describeWhose(preview.insertion);
    const [first, ...others] = sides;
    if (first === undefined) return;
    const about = others.length === 0 ? first.file : preview.insertion.study.script;
    preview.title = `${path.basename(about)} ↔ ${whose}`;
    if (others.length === 0)
      await commands.executeCommand('vscode.diff', first.left, first.right, preview.title, { preview: true });
    else
      await commands.executeCommand(
        'vscode.changes',
        preview.title,
        sides.map(({ left, right }) => [left, left, right]),
      );
    this.showKeys();
  }

  /** Works out what each document of a preview shows. */
  private fill(preview: Preview, { edits, sources }: PlannedInsertion): readonly Side[] {
    const changedFiles = new Set(edits.map(({ file }) => file));
    const files = new Set([...preview.files, ...changedFiles]);
    preview.files = files;
    return [...files].flatMap((file): readonly Side[] => {
      const source = sources.get(file);
      if (source === undefined) return [];
      const right = uriOf(file, preview.id, 'then');
      const text = withEdits(
        source.text,
        edits.filter((edit) => edit.file === file),
      );
      this.put(preview, right, text);
      if (!isNotebookFile(Uri.file(file))) return [{ file, left: Uri.file(file), right }];
      // Of a notebook the code of its cells is compared: its file holds outputs and more.
      const left = uriOf(file, preview.id, 'now');
      this.put(preview, left, source.text);
      return [{ file, left, right }];
    });
  }

  private put(preview: Preview, uri: Uri, text: string): void {
    const key = uri.toString();
    if (preview.texts.get(key) === text) return;
    preview.texts.set(key, text);
    this.changed.fire(uri);
  }

  private async refreshStale(): Promise<void> {
    const stale = [...this.stale];
    this.stale.clear();
    for (const preview of stale) {
      if (!this.open.has(preview.id)) continue;
      try {
        this.fill(preview, await planInsertion(preview.insertion));
      } catch {
        // Half a file, or one that is being replaced: the next change tries again, and inserting plans anew.
      }
    }
  }

  private tellRemarks(preview: Preview, planned: PlannedInsertion): void {
    const remarks = collectRemarks(planned);
    if (remarks === undefined) return;
    const insert = l10n.t('Insert');
    const show = remarks.isWarning ? window.showWarningMessage : window.showInformationMessage;
    void show(remarks.text, insert).then(async (chosen) => {
      if (chosen !== insert) return;
      for (const tab of window.tabGroups.all.flatMap(({ tabs }) => tabs))
        if (this.previewIn(tab) === preview) await window.tabGroups.close(tab);
      await insertValues(preview.insertion);
    });
  }

  /** A diff of several files has no input that extensions can see: it is known by its title, and how many there are. */
  private previewIn(tab: Tab | undefined): Preview | undefined {
    if (tab === undefined) return undefined;
    if (tab.input instanceof TabInputTextDiff)
      return tab.input.modified.scheme === previewScheme
        ? this.open.get(idIn(tab.input.modified))
        : undefined;
    return [...this.open.values()].findLast(
      ({ title }) => tab.label === title || tab.label.startsWith(`${title} (`),
    );
  }

  private forget(tab: Tab): void {
    const preview = this.previewIn(tab);
    if (preview !== undefined) this.open.delete(preview.id);
  }

  private showKeys(): void {
    const values = this.previewIn(window.tabGroups.activeTabGroup.activeTab)?.insertion.values ?? '';
    void commands.executeCommand('setContext', contextKeys.previewValues, values);
  }
}

interface Side {
  readonly file: string;
  readonly left: Uri;
  readonly right: Uri;
}

/** The same path as the file's, by which the editor knows the language, and that nothing was renamed. */
const uriOf = (file: string, id: string, side: 'now' | 'then'): Uri =>
  Uri.from({
    scheme: previewScheme,
    path: Uri.file(isNotebookFile(Uri.file(file)) ? `${file}.py` : file).path,
    query: `${id}.${side}`,
  });

const idIn = ({ query }: Uri): string => query.split('.')[0] ?? '';

const describeWhose = (insertion: Insertion): string => {
  const { study, trial, values } = insertion;
  if (values === 'yours' || study.best !== trial) return describeValues(insertion);
  return values === 'rounded'
    ? l10n.t('best of trial {0}, rounded', trial)
    : l10n.t('best of trial {0}', trial);
};
