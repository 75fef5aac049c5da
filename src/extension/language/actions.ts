import * as l10n from '@vscode/l10n';
import { CodeAction, CodeActionKind, CodeActionTriggerKind, type Disposable, languages } from 'vscode';
import { bindCommand } from '../contributions.ts';
import { annotatableSelector, type DocumentAnnotations } from '../state/annotations.ts';
import { removalAt } from './changeAnnotations.ts';
import { isOnLiteral } from './isOnLiteral.ts';
import { commentAt } from './place.ts';

const makeKind = CodeActionKind.RefactorRewrite.append('tunelens');

/** “Make tunable” on a literal without annotation, and “Remove annotation” on one with it. */
export const registerActions = (annotations: DocumentAnnotations): Disposable =>
  languages.registerCodeActionsProvider(
    annotatableSelector,
    {
      provideCodeActions: (document, range, { only, triggerKind }, token) => {
        if (token.isCancellationRequested || (only !== undefined && !only.intersects(makeKind))) return [];
        // A light bulb at every number that the cursor passes would be noise; one at a selected literal is none.
        if (triggerKind === CodeActionTriggerKind.Automatic && range.isEmpty) return [];
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
