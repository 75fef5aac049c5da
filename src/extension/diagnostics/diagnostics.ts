import * as l10n from '@vscode/l10n';
import {
  CodeAction,
  CodeActionKind,
  type CodeActionProvider,
  Diagnostic,
  DiagnosticSeverity,
  type Disposable,
  languages,
  type TextDocument,
  WorkspaceEdit,
  workspace,
} from 'vscode';
import type { AnnotationProblem, FileAnnotations, ProblemFix } from '../../engine/index.ts';
import { toRange } from '../platform/toRange.ts';
import { Disposables } from '../platform/events.ts';
import { debounce } from '../platform/throttle.ts';
import { annotatableSelector, type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import { notebookOf } from '../state/notebooks.ts';
import { bindCommand } from '../contributions.ts';
import {
  certainFixes,
  collectProblems,
  formerMentions,
  NameMemory,
  untunedAssignment,
} from './collectProblems.ts';

/** Long enough not to mark a comment while it is being typed, short enough to feel immediate. */
const quietMs = 300;
const source = 'TuneLens';
const fixAllKind = CodeActionKind.SourceFixAll.append('tunelens');

/** Problems of annotations at their spot, with quick fixes. Covers documents that were open before. */
export const registerDiagnostics = (annotations: DocumentAnnotations): Disposable => {
  const owned = new Disposables();
  const collection = owned.add(languages.createDiagnosticCollection('tunelens'));
  const names = new NameMemory();
  const waiting = new Set<TextDocument>();
  const show = (document: TextDocument): void => {
    if (document.isClosed || !isAnnotatable(document)) return;
    const read = annotations.of(document);
    names.note(document.uri.toString(), document.getText(), read);
    collection.set(
      document.uri,
      problemsOf(document, read).map((problem) => toDiagnostic(document, problem)),
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
  owned.add(
    workspace.onDidCloseTextDocument(({ uri }) => {
      collection.delete(uri);
      names.forget(uri.toString());
    }),
  );
  owned.add(
    languages.registerCodeActionsProvider(annotatableSelector, fixes(annotations, names), {
      providedCodeActionKinds: [CodeActionKind.QuickFix, fixAllKind],
    }),
  );
  // Reading them is no part of starting: the parser alone would take a third of activation's time.
  for (const document of workspace.textDocuments) waiting.add(document);
  showWaiting();
  return owned;
};

const problemsOf = (document: TextDocument, read: FileAnnotations): readonly AnnotationProblem[] =>
  read.comments.length === 0 ? read.problems : collectProblems(document.getText(), read);

const fixes = (annotations: DocumentAnnotations, names: NameMemory): CodeActionProvider => ({
  provideCodeActions: (document, range, { only }) => {
    const read = annotations.of(document);
    const problems = problemsOf(document, read);
    if (only !== undefined && (only.contains(fixAllKind) || fixAllKind.contains(only)))
      return toFixAll(document, problems);
    return problems
      .filter(({ span }) => range.intersection(toRange(document, span)) !== undefined)
      .flatMap((problem) => [
        ...toRenameFix(document, read, names, problem),
        ...toFixes(document, problem),
        ...toTuneFix(document, problem),
      ]);
  },
});

const toFixes = (document: TextDocument, problem: AnnotationProblem): CodeAction[] =>
  [...(problem.fix === undefined ? [] : [problem.fix]), ...(problem.moreFixes ?? [])].map((fix) => {
    const action = toAction(document, problem, fix.title, [fix]);
    if (fix === problem.fix) action.isPreferred = true;
    return action;
  });

/** A literal that has another name now: the annotations that use the former one follow. */
const toRenameFix = (
  document: TextDocument,
  read: FileAnnotations,
  names: NameMemory,
  problem: AnnotationProblem,
): CodeAction[] => {
  if (problem.code !== 'unknown-name') return [];
  const text = document.getText();
  const written = text.slice(problem.span.start, problem.span.end);
  for (const [former, name] of names.renamed(document.uri.toString(), text, read)) {
    if (written !== former && !written.startsWith(`${former}.`) && !written.startsWith(`${former}[`))
      continue;
    const title = l10n.t('Rename {0} to {1} in annotations', former, name);
    const changes = formerMentions(text, read, former).map((span) => ({ title, span, text: name }));
    const action = toAction(document, problem, title, changes);
    action.isPreferred = true;
    return [action];
  }
  return [];
};

/** A condition on something that is not tuned, but stands in the file. */
const toTuneFix = (document: TextDocument, problem: AnnotationProblem): CodeAction[] => {
  if (problem.code !== 'unknown-name') return [];
  const text = document.getText();
  const name = text.slice(problem.span.start, problem.span.end);
  const offset = untunedAssignment(text, name);
  if (offset === undefined) return [];
  const action = toAction(document, problem, l10n.t('Make {0} tunable', name), []);
  const bound = bindCommand('tunelens.makeTunable', { uri: document.uri, offset });
  action.command = { title: action.title, ...bound, arguments: [...bound.arguments] };
  return [action];
};

const toFixAll = (document: TextDocument, problems: readonly AnnotationProblem[]): CodeAction[] => {
  const certain = certainFixes(problems);
  if (certain.length === 0) return [];
  const action = new CodeAction(l10n.t('Fix all annotations where the repair is certain'), fixAllKind);
  action.edit = toEdit(document, certain);
  return [action];
};

const toAction = (
  document: TextDocument,
  problem: AnnotationProblem,
  title: string,
  changes: readonly ProblemFix[],
): CodeAction => {
  const action = new CodeAction(title, CodeActionKind.QuickFix);
  action.edit = toEdit(document, changes);
  action.diagnostics = [toDiagnostic(document, problem)];
  return action;
};

const toEdit = (document: TextDocument, changes: readonly ProblemFix[]): WorkspaceEdit => {
  const edit = new WorkspaceEdit();
  for (const { span, text } of changes) edit.replace(document.uri, toRange(document, span), text);
  return edit;
};

const toDiagnostic = (document: TextDocument, problem: AnnotationProblem): Diagnostic => {
  const severity = problem.severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
  const diagnostic = new Diagnostic(toRange(document, problem.span), problem.message, severity);
  diagnostic.source = source;
  diagnostic.code = problem.code;
  return diagnostic;
};
