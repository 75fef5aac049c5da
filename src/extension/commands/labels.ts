import * as l10n from '@vscode/l10n';
import { type QuickPickItem, window } from 'vscode';
import { tidyTag } from '../../engine/index.ts';
import type { StudyTarget } from '../contributions.ts';
import type { Studies } from '../state/studies.ts';
import { type LabelTarget, pickLabelled } from './pickTarget.ts';

/** Asks for a person's words about a trial or a study; the same ones for several that are selected. */
export const editNote = async (
  studies: Studies,
  target?: StudyTarget,
  selected?: readonly StudyTarget[],
): Promise<void> => {
  const targets = await pickLabelled(studies, target, selected);
  const [first] = targets;
  if (first === undefined) return;
  const notes = new Set(targets.map(({ labels }) => labels.note ?? ''));
  // Where they differ nothing is offered, and an answer replaces them all.
  const present = notes.size === 1 ? [...notes][0] : '';
  const note = await window.showInputBox({
    title:
      targets.length === 1 ? l10n.t('Note on {0}', first.name) : l10n.t('Note on {0} rows', targets.length),
    prompt: present === '' ? '' : l10n.t('Empty takes the note away.'),
    placeHolder:
      notes.size > 1
        ? l10n.t('Their notes differ; this replaces them')
        : l10n.t('What should be remembered?'),
    value: present ?? '',
    ignoreFocusOut: true,
  });
  if (note === undefined || (note === '' && notes.size > 1)) return;
  await Promise.all(targets.map(({ session, at }) => session.request('setNote', { ...at, note })));
};

interface TagItem extends QuickPickItem {
  readonly tag: string;
}

/** Ticks tags on and off; what is typed and is no tag yet can be made one. Several rows keep the others they have. */
export const editTags = async (
  studies: Studies,
  known: readonly string[],
  target?: StudyTarget,
  selected?: readonly StudyTarget[],
): Promise<void> => {
  const targets = await pickLabelled(studies, target, selected);
  if (targets.length === 0) return;
  const before = tagsOfAll(targets);
  const chosen = await askTags(targets, [...new Set([...before, ...known])], before);
  if (chosen === undefined) return;
  const [added, removed] = [
    chosen.filter((tag) => !before.includes(tag)),
    before.filter((tag) => !chosen.includes(tag)),
  ];
  await Promise.all(
    targets.map(({ session, at, labels }) => {
      const kept = (labels.tags ?? []).filter((tag) => !removed.includes(tag));
      return session.request('setTags', { ...at, tags: [...kept, ...added] });
    }),
  );
};

/** Those that each of them has. */
const tagsOfAll = ([first, ...others]: readonly LabelTarget[]): readonly string[] =>
  (first?.labels.tags ?? []).filter((tag) =>
    others.every(({ labels }) => labels.tags?.includes(tag) === true),
  );

const askTags = (
  targets: readonly LabelTarget[],
  tags: readonly string[],
  ticked: readonly string[],
): Promise<readonly string[] | undefined> =>
  new Promise((resolve) => {
    const pick = window.createQuickPick<TagItem>();
    const items = tags.map((tag): TagItem => ({ label: `#${tag}`, tag }));
    pick.canSelectMany = true;
    pick.title =
      targets.length === 1
        ? l10n.t('Tags of {0}', targets[0]?.name ?? '')
        : l10n.t('Tags of {0} rows', targets.length);
    pick.placeholder = tags.length === 0 ? l10n.t('Type a new tag') : l10n.t('Tick tags, or type a new one');
    pick.ignoreFocusOut = true;
    pick.items = items;
    pick.selectedItems = items.filter(({ tag }) => ticked.includes(tag));
    let offered: TagItem | undefined;
    pick.onDidChangeValue((text) => {
      const tag = tidyTag(text);
      const isNew = tag !== '' && !items.some((item) => item.tag === tag);
      const chosen = pick.selectedItems.filter((item) => item !== offered);
      offered = isNew
        ? { label: `#${tag}`, description: l10n.t('new tag'), tag, alwaysShow: true }
        : undefined;
      pick.items = offered === undefined ? items : [offered, ...items];
      // Typing a tag that is not there means to have it; Enter then takes it.
      pick.selectedItems = offered === undefined ? chosen : [...chosen, offered];
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems.map(({ tag }) => tag));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
