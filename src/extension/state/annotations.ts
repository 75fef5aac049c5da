import { type DocumentFilter, type NotebookDocument, type TextDocument, workspace } from 'vscode';
import {
  editorLanguages,
  type FileAnnotations,
  hasAnnotation,
  languageOfEditor,
  scanSource,
  SourceMemory,
  sliceAnnotations,
} from '../../engine/index.ts';
import { cellScheme, notebookOf, openProgram, type OpenProgram, versionOf } from './notebooks.ts';

const nothing: FileAnnotations = {
  comments: [],
  tunables: [],
  reports: [],
  objectives: [],
  constraints: [],
  limits: [],
  options: { budget: {} },
  problems: [],
  elsewhere: [],
  imports: [],
};

interface ReadNotebook {
  readonly version: string;
  readonly program: OpenProgram;
  readonly annotations: FileAnnotations;
  /** What belongs to each cell, once asked for. */
  readonly cells: Map<TextDocument, FileAnnotations>;
}

/** What the comments of open documents say; each version of a document is read once. */
export class DocumentAnnotations {
  private readonly known = new WeakMap<
    TextDocument,
    { readonly version: number; readonly annotations: FileAnnotations }
  >();

  /** While a document is typed in, each version is read from the one before. */
  private readonly memories = new WeakMap<TextDocument, SourceMemory>();

  private readonly notebooks = new WeakMap<NotebookDocument, ReadNotebook>();

  of(document: TextDocument): FileAnnotations {
    const notebook = notebookOf(document);
    if (notebook !== undefined) return this.ofCell(notebook, document);
    const known = this.known.get(document);
    if (known?.version === document.version) return known.annotations;
    const annotations = this.read(document, document.getText(), this.memoryOf(document));
    this.known.set(document, { version: document.version, annotations });
    return annotations;
  }

  /** What all cells of a notebook say together; places are those of its program. */
  ofNotebook(notebook: NotebookDocument): FileAnnotations {
    return this.readNotebook(notebook).annotations;
  }

  /** A cell that is no part of the program, such as one in another language, says nothing. */
  private ofCell(notebook: NotebookDocument, document: TextDocument): FileAnnotations {
    const { program, annotations, cells } = this.readNotebook(notebook);
    const known = cells.get(document);
    if (known !== undefined) return known;
    const cell = program.cells[program.documents.indexOf(document)];
    const own = cell === undefined ? nothing : sliceAnnotations(annotations, cell);
    cells.set(document, own);
    return own;
  }

  private readNotebook(notebook: NotebookDocument): ReadNotebook {
    const version = versionOf(notebook);
    const known = this.notebooks.get(notebook);
    if (known?.version === version) return known;
    const program = openProgram(notebook);
    const { scannable } = program;
    const annotations = hasAnnotation(scannable) ? scanSource('python', scannable) : nothing;
    const read: ReadNotebook = { version, program, annotations, cells: new Map() };
    this.notebooks.set(notebook, read);
    return read;
  }

  /** As if the document had this text. */
  read({ languageId }: TextDocument, text: string, memory?: SourceMemory): FileAnnotations {
    const language = languageOfEditor(languageId);
    return language !== undefined && hasAnnotation(text) ? scanSource(language, text, [], memory) : nothing;
  }

  private memoryOf(document: TextDocument): SourceMemory {
    const known = this.memories.get(document) ?? new SourceMemory();
    this.memories.set(document, known);
    return known;
  }
}

/** Documents whose comments are read. Remote and virtual folders have schemes of their own. */
export const isAnnotatable = (document: TextDocument): boolean =>
  annotatableLanguages.includes(document.languageId) && annotatableSchemes.includes(document.uri.scheme);

/** Ids of the editor's languages. */
export const annotatableLanguages: readonly string[] = editorLanguages;

/** Of the folders that the window was opened with: virtual file systems have names of their own. */
const folderSchemes = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.scheme);

/** Not `git`, `output` and the like: copies of a file must not offer to change it. */
export const annotatableSchemes: readonly string[] = [
  ...new Set(['file', 'untitled', 'vscode-vfs', cellScheme, ...folderSchemes]),
];

/** What providers of language features are registered for. */
export const annotatableSelector: readonly DocumentFilter[] = annotatableSchemes.flatMap((scheme) =>
  annotatableLanguages.map((language) => ({ language, scheme })),
);
