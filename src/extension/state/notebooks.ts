import { NotebookCellKind, type NotebookDocument, type TextDocument, type Uri, workspace } from 'vscode';
import { notebookProgram, type NotebookProgram, skipTag } from '../../engine/index.ts';

export const cellScheme = 'vscode-notebook-cell';
export const notebookType = 'jupyter-notebook';

export const isNotebookFile = ({ path }: Uri): boolean => path.toLowerCase().endsWith('.ipynb');

/** The notebook that a document is a cell of. */
export const notebookOf = (document: TextDocument): NotebookDocument | undefined =>
  document.uri.scheme !== cellScheme
    ? undefined
    : workspace.notebookDocuments.find(
        (notebook) =>
          notebook.notebookType === notebookType &&
          notebook.getCells().some((cell) => cell.document === document),
      );

/** The file that a document is, or is a cell of. */
export const fileUriOf = (document: TextDocument): Uri => notebookOf(document)?.uri ?? document.uri;

/** A notebook as the editor has it now, with the document of each cell of the program. */
export interface OpenProgram extends NotebookProgram {
  readonly documents: readonly TextDocument[];
}

/** The program of an open notebook, unsaved edits included; the same cells as are read from its file. */
export const openProgram = (notebook: NotebookDocument): OpenProgram => {
  const cells = notebook
    .getCells()
    .filter(
      ({ kind, document, metadata }) =>
        kind === NotebookCellKind.Code && document.languageId === 'python' && !isSkipped(metadata),
    );
  const program = notebookProgram(
    cells.map(({ index, document }) => ({ number: index + 1, text: document.getText() })),
  );
  return { ...program, documents: cells.map(({ document }) => document) };
};

/** Editors before 1.95 have the file's metadata one level deeper. */
const isSkipped = (metadata: Readonly<Record<string, unknown>>): boolean =>
  [metadata, metadata.metadata].some(
    (each) =>
      typeof each === 'object' &&
      each !== null &&
      'tags' in each &&
      Array.isArray(each.tags) &&
      each.tags.includes(skipTag),
  );

/** Changes with every edit of any cell. */
export const versionOf = (notebook: NotebookDocument): string =>
  notebook
    .getCells()
    .map(
      ({ document, kind }) => `${document.uri.fragment}:${document.version}:${kind}:${document.languageId}`,
    )
    .join(' ');
