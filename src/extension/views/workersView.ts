import { availableParallelism, hostname, loadavg } from 'node:os';
import * as l10n from '@vscode/l10n';
import { type Disposable, EventEmitter, type TreeDataProvider, type TreeView, window } from 'vscode';
import { bindCommand, viewIds } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import type { Studies } from '../state/studies.ts';
import { collectWorkers, type Host, type Worker, type WorkerNode, type Workers } from './collectWorkers.ts';
import { bindTo, toTreeItem } from './treeItem.ts';

const refreshIntervalMs = 250;
/** Durations are shown in seconds. */
const tickMs = 1_000;

/** The slots and what runs in them now. Nothing is computed while nobody sees it. */
export class WorkersView implements Disposable {
  private readonly owned = new Disposables();
  private readonly view: TreeView<Worker>;
  private readonly studies: Studies;
  private readonly changed = this.owned.add(new EventEmitter<undefined>());
  private shown: Workers = { roots: [], busy: 0, slots: 0 };
  private timer: NodeJS.Timeout | undefined;

  constructor(studies: Studies) {
    this.studies = studies;
    this.view = this.owned.add(window.createTreeView(viewIds.workers, { treeDataProvider: this.provider() }));
    const refresh = this.owned.add(throttle(() => this.refresh(), refreshIntervalMs));
    this.owned.add(studies.onDidChange(() => refresh()));
    this.owned.add(this.view.onDidChangeVisibility(() => refresh()));
    this.owned.add({ dispose: () => clearTimeout(this.timer) });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private refresh(): void {
    clearTimeout(this.timer);
    if (!this.view.visible) return;
    this.shown = this.collect();
    this.changed.fire(undefined);
    const { busy, slots } = this.shown;
    this.view.description = slots === 0 ? '' : l10n.t('{0} of {1} busy', busy, slots);
    if (busy > 0) this.timer = setTimeout(() => this.refresh(), tickMs);
  }

  private collect(): Workers {
    const sources = this.studies.all().map(({ folder, mirror }) => ({ folder, mirror }));
    return collectWorkers(sources, thisMachine(), Date.now());
  }

  private provider(): TreeDataProvider<Worker> {
    return {
      onDidChangeTreeData: this.changed.event,
      getChildren: (worker) => {
        if (worker !== undefined) return [...worker.children];
        // Asked for the first time before anything has changed.
        if (this.shown.roots.length === 0) this.shown = this.collect();
        return [...this.shown.roots];
      },
      getTreeItem: (worker) => toTreeItem(worker.row, commandOf(worker, worker.row.contextValue)),
    };
  }
}

const commandOf = (node: WorkerNode, context: string): ReturnType<typeof bindTo> | undefined =>
  node.kind === 'slot' && node.trial !== undefined && context.endsWith('.log')
    ? bindTo(bindCommand('tunelens.showOutput', { study: node.study, trial: node.trial }))
    : undefined;

/** Windows has no load; it says 0. */
const thisMachine = (): Host => {
  const [load] = loadavg();
  return {
    name: hostname(),
    cores: availableParallelism(),
    ...(load === undefined || process.platform === 'win32' ? {} : { load }),
  };
};
