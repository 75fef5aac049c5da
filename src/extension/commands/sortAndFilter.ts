import * as l10n from '@vscode/l10n';
import { type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import { trialStates } from '../../engine/index.ts';
import type { StudiesView } from '../views/studiesView.ts';
import {
  groupLabel,
  noFilter,
  orderWords,
  type TreeFilter,
  type TreeOrder,
  treeOrders,
} from '../views/treeChoice.ts';

interface OrderItem extends QuickPickItem {
  readonly order: TreeOrder;
}

/** Asks in which order studies and trials shall stand; the present one is named and chosen first. */
export const sortStudies = async (view: StudiesView): Promise<void> => {
  const present = view.choice.order;
  const items = treeOrders
    .map((order): OrderItem => ({ ...orderTexts(order), order }))
    .map((item) => (item.order === present ? { ...item, label: `$(check) ${item.label}` } : item));
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Sort studies and trials'),
    placeHolder: l10n.t('Now: {0}', orderWords(present)),
  });
  if (chosen !== undefined) await view.choose({ ...view.choice, order: chosen.order });
};

const orderTexts = (order: TreeOrder): { readonly label: string; readonly description: string } =>
  ({
    newest: { label: l10n.t('Newest'), description: l10n.t('the best trial on top') },
    best: { label: l10n.t('Best value'), description: l10n.t('by the first objective') },
    number: { label: l10n.t('Number'), description: l10n.t('oldest first') },
    duration: { label: l10n.t('Duration'), description: l10n.t('longest first') },
    name: { label: l10n.t('Name'), description: l10n.t('of scripts and studies') },
  })[order];

interface FilterItem extends QuickPickItem {
  readonly part: Partial<Pick<TreeFilter, 'states' | 'starred' | 'noted' | 'tags'>>;
}

/** Asks which trials the tree shall show. Ticking nothing shows all of them. */
export const filterStudies = async (view: StudiesView): Promise<void> => {
  const { filter } = view.choice;
  // A tag that is filtered by can be unticked, also when nothing has it any more.
  const tags = [...new Set([...filter.tags, ...view.tags()])];
  const items: readonly (FilterItem | QuickPickItem)[] = [
    { label: l10n.t('Starred'), picked: filter.starred, part: { starred: true } },
    { label: l10n.t('With a note'), picked: filter.noted, part: { noted: true } },
    ...section(
      l10n.t('State'),
      trialStates.map((state) => ({
        label: groupLabel(state),
        picked: filter.states.includes(state),
        part: { states: [state] },
      })),
    ),
    ...section(
      l10n.t('Tag'),
      tags.map((tag) => ({ label: `#${tag}`, picked: filter.tags.includes(tag), part: { tags: [tag] } })),
    ),
  ];
  const chosen = await window.showQuickPick(items, {
    title: l10n.t('Filter trials'),
    placeHolder: l10n.t('Show only trials that are …'),
    canPickMany: true,
  });
  if (chosen === undefined) return;
  const parts = chosen.flatMap((item) => ('part' in item ? [item.part] : []));
  await view.choose({
    ...view.choice,
    filter: {
      ...noFilter,
      text: filter.text,
      states: parts.flatMap(({ states }) => states ?? []),
      tags: parts.flatMap(({ tags: own }) => own ?? []),
      starred: parts.some(({ starred }) => starred === true),
      noted: parts.some(({ noted }) => noted === true),
    },
  });
};

const section = (label: string, items: readonly FilterItem[]): readonly (FilterItem | QuickPickItem)[] =>
  items.length === 0 ? [] : [{ label, kind: QuickPickItemKind.Separator }, ...items];

/** Asks for text that trials have to have in their values, note, tags or message. */
export const searchStudies = async (view: StudiesView): Promise<void> => {
  const { filter } = view.choice;
  const text = await window.showInputBox({
    title: l10n.t('Find trials by text'),
    prompt: l10n.t('In values, notes, tags, messages and names of studies. Empty shows all.'),
    placeHolder: l10n.t('such as optimizer="adam"'),
    value: filter.text,
  });
  if (text !== undefined) await view.choose({ ...view.choice, filter: { ...filter, text: text.trim() } });
};

export const clearFilter = (view: StudiesView): Promise<void> =>
  view.choose({ ...view.choice, filter: noFilter });
