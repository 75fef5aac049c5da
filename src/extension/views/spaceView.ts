import path from 'node:path';
import {
  type Disposable,
  env,
  EventEmitter,
  MarkdownString,
  Position,
  Range,
  type TextDocument,
  type TreeDataProvider,
  type TreeView,
  Uri,
  window,
  workspace,
} from 'vscode';
import { type SpaceTarget, settingsSection, viewIds } from '../contributions.ts';
import { newestStudy, type StudyOfFile } from '../state/studyOfFile.ts';
import { Disposables } from '../platform/events.ts';
import { openSetting } from '../platform/openSetting.ts';
import { showText } from '../platform/showText.ts';
import { debounce, throttle } from '../platform/throttle.ts';
import { folderOf } from '../platform/workspaceFolder.ts';
import { type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import { Importances } from '../state/importances.ts';
import { fileUriOf, notebookOf } from '../state/notebooks.ts';
import { readSetting } from '../state/settings.ts';
import type { Studies } from '../state/studies.ts';
import { collectSpace, type SpaceDocument, type SpaceRow } from './collectSpace.ts';
import { escapeMarkdown } from './studiesView.ts';
import { toTreeItem } from './treeItem.ts';

const quietMs = 250;
const refreshIntervalMs = 500;
const importanceIntervalMs = 5_000;

/** Importances from 0 to 1, by the study's names. */
type Shares = ReadonlyMap<string, number>;

/** The search space of the file that a person is in; nothing is read while nobody sees it. */
export class SpaceView implements Disposable {
  private readonly owned = new Disposables();
  private readonly view: TreeView<SpaceRow>;
  private readonly changed = this.owned.add(new EventEmitter<undefined>());
  private readonly annotations: DocumentAnnotations;
  private readonly studies: Studies;
  private readonly importances = new Importances();
  /** The last one a person was in: a click on a terminal or a panel does not empty the view. */
  private document: TextDocument | undefined;
  private rows: readonly SpaceRow[] = [];
  private shown = '[]';
  private known: { readonly study: string; readonly askedMs: number; readonly shares: Shares } | undefined;
  private readonly parents = new Map<SpaceRow, SpaceRow>();

  constructor(annotations: DocumentAnnotations, studies: Studies) {
    this.annotations = annotations;
    this.studies = studies;
    this.view = this.owned.add(
      window.createTreeView(viewIds.space, { treeDataProvider: this.provider(), showCollapseAll: true }),
    );
    const refresh = this.owned.add(throttle(() => void this.refresh(), refreshIntervalMs));
    const soon = this.owned.add(debounce(() => refresh(), quietMs));
    this.owned.add(studies.onDidChange(() => refresh()));
    this.owned.add(window.onDidChangeActiveTextEditor(() => soon()));
    this.owned.add(window.onDidChangeVisibleTextEditors(() => soon()));
    this.owned.add(
      workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(settingsSection)) soon();
      }),
    );
    this.owned.add(
      workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (
          contentChanges.length > 0 &&
          (document === this.document || document === window.activeTextEditor?.document)
        )
          soon();
      }),
    );
    this.owned.add(this.view.onDidChangeVisibility(() => refresh()));
  }

  dispose(): void {
    this.owned.dispose();
  }

  private async refresh(): Promise<void> {
    if (!this.view.visible) return;
    const document = this.follow();
    const tuned = document && newestStudy(this.studies, fileUriOf(document));
    const shares = tuned && (await this.sharesOf(tuned));
    // Another file may have come to the front while the engine was asked.
    if (document !== this.document) return;
    this.view.description = document === undefined ? '' : path.posix.basename(fileUriOf(document).path);
    const rows = document === undefined ? [] : this.collect(document, tuned, shares ?? new Map());
    // While a study runs most changes say nothing new here, and rows that are drawn anew lose the mouse.
    const text = JSON.stringify(rows);
    if (text === this.shown) return;
    this.shown = text;
    this.rows = rows;
    this.parents.clear();
    this.remember(this.rows);
    this.changed.fire(undefined);
  }

  private follow(): TextDocument | undefined {
    const active = window.activeTextEditor?.document;
    if (active !== undefined && isSource(active)) this.document = active;
    else if (active !== undefined && !isOutput(active)) this.document = undefined;
    else if (this.document?.isClosed === true) this.document = undefined;
    return this.document;
  }

  /** While trials end in quick succession the engine has better things to do than to say what they mean each time. */
  private async sharesOf({ session, study }: StudyOfFile): Promise<Shares> {
    if (study.counts.complete < 2) return new Map();
    const known = this.known?.study === study.id ? this.known : undefined;
    const isRecent = known !== undefined && Date.now() - known.askedMs < importanceIntervalMs;
    if (isRecent && study.state === 'running') return known.shares;
    const askedMs = Date.now();
    const view = await this.importances.of({ session, study });
    const shares = new Map(
      view?.importances.map(({ parameter, importance }) => [parameter, importance]) ?? [],
    );
    this.known = { study: study.id, askedMs, shares };
    return shares;
  }

  private collect(
    document: TextDocument,
    tuned: StudyOfFile | undefined,
    importances: Shares,
  ): readonly SpaceRow[] {
    const uri = fileUriOf(document);
    const best = tuned?.session.mirror.best(tuned.study.id);
    return collectSpace({
      documents: this.documentsOf(document),
      file: tuned?.file ?? path.posix.basename(uri.path),
      ...(tuned === undefined
        ? {}
        : { tuned: { study: tuned.study, ...(best === undefined ? {} : { best }), importances } }),
      settings: {
        trials: readSetting('trials', uri),
        parallel: readSetting('parallel', uri),
        sampler: readSetting('sampler', uri),
        pruner: readSetting('pruner', uri),
      },
      pathOf: (file) => path.join(folderOf(uri), file),
      quote: escapeMarkdown,
    });
  }

  private documentsOf(document: TextDocument): readonly SpaceDocument[] {
    const cells = notebookOf(document)
      ?.getCells()
      .map((cell) => cell.document) ?? [document];
    return cells.map((one) => ({ document: one.uri.toString(), annotations: this.annotations.of(one) }));
  }

  private remember(rows: readonly SpaceRow[]): void {
    for (const row of rows) {
      for (const child of row.children) this.parents.set(child, row);
      this.remember(row.children);
    }
  }

  private provider(): TreeDataProvider<SpaceRow> {
    return {
      onDidChangeTreeData: this.changed.event,
      getChildren: (row) => [...(row === undefined ? this.rows : row.children)],
      getParent: (row) => this.parents.get(row),
      getTreeItem: (row) => {
        const command =
          row.place === undefined && row.setting === undefined ? undefined : 'tunelens.goToTunable';
        const item = toTreeItem(row, command && { title: '', command, arguments: [row] });
        if (row.tooltip !== undefined) item.tooltip = new MarkdownString(row.tooltip);
        return item;
      },
    };
  }
}

const isSource = (document: TextDocument): boolean =>
  isAnnotatable(document) || notebookOf(document) !== undefined;

/** What comes of a study, such as the log of a trial: looking at it is no leaving of the script. */
const isOutput = ({ uri }: TextDocument): boolean =>
  uri.scheme.startsWith('tunelens-') || uri.scheme === 'output' || uri.path.includes('/.tunelens/');

/** Puts the cursor on the literal, or shows the setting. */
export const goToTunable = async ({ place, setting }: SpaceTarget): Promise<void> => {
  if (setting !== undefined) await openSetting(setting);
  if (place === undefined) return;
  if ('document' in place) {
    const document = await workspace.openTextDocument(Uri.parse(place.document, true));
    const at = document.positionAt(place.offset);
    await showText(document.uri, { selection: new Range(at, at) });
  } else {
    const at = new Position(place.line, 0);
    await showText(Uri.file(place.file), { selection: new Range(at, at) });
  }
};

export const copyValue = async ({ copy, label }: SpaceTarget): Promise<void> => {
  if (copy === undefined) return;
  await env.clipboard.writeText(copy);
  window.setStatusBarMessage(`TuneLens: ${label} = ${copy}`, 3_000);
};
