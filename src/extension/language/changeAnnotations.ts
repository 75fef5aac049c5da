import * as l10n from '@vscode/l10n';
import {
  type Position,
  SnippetString,
  SnippetTextEdit,
  type TextDocument,
  type TextEditor,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import {
  type Insertion,
  languageOfEditor,
  makeTunable,
  proposeFor,
  removeAnnotation,
} from '../../engine/index.ts';
import type { TextPlace } from '../contributions.ts';
import { NothingToDo } from '../platform/failures.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import { commentAt } from './place.ts';
import { toRange } from '../platform/toRange.ts';

/** Writes an annotation behind the literal at a place, and selects its search space to be changed. */
export const makeTunableAt = async (annotations: DocumentAnnotations, place?: TextPlace): Promise<void> => {
  const { document, offset, editor } = await openAt(place);
  const language = languageOfEditor(document.languageId);
  if (language === undefined)
    throw new NothingToDo(l10n.t('Annotations are not read in files of this kind.'));
  const text = document.getText();
  const proposed = proposeFor(text, offset, language);
  const made = makeTunable({
    language,
    text,
    annotations: annotations.of(document),
    offset,
    // What is usual for a literal of this name in this call, where that is known.
    spaceOf: ({ span }) =>
      proposed.ok && proposed.value.span.start === span.start ? proposed.value.annotation : undefined,
  });
  if (!made.ok) throw new NothingToDo(made.error);
  const edit = new WorkspaceEdit();
  edit.set(
    document.uri,
    made.value.insertions.map((insertion) =>
      SnippetTextEdit.insert(document.positionAt(insertion.at), toSnippet(insertion)),
    ),
  );
  // Places to fill in are only followed in an editor that has the keyboard.
  if (window.activeTextEditor?.document !== document)
    await window.showTextDocument(document, editor?.viewColumn);
  await workspace.applyEdit(edit);
};

const toSnippet = ({ text, fill }: Insertion): SnippetString => {
  const snippet = new SnippetString().appendText(text.slice(0, fill.start));
  if (fill.end > fill.start) snippet.appendPlaceholder(text.slice(fill.start, fill.end));
  return snippet.appendText(text.slice(fill.end));
};

/** Takes out the annotation at a place, or that of the literal there. */
export const removeAnnotationAt = async (
  annotations: DocumentAnnotations,
  place?: TextPlace,
): Promise<void> => {
  const { document, offset } = await openAt(place);
  const edit = removalAt(document, annotations, offset);
  if (edit === undefined)
    throw new NothingToDo(l10n.t('Put the cursor on an annotation or on the literal before it.'));
  await workspace.applyEdit(edit);
};

/** Undefined where nothing is annotated. */
export const removalAt = (
  document: TextDocument,
  annotations: DocumentAnnotations,
  offset: number,
): WorkspaceEdit | undefined => {
  const language = languageOfEditor(document.languageId);
  const text = document.getText();
  const read = annotations.of(document);
  const tunable = read.tunables.find(({ span }) => offset >= span.start && offset <= span.end);
  const comment =
    commentAt(text, read, offset) ??
    read.comments.find(({ span }) => span.start === tunable?.annotation.start);
  if (language === undefined || comment === undefined) return undefined;
  const removal = removeAnnotation(language, text, comment);
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, toRange(document, removal.span), removal.text);
  return edit;
};

interface OpenPlace {
  readonly document: TextDocument;
  readonly offset: number;
  readonly editor: TextEditor | undefined;
}

const openAt = async (place: TextPlace | undefined): Promise<OpenPlace> => {
  // A menu gives the file alone, which says nothing about where.
  if (place?.offset === undefined) return openAtCursor();
  const document = await workspace.openTextDocument(place.uri);
  const editor = window.visibleTextEditors.find((each) => each.document === document);
  return { document, offset: place.offset, editor };
};

const openAtCursor = (): OpenPlace => {
  const editor = window.activeTextEditor;
  if (editor === undefined) throw new NothingToDo(l10n.t('Open a script first.'));
  const { document } = editor;
  return { document, offset: offsetOf(document, editor.selection.active), editor };
};

const offsetOf = (document: TextDocument, position: Position): number => document.offsetAt(position);
