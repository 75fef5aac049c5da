import { type Command, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type { BoundCommand } from '../contributions.ts';
import type { TreeRow } from './collectTree.ts';

/** A row as the editor shows it; its tooltip is made when the mouse rests on it. */
export const toTreeItem = (row: TreeRow, command?: Command): TreeItem => {
  const item = new TreeItem(row.label, collapsibleStates[row.collapsible]);
  item.id = row.id;
  if (row.description !== undefined) item.description = row.description;
  item.iconPath = new ThemeIcon(row.icon, row.color === undefined ? undefined : new ThemeColor(row.color));
  item.contextValue = row.contextValue;
  item.accessibilityInformation = { label: row.spoken };
  if (command !== undefined) item.command = command;
  return item;
};

export const bindTo = (bound: BoundCommand): Command => ({
  title: '',
  command: bound.command,
  arguments: [...bound.arguments],
});

const collapsibleStates: Readonly<Record<TreeRow['collapsible'], TreeItemCollapsibleState>> = {
  none: TreeItemCollapsibleState.None,
  collapsed: TreeItemCollapsibleState.Collapsed,
  expanded: TreeItemCollapsibleState.Expanded,
};
