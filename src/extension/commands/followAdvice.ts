import * as l10n from '@vscode/l10n';
import { type Range, type TextDocument, Uri, WorkspaceEdit, window, workspace } from 'vscode';
import {
  fixTunable,
  languageOfEditor,
  type ReadSource,
  type Result,
  type TextChange,
  widenRange,
} from '../../engine/index.ts';
import { formatNumber } from '../../protocol/index.ts';
import type { AdviceTarget } from '../contributions.ts';
import type { Advice } from '../inline/collectAdvice.ts';
import type { Inline } from '../inline/inline.ts';
import { toRange } from '../platform/toRange.ts';
import { NothingToDo, UserError } from '../platform/failures.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';

/** What the commands about annotations work with. */
export interface AdviceParts {
  readonly annotations: DocumentAnnotations;
  readonly inline: Inline;
}

/** Writes the wider range that was offered into the annotation; one undo. */
export const widenParameter = async (parts: AdviceParts, target?: AdviceTarget): Promise<void> => {
  const chosen = await chooseAdvice(parts, 'widen', target);
  if (chosen?.advice.kind !== 'widen') return;
  const { document, advice } = chosen;
  const { side, suggested } = advice;
  await change(parts, document, (source) => widenRange(source, advice.name, side, suggested));
  window.setStatusBarMessage(
    side === 'high'
      ? l10n.t('TuneLens: the next study searches {0} up to {1}', advice.name, formatNumber(suggested))
      : l10n.t('TuneLens: the next study searches {0} down to {1}', advice.name, formatNumber(suggested)),
    5_000,
  );
};

/** Leaves the value that was offered and takes the annotation out; one undo. */
export const fixParameter = async (parts: AdviceParts, target?: AdviceTarget): Promise<void> => {
  const chosen = await chooseAdvice(parts, 'fix', target);
  if (chosen?.advice.kind !== 'fix') return;
  const { document, advice } = chosen;
  await change(parts, document, (source) => fixTunable(source, advice.name, advice.value));
  window.setStatusBarMessage(l10n.t('TuneLens: {0} is no longer tuned', advice.name), 5_000);
};

export const dismissAdvice = async (parts: AdviceParts, target?: AdviceTarget): Promise<void> => {
  const chosen = await chooseAdvice(parts, undefined, target);
  if (chosen !== undefined) await parts.inline.advice.dismiss(chosen.advice);
};

interface Chosen {
  readonly document: TextDocument;
  readonly advice: Advice;
}

const nothing = (kind: Advice['kind'] | undefined): string => {
  switch (kind) {
    case 'widen':
      return l10n.t(
        'No tuned range of this file is known to have its best values at its end. That takes at least 20 complete trials.',
      );
    case 'fix':
      return l10n.t(
        'No parameter of this file is known to make no difference. That takes at least 20 complete trials.',
      );
    case undefined:
      return l10n.t('There is no suggestion in this file.');
  }
};

/** By the lens that was clicked, or asked for; as it stands now. */
const chooseAdvice = async (
  { inline }: AdviceParts,
  kind: Advice['kind'] | undefined,
  target: AdviceTarget | undefined,
): Promise<Chosen | undefined> => {
  const document =
    target === undefined
      ? window.activeTextEditor?.document
      : await workspace.openTextDocument(Uri.parse(target.uri));
  if (document === undefined) throw new NothingToDo(l10n.t('Open a script with annotations first.'));
  const offered = inline.advice.of(document).filter((advice) => kind === undefined || advice.kind === kind);
  if (target !== undefined) {
    const advice = offered.find(({ name }) => name === target.name);
    if (advice === undefined)
      throw new NothingToDo(l10n.t('The suggestion about {0} no longer holds.', target.name));
    return { document, advice };
  }
  if (offered.length === 0) throw new NothingToDo(nothing(kind));
  const items = offered.map((advice) => ({
    label: advice.name,
    description: advice.title,
    detail: advice.reason,
    advice,
  }));
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Which suggestion?'),
    matchOnDescription: true,
  });
  return picked && { document, advice: picked.advice };
};

const change = async (
  { annotations }: AdviceParts,
  document: TextDocument,
  make: (source: ReadSource) => Result<readonly TextChange[], string>,
): Promise<void> => {
  const language = languageOfEditor(document.languageId);
  if (language === undefined) return; // advice is only given on languages we read
  const made = make({ language, text: document.getText(), annotations: annotations.of(document) });
  if (!made.ok) throw new UserError(made.error);
  const edit = new WorkspaceEdit();
  for (const { span, text } of made.value) {
    const range: Range = toRange(document, span);
    edit.replace(document.uri, range, text);
  }
  if (!(await workspace.applyEdit(edit)))
    throw new UserError(l10n.t('The editor did not accept the change. Try again.'));
};
