import * as l10n from '@vscode/l10n';
import { CodeAction, CodeActionKind, type Disposable, languages } from 'vscode';
import { bindCommand } from '../contributions.ts';
import { annotatableSelector, type DocumentAnnotations } from '../state/annotations.ts';
import { removalAt } from './changeAnnotations.ts';
import { commentAt } from './place.ts';

const makeKind = CodeActionKind.RefactorRewrite.append('tunelens');

/** “Make tunable” on a literal without annotation, and “Remove annotation” on one with it. */
export const registerActions = (annotations: DocumentAnnotations): Disposable =>
  languages.registerCodeActionsProvider(
    annotatableSelector,
    {
      provideCodeActions: (document, range, { only }, token) => {
        if (token.isCancellationRequested || (only !== undefined && !only.intersects(makeKind))) return [];
        const offset = document.offsetAt(range.start);
        const removal = removalAt(document, annotations, offset);
        if (removal !== undefined) {
          const action = new CodeAction(l10n.t('Remove annotation'), makeKind);
          action.edit = removal;
          return [action];
        }
        if (commentAt(document.getText(), annotations.of(document), offset) !== undefined) return [];
        const line = document.lineAt(range.start.line).text;
        if (!isOnLiteral(line, range.start.character)) return [];
        const action = new CodeAction(l10n.t('Make tunable'), makeKind);
        // Tried when it is chosen: that takes a scan of the whole file, and the cursor moves often.
        const bound = bindCommand('tunelens.makeTunable', { uri: document.uri, offset });
        action.command = { title: action.title, ...bound, arguments: [...bound.arguments] };
        return [action];
      },
    },
    { providedCodeActionKinds: [makeKind] },
  );

/** A number, a text, a truth value or a comment sign that begins what is no code any more. */
const token =
  /(?<comment>#|\/\/)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<number>[+-]?(?:\d[\d_']*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/gu;
const truth = /^(?:true|false|none|null|nil|t|f)$/iu;

/** A quick look at one line, which the scanner corrects when the action is chosen. */
export const isOnLiteral = (line: string, character: number): boolean => {
  for (const { index, groups } of line.matchAll(token)) {
    const { comment, text, word, number } = groups ?? {};
    if (comment !== undefined) return false;
    const found = text ?? number ?? (word !== undefined && truth.test(word) ? word : undefined);
    if (found !== undefined && character >= index && character <= index + found.length) return true;
  }
  return false;
};
