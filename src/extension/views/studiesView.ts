import * as l10n from '@vscode/l10n';
import {
  commands,
  type Disposable,
  EventEmitter,
  MarkdownString,
  type Memento,
  type TreeDataProvider,
  TreeItem,
  type TreeView,
  window,
} from 'vscode';
import { type BoundCommand, bindCommand, contextKeys, type StudyTarget, viewIds } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import type { Studies } from '../state/studies.ts';
import { StudyTree, type TreeNode, type TreeRow } from './collectTree.ts';
import { studyTooltip, trialTooltip } from './collectTooltip.ts';
import { bindTo, toTreeItem } from './treeItem.ts';
import { trialDrag } from './trialDrag.ts';
import {
  filterWords,
  isFiltering,
  noFilter,
  orderWords,
  parseChoice,
  type TreeChoice,
  usualChoice,
} from './treeChoice.ts';

/** Calm enough to hit a row with the mouse. */
const refreshIntervalMs = 250;
const choiceKey = 'tunelens.studies.choice';

/** The tree of studies in the side bar. */
export class StudiesView implements Disposable {
  private readonly owned = new Disposables();
  private readonly view: TreeView<TreeNode>;
  private readonly tree: StudyTree;
  private readonly memory: Memento;
  private readonly refresh: () => void;
  private toldFiltered = false;

  constructor(studies: Studies, memory: Memento) {
    this.memory = memory;
    const sources = (): ReturnType<ConstructorParameters<typeof StudyTree>[0]> =>
      studies.all().map(({ folder, mirror }) => ({ folder, mirror }));
    this.tree = new StudyTree(sources, () => Date.now());
    this.tree.choice = parseChoice(memory.get(choiceKey));
    const changed = this.owned.add(new EventEmitter<undefined>());
    this.view = this.owned.add(
      window.createTreeView(viewIds.studies, {
        treeDataProvider: providerOf(this.tree, studies, changed),
        showCollapseAll: true,
        canSelectMany: true,
        dragAndDropController: trialDrag,
      }),
    );
    const refresh = this.owned.add(
      throttle(() => {
        this.tree.changed();
        changed.fire(undefined);
        this.showBadge(studies);
        this.showChoice();
      }, refreshIntervalMs),
    );
    this.refresh = refresh;
    this.owned.add(studies.onDidChange(() => refresh()));
    this.showChoice();
  }

  /** Shows a trial or a study in the side bar, and goes there; a filter that hides it is taken away. */
  async goTo(study: string, trial: number | undefined): Promise<void> {
    this.tree.changed();
    const whole: TreeNode = { kind: 'study', study };
    const node: TreeNode = trial === undefined ? whole : { kind: 'trial', study, trial };
    if (!this.tree.isShown(node) && isFiltering(this.choice.filter))
      await this.choose({ ...this.choice, filter: noFilter });
    const shown = this.tree.isShown(node) ? node : whole;
    await this.view.reveal(shown, { select: true, focus: true, expand: shown.kind === 'study' });
  }

  /** Shows a study in the side bar, unfolded, without taking the keyboard; not where a filter hides it. */
  async reveal(study: string): Promise<void> {
    this.tree.changed();
    const node: TreeNode = { kind: 'study', study };
    if (this.tree.isShown(node)) await this.view.reveal(node, { select: true, focus: false, expand: true });
  }

  get choice(): TreeChoice {
    return this.tree.choice;
  }

  /** Kept with the workspace. */
  async choose(choice: TreeChoice): Promise<void> {
    this.tree.choice = choice;
    this.refresh();
    await this.memory.update(choiceKey, choice);
  }

  /** Every tag that studies and trials have, the most used first. */
  tags(): readonly string[] {
    return this.tree.tags();
  }

  /** The studies and trials that are selected; from the palette a command means them. */
  get selection(): readonly (TreeNode & StudyTarget)[] {
    return this.view.selection.filter((node) => node.kind === 'study' || node.kind === 'trial');
  }

  get selected(): StudyTarget | undefined {
    return this.selection[0];
  }

  dispose(): void {
    this.owned.dispose();
  }

  private showBadge(studies: Studies): void {
    const running = studies.entries().reduce((sum, { study }) => sum + study.counts.running, 0);
    const tooltip = running === 1 ? l10n.t('1 trial running') : l10n.t('{0} trials running', running);
    this.view.badge = running === 0 ? undefined : { value: running, tooltip };
  }

  /** The present order beside the view's name, and what is filtered above its rows. */
  private showChoice(): void {
    const { order, filter } = this.tree.choice;
    const description = order === usualChoice.order ? undefined : orderWords(order);
    if (this.view.description !== description) setOrRemove(this.view, 'description', description);
    const filtered = isFiltering(filter);
    if (filtered !== this.toldFiltered) {
      this.toldFiltered = filtered;
      void commands.executeCommand('setContext', contextKeys.studiesFiltered, filtered);
    }
    const message = filtered ? this.filterMessage() : undefined;
    if (this.view.message !== message) setOrRemove(this.view, 'message', message);
  }

  private filterMessage(): string | undefined {
    const { shown, all } = this.tree.counts();
    // An empty view says so itself, with a way out.
    if (shown === 0) return undefined;
    return l10n.t('{0} of {1} trials: {2}', shown, all, filterWords(this.tree.choice.filter));
  }
}

/** The editor's own types want these absent rather than undefined. */
const setOrRemove = <Name extends 'description' | 'message'>(
  view: TreeView<TreeNode>,
  name: Name,
  text: string | undefined,
): void => {
  view[name] = text ?? '';
};

const providerOf = (
  tree: StudyTree,
  studies: Studies,
  changed: EventEmitter<undefined>,
): TreeDataProvider<TreeNode> => ({
  onDidChangeTreeData: changed.event,
  getChildren: (node) => [...(node === undefined ? tree.roots() : tree.children(node))],
  getParent: (node) => tree.parent(node),
  getTreeItem: (node) => {
    const row = tree.row(node);
    if (row === undefined) return new TreeItem('');
    const command = commandOf(node, row);
    return toTreeItem(row, command && bindTo(command));
  },
  resolveTreeItem: (item, node) => {
    const text = tooltipOf(studies, node);
    if (text !== undefined) item.tooltip = new MarkdownString(text, true);
    return item;
  },
});

const tooltipOf = (studies: Studies, node: TreeNode): string | undefined => {
  if (node.kind !== 'study' && node.kind !== 'trial') return undefined;
  const entry = studies.find(node.study);
  if (entry === undefined) return undefined;
  if (node.kind === 'study') return studyTooltip(entry.study, escapeMarkdown);
  const trial = entry.session.mirror.trial(node.study, node.trial);
  return trial && trialTooltip(entry.study, trial, escapeMarkdown);
};

const commandOf = (node: TreeNode, row: TreeRow): BoundCommand | undefined => {
  if (node.kind === 'more') return bindCommand('tunelens.openPanel', { study: node.study });
  if (node.kind === 'trial' && row.contextValue.endsWith('.log'))
    return bindCommand('tunelens.showOutput', { study: node.study, trial: node.trial });
  return undefined;
};

/** Text of a person or a script, shown as it is. */
export const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&').replaceAll(/\r?\n/g, '  ');
