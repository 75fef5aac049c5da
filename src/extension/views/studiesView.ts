import path from 'node:path';
import {
  type Disposable,
  EventEmitter,
  MarkdownString,
  ThemeColor,
  ThemeIcon,
  type TreeDataProvider,
  TreeItem,
  TreeItemCollapsibleState,
  type TreeView,
  window,
} from 'vscode';
import { formatCount } from '../../protocol/index.ts';
import { type BoundCommand, bindCommand, viewIds } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import type { StudyMirror } from '../state/mirror.ts';
import type { Studies } from '../state/studies.ts';
import {
  collectChildren,
  collectParent,
  collectRow,
  collectStudyNodes,
  collectTooltip,
  type TreeNode,
  type TreeRow,
} from './collectTree.ts';

/** Calm enough to hit a row with the mouse. */
const refreshIntervalMs = 250;

/** The tree of studies in the side bar. */
export class StudiesView implements Disposable {
  private readonly owned = new Disposables();
  private readonly view: TreeView<TreeNode>;

  constructor(studies: Studies) {
    const changed = this.owned.add(new EventEmitter<undefined>());
    this.view = this.owned.add(
      window.createTreeView(viewIds.studies, {
        treeDataProvider: providerOf(studies, changed),
        showCollapseAll: true,
      }),
    );
    const refresh = this.owned.add(
      throttle(() => {
        changed.fire(undefined);
        this.showBadge(studies);
      }, refreshIntervalMs),
    );
    this.owned.add(studies.onDidChange(() => refresh()));
  }

  /** Shows a study in the side bar, unfolded, without taking the keyboard. */
  async reveal(study: string): Promise<void> {
    await this.view.reveal({ kind: 'study', study }, { select: true, focus: false, expand: true });
  }

  dispose(): void {
    this.owned.dispose();
  }

  private showBadge(studies: Studies): void {
    const running = studies.entries().reduce((sum, { study }) => sum + study.counts.running, 0);
    this.view.badge =
      running === 0 ? undefined : { value: running, tooltip: `${formatCount(running, 'trial')} running` };
  }
}

const providerOf = (studies: Studies, changed: EventEmitter<undefined>): TreeDataProvider<TreeNode> => {
  const mirrorOf = (node: TreeNode): StudyMirror | undefined => studies.find(node.study)?.session.mirror;
  return {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => {
      if (node === undefined) return [...collectStudyNodes(studies.entries().map(({ study }) => study))];
      const mirror = mirrorOf(node);
      return mirror === undefined ? [] : [...collectChildren(mirror, node)];
    },
    getParent: (node) => {
      const mirror = mirrorOf(node);
      return mirror && collectParent(mirror, node);
    },
    getTreeItem: (node) => {
      const entry = studies.find(node.study);
      const folder =
        studies.all().length > 1 && entry !== undefined ? path.basename(entry.session.folder) : undefined;
      const row = entry && collectRow(entry.session.mirror, node, folder);
      return row === undefined ? new TreeItem('') : toTreeItem(node, row);
    },
    resolveTreeItem: (item, node) => {
      const mirror = mirrorOf(node);
      const text = mirror && collectTooltip(mirror, node, escapeMarkdown);
      if (text !== undefined) item.tooltip = new MarkdownString(text);
      return item;
    },
  };
};

const toTreeItem = (node: TreeNode, row: TreeRow): TreeItem => {
  const item = new TreeItem(row.label, collapsibleStates[row.collapsible]);
  item.id = row.id;
  if (row.description !== undefined) item.description = row.description;
  item.iconPath = new ThemeIcon(row.icon, row.color === undefined ? undefined : new ThemeColor(row.color));
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.spoken };
  const command = commandOf(node, row);
  if (command !== undefined)
    item.command = { title: '', command: command.command, arguments: [...command.arguments] };
  return item;
};

const commandOf = (node: TreeNode, row: TreeRow): BoundCommand | undefined => {
  if (node.kind === 'more') return bindCommand('tunelens.openPanel', { study: node.study });
  if (node.kind === 'trial' && row.contextValue.endsWith('.log'))
    return bindCommand('tunelens.showOutput', { study: node.study, trial: node.trial });
  return undefined;
};

const collapsibleStates: Readonly<Record<TreeRow['collapsible'], TreeItemCollapsibleState>> = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};

/** Text of a person or a script, shown as it is. */
export const escapeMarkdown = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~$&]/g, '\\$&').replaceAll(/\r?\n/g, '  ');
