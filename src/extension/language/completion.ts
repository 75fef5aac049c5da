import {
  CompletionItem,
  CompletionItemKind,
  type CompletionItemProvider,
  type Disposable,
  languages,
  MarkdownString,
  type Position,
  SnippetString,
  type TextDocument,
} from 'vscode';
import type { AnnotatedTunable, FileAnnotations } from '../../engine/index.ts';
import { annotatableSelector, type DocumentAnnotations } from '../state/annotations.ts';
import { fileUriOf, notebookOf } from '../state/notebooks.ts';
import type { Studies } from '../state/studies.ts';
import { collectBeginnings, type Completion, collectCompletions } from './collectCompletions.ts';
import { commentAt } from './place.ts';
import { newestStudy } from '../state/studyOfFile.ts';
import { toRange } from '../platform/toRange.ts';

/** Where something may follow without a letter being typed; editors do not complete words in comments by themselves. */
const triggers = ['#', ':', ' ', '[', ',', '=', '"', "'"];

/** A line that may hold an annotation before the cursor, or the beginning of one. Spares all others the scan. */
const mayAnnotate = /(?:#|\/\/|--|%|;)[ \t]*t(?:une?|u)?\b|(?:#|\/\/|--|%|;)[ \t]*t?$/u;
/** The beginning of an annotation: what stands before the comment, its sign, space, and what there is of `tune`. */
const beginning = /^(.*?)(#|\/\/|--|%|;)([ \t]*)(t|tu|tun|tune)?$/u;

export type AboutStrategy = (of: 'sampler' | 'pruner', name: string) => string | undefined;

export const registerCompletion = (
  annotations: DocumentAnnotations,
  studies: Studies,
  aboutStrategy: AboutStrategy,
): Disposable => {
  const provider: CompletionItemProvider = {
    provideCompletionItems: (document, position, token) => {
      const before = document.lineAt(position.line).text.slice(0, position.character);
      if (token.isCancellationRequested || !mayAnnotate.test(before)) return [];
      const offset = document.offsetAt(position);
      const source = document.getText();
      const read = annotations.of(document);
      const comment = commentAt(source, read, offset);
      const found =
        comment === undefined
          ? beginningsAt(annotations, document, position)
          : collectCompletions({
              source,
              annotations: read,
              comment,
              offset,
              elsewhere: otherCells(annotations, document, read),
              metrics:
                newestStudy(studies, fileUriOf(document))?.study.metricsSeen.map(({ metric }) => metric) ??
                [],
              aboutStrategy,
            });
      return found.map((completion, rank) => toItem(document, offset, completion, rank));
    },
  };
  return languages.registerCompletionItemProvider(annotatableSelector, provider, ...triggers);
};

const otherCells = (
  annotations: DocumentAnnotations,
  document: TextDocument,
  { tunables }: FileAnnotations,
): readonly AnnotatedTunable[] => {
  const notebook = notebookOf(document);
  const own = new Set(tunables.map(({ name }) => name));
  return notebook === undefined
    ? []
    : annotations.ofNotebook(notebook).tunables.filter(({ name }) => !own.has(name));
};

/** Behind a `#` on a line with a literal, or the first letters of `tune` in a comment of its own. */
const beginningsAt = (
  annotations: DocumentAnnotations,
  document: TextDocument,
  position: Position,
): readonly Completion[] => {
  const line = document.lineAt(position.line).text;
  const match = beginning.exec(line.slice(0, position.character));
  if (match === null || line.slice(position.character).trim() !== '') return [];
  const [, code = '', sign = '', space = '', word = ''] = match;
  if (code.trim() === '' && word.length < 2) return [];
  const offset = document.offsetAt(position);
  const source = document.getText();
  const start = offset - word.length - space.length - sign.length;
  // As if the comment were written: only the scanner knows what may be tuned here, and what lies in a string.
  const written = `${sign} tune`;
  const read = annotations.read(document, source.slice(0, start) + written + source.slice(offset));
  const comment = read.comments.find(({ span }) => span.start === start + sign.length + 1);
  if (comment === undefined || (!comment.standalone && comment.literals.length === 0)) return [];
  return collectBeginnings(comment, { start: start + sign.length, end: offset }).map((item) => ({
    ...item,
    snippet: ` ${item.snippet}`,
  }));
};

const kinds: Readonly<Record<Completion['kind'], CompletionItemKind>> = {
  space: CompletionItemKind.TypeParameter,
  word: CompletionItemKind.Keyword,
  name: CompletionItemKind.Variable,
  value: CompletionItemKind.Value,
  function: CompletionItemKind.Function,
  setting: CompletionItemKind.Property,
};

const toItem = (
  document: TextDocument,
  offset: number,
  { label, snippet, kind, detail, documentation, word, goesOn, filter = label }: Completion,
  rank: number,
): CompletionItem => {
  const item = new CompletionItem(label, kinds[kind]);
  item.insertText = new SnippetString(snippet);
  item.range = {
    inserting: toRange(document, { start: word.start, end: offset }),
    replacing: toRange(document, word),
  };
  // What is typed of a comment's beginning has a space before it, which names of items have not.
  item.filterText = /^\s/u.test(document.getText(item.range.inserting)) ? ` ${filter}` : filter;
  item.sortText = String(rank).padStart(3, '0');
  if (detail !== undefined) item.detail = detail;
  if (documentation !== undefined) item.documentation = new MarkdownString(documentation);
  if (goesOn === true) item.command = { title: '', command: 'editor.action.triggerSuggest' };
  return item;
};
