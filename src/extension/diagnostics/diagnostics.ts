import {
  CodeAction,
  CodeActionKind,
  Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  languages,
  Range,
  type TextDocument,
  WorkspaceEdit,
  workspace,
} from 'vscode';
import type { AnnotationProblem, Span } from '../../engine/index.ts';
import { Disposables } from '../platform/events.ts';
import { debounce } from '../platform/throttle.ts';
import { annotatableSelector, type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import { notebookOf } from '../state/notebooks.ts';

/** Long enough not to mark a comment while it is being typed, short enough to feel immediate. */
const quietMs = 300;
const source = 'TuneLens';

/** Problems of annotations at their spot, with quick fixes. Covers documents that were open before. */
export const registerDiagnostics = (annotations: DocumentAnnotations): Disposable => {
  const owned = new Disposables();
  const collection = owned.add(languages.createDiagnosticCollection('tunelens'));
  const waiting = new Set<TextDocument>();
  const show = (document: TextDocument): void => {
    if (document.isClosed || !isAnnotatable(document)) return;
    collection.set(
      document.uri,
      annotations.of(document).problems.map((problem) => toDiagnostic(document, problem)),
    );
  };
  const showWaiting = owned.add(
    debounce(() => {
      for (const document of waiting) show(document);
      waiting.clear();
    }, quietMs),
  );
  owned.add(workspace.onDidOpenTextDocument(show));
  owned.add(
    workspace.onDidChangeTextDocument(({ document }) => {
      if (!isAnnotatable(document)) return;
      waiting.add(document);
      // What one cell says can make a name known, or double, in another.
      for (const { document: cell } of notebookOf(document)?.getCells() ?? []) waiting.add(cell);
      showWaiting();
    }),
  );
  owned.add(workspace.onDidCloseTextDocument((document) => collection.delete(document.uri)));
  owned.add(registerFixes(annotations));
  // Reading them is no part of starting: the parser alone would take a third of activation's time.
  for (const document of workspace.textDocuments) waiting.add(document);
  showWaiting();
  return owned;
};

const registerFixes = (annotations: DocumentAnnotations): Disposable =>
  languages.registerCodeActionsProvider(
    annotatableSelector,
    {
      provideCodeActions: (document, range) =>
        annotations
          .of(document)
          .problems.filter(({ span }) => range.intersection(toRange(document, span)) !== undefined)
          .flatMap((problem) => toFix(document, problem)),
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix] },
  );

const toFix = (document: TextDocument, problem: AnnotationProblem): CodeAction[] => {
  if (problem.fix === undefined) return [];
  const action = new CodeAction(problem.fix.title, CodeActionKind.QuickFix);
  action.edit = new WorkspaceEdit();
  action.edit.replace(document.uri, toRange(document, problem.fix.span), problem.fix.text);
  action.diagnostics = [toDiagnostic(document, problem)];
  action.isPreferred = true;
  return [action];
};

const toDiagnostic = (document: TextDocument, problem: AnnotationProblem): Diagnostic => {
  const severity = problem.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  const diagnostic = new Diagnostic(toRange(document, problem.span), problem.message, severity);
  diagnostic.source = source;
  diagnostic.code = problem.code;
  return diagnostic;
};

const toRange = (document: TextDocument, { start, end }: Span): Range =>
  new Range(document.positionAt(start), document.positionAt(end));
