import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type QuickPickItem, QuickPickItemKind, Range, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import { type Direction, guessDirection } from '../../engine/index.ts';
import { formatNumber, type StudyView } from '../../protocol/index.ts';
import { toRange } from '../platform/toRange.ts';
import { UserError } from '../platform/failures.ts';
import { showText } from '../platform/showText.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import type { StudyEntry } from '../state/studies.ts';
import { fileNameOf } from '../state/words.ts';
import { collectObjectiveEdit, toClause, type Wish } from './collectObjectiveEdit.ts';

interface ChosenNumber {
  readonly metric: string;
  readonly value: number;
}

interface WishItem extends QuickPickItem {
  readonly follow?: () => Promise<void>;
}

/** What to make of a number that a trial printed: the objective of its study when it has none yet, else of the next. */
export const chooseFromNumber = async (
  { entry, annotations }: { readonly entry: StudyEntry; readonly annotations: DocumentAnnotations },
  number: ChosenNumber,
): Promise<void> => {
  const { metric, value } = number;
  // As it is now: the output may have been on screen for long.
  const study = entry.session.mirror.study(entry.study.id) ?? entry.study;
  const write = (wish: Wish): Promise<void> =>
    writeWish(Uri.file(path.join(entry.session.folder, study.script)), annotations, wish);
  const items = toItems(study, number, {
    now: async (direction) => {
      await entry.session.request('chooseObjective', { study: study.id, metric, direction });
    },
    next: write,
  });
  const chosen = await window.showQuickPick(items, {
    title: `${metric} = ${formatNumber(value)}`,
    placeHolder: l10n.t('What should TuneLens make of this number?'),
  });
  await chosen?.follow?.();
};

interface Ways {
  readonly now: (direction: Direction) => Promise<void>;
  readonly next: (wish: Wish) => Promise<void>;
}

/** The likelier direction first, so that Enter takes it. */
const toItems = (
  study: StudyView,
  { metric, value }: ChosenNumber,
  { now, next }: Ways,
): readonly WishItem[] => {
  const likely = guessDirection(metric);
  const directions: readonly Direction[] = [likely, likely === 'maximize' ? 'minimize' : 'maximize'];
  const script = fileNameOf(study.script);
  const detailOf = (wish: Wish): string =>
    l10n.t('Writes “tune: {0}” into a comment of {1}, for the next study', toClause(wish), script);
  const objectives = directions.map((direction): WishItem => {
    const wish: Wish = { kind: 'objective', metric, direction };
    if (study.objectives.length === 0)
      return { label: toLabel(direction, metric), follow: () => now(direction) };
    const isNow = study.objectives.some((one) => one.metric === metric && one.direction === direction);
    return {
      label: toLabel(direction, metric),
      detail: detailOf(wish),
      ...(isNow ? { description: l10n.t('as this study does') } : {}),
      follow: () => next(wish),
    };
  });
  if (!Number.isFinite(value)) return objectives;
  const signs = likely === 'maximize' ? (['>=', '<='] as const) : (['<=', '>='] as const);
  const limits = signs.map((sign): WishItem => {
    const wish: Wish = { kind: 'limit', metric, sign, bound: formatNumber(value) };
    const label =
      sign === '>='
        ? l10n.t('Keep {0} at or above {1}', metric, wish.bound)
        : l10n.t('Keep {0} at or below {1}', metric, wish.bound);
    return { label: `$(law) ${label}`, detail: detailOf(wish), follow: () => next(wish) };
  });
  return [...objectives, { label: l10n.t('Constraint'), kind: QuickPickItemKind.Separator }, ...limits];
};

const toLabel = (direction: Direction, metric: string): string =>
  direction === 'maximize'
    ? `$(arrow-up) ${l10n.t('Maximize {0}', metric)}`
    : `$(arrow-down) ${l10n.t('Minimize {0}', metric)}`;

/** Puts it into the script's comments, unsaved and on screen: one edit, one undo. */
const writeWish = async (script: Uri, annotations: DocumentAnnotations, wish: Wish): Promise<void> => {
  const document = await workspace.openTextDocument(script).then(
    (opened) => opened,
    () => {
      throw new UserError(l10n.t('There is no file {0} any more.', script.fsPath));
    },
  );
  const plan = collectObjectiveEdit(document.getText(), annotations.of(document), wish);
  if (plan.kind === 'refused') throw new UserError(plan.why);
  const editor = await showText(script, { preview: false });
  if (plan.kind === 'same') {
    window.setStatusBarMessage(l10n.t('TuneLens: the script says so already'), 5_000);
    return;
  }
  const edit = new WorkspaceEdit();
  for (const { start, end, text } of plan.edits)
    edit.replace(script, toRange(document, { start, end }), text);
  if (!(await workspace.applyEdit(edit)))
    throw new UserError(l10n.t('The editor did not accept the change. Try again.'));
  const at = document.positionAt(document.getText().indexOf(toClause(wish)));
  editor.revealRange(new Range(at, at));
  window.setStatusBarMessage(l10n.t('TuneLens: written for the next study of this script'), 8_000);
};
