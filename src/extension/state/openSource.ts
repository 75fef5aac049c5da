import { type Range, type TextDocument, Uri, workspace } from 'vscode';
import { toRange } from '../platform/toRange.ts';
import { fileUriOf, isNotebookFile, openProgram, versionOf } from './notebooks.ts';

/** Where a span of a source's text is in the editor. */
export interface SourcePlace {
  /** Of the document: the file itself, or a cell of a notebook. */
  readonly uri: Uri;
  readonly range: Range;
  /** What stands there now. */
  readonly text: string;
}

/** A source file as the editor has it, unsaved edits included. */
export interface OpenSource {
  readonly file: string;
  /** As the engine reads it: the document's text, or what is scanned of a notebook. */
  readonly text: string;
  /** Nothing was typed since it was opened here. */
  isUnchanged(): boolean;
  /** Undefined where the span is in no document, such as between the cells of a notebook. */
  placeOf(start: number, end: number): SourcePlace | undefined;
}

/** Loads a file as an editor does, also when none shows it. Rejects when it is gone. */
export const openSource = async (file: string): Promise<OpenSource> => {
  const uri = Uri.file(file);
  if (isNotebookFile(uri)) return openNotebookSource(file, uri);
  const document = await workspace.openTextDocument(uri);
  const { version } = document;
  return {
    file,
    text: document.getText(),
    isUnchanged: () => document.version === version,
    placeOf: (start, end) => placeIn(document, start, end),
  };
};

const openNotebookSource = async (file: string, uri: Uri): Promise<OpenSource> => {
  const notebook = await workspace.openNotebookDocument(uri);
  const version = versionOf(notebook);
  const program = openProgram(notebook);
  return {
    file,
    text: program.scannable,
    isUnchanged: () => versionOf(notebook) === version,
    placeOf: (start, end) => {
      const index = program.cells.findIndex((cell) => start >= cell.start && end <= cell.end);
      const [cell, document] = [program.cells[index], program.documents[index]];
      return cell && document && placeIn(document, start - cell.start, end - cell.start);
    },
  };
};

const placeIn = (document: TextDocument, start: number, end: number): SourcePlace => {
  const range = toRange(document, { start, end });
  return { uri: document.uri, range, text: document.getText(range) };
};

/** The same for several files; those that are gone are the engine's to report, by the literals it cannot find. */
export const openSources = async (files: Iterable<string>): Promise<readonly OpenSource[]> => {
  const opened = await Promise.allSettled([...files].map(openSource));
  return opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
};

/** The file of an editor on screen shows this one, or a cell of it. */
export const isShowing = (document: TextDocument, file: string): boolean =>
  fileUriOf(document).fsPath === file;
