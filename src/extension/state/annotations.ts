import type { DocumentFilter, TextDocument } from 'vscode';
import {
  editorLanguages,
  type FileAnnotations,
  hasAnnotation,
  languageOfEditor,
  scanSource,
} from '../../engine/index.ts';

const nothing: FileAnnotations = {
  comments: [],
  tunables: [],
  reports: [],
  objectives: [],
  constraints: [],
  limits: [],
  options: { budget: {} },
  problems: [],
  imports: [],
};

/** What the comments of open documents say; each version of a document is read once. */
export class DocumentAnnotations {
  private readonly known = new WeakMap<
    TextDocument,
    { readonly version: number; readonly annotations: FileAnnotations }
  >();

  of(document: TextDocument): FileAnnotations {
    const known = this.known.get(document);
    if (known?.version === document.version) return known.annotations;
    const annotations = this.read(document, document.getText());
    this.known.set(document, { version: document.version, annotations });
    return annotations;
  }

  /** As if the document had this text. */
  read({ languageId }: TextDocument, text: string): FileAnnotations {
    const language = languageOfEditor(languageId);
    return language !== undefined && hasAnnotation(text) ? scanSource(language, text) : nothing;
  }
}

/** Documents whose comments are read. Remote and virtual folders have schemes of their own. */
export const isAnnotatable = (document: TextDocument): boolean =>
  annotatableLanguages.includes(document.languageId) && annotatableSchemes.includes(document.uri.scheme);

/** Ids of the editor's languages. */
export const annotatableLanguages: readonly string[] = editorLanguages;

/** Not `git`, `output` and the like: copies of a file must not offer to change it. */
export const annotatableSchemes: readonly string[] = ['file', 'untitled', 'vscode-vfs'];

/** What providers of language features are registered for. */
export const annotatableSelector: readonly DocumentFilter[] = annotatableSchemes.flatMap((scheme) =>
  annotatableLanguages.map((language) => ({ language, scheme })),
);
