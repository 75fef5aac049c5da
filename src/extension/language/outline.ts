import {
  type Disposable,
  DocumentSymbol,
  type DocumentSymbolProvider,
  FoldingRange,
  FoldingRangeKind,
  type FoldingRangeProvider,
  languages,
  SymbolKind,
  type TextDocument,
} from 'vscode';
import { type AnnotatedTunable, summaryOf } from '../../engine/index.ts';
import { Disposables } from '../platform/events.ts';
import { annotatableSelector, type DocumentAnnotations } from '../state/annotations.ts';
import { nameBefore } from './collectHover.ts';
import { collectFolds } from './collectFolds.ts';
import { toRange } from '../platform/toRange.ts';

/** Tuned values in the outline and by “Go to Symbol”, and blocks of study settings folded. */
export const registerOutline = (annotations: DocumentAnnotations): Disposable => {
  const owned = new Disposables();
  const symbols: DocumentSymbolProvider = {
    provideDocumentSymbols: (document) =>
      annotations.of(document).tunables.map((tunable) => toSymbol(document, tunable)),
  };
  const folds: FoldingRangeProvider = {
    provideFoldingRanges: (document, _, token) => {
      const { comments } = annotations.of(document);
      // Without blocks nothing is said, so that the editor goes on folding by indentation where nobody else folds.
      if (token.isCancellationRequested || !comments.some(({ standalone }) => standalone)) return undefined;
      return collectFolds(document.getText(), comments, document.languageId)?.map(
        ({ start, end, isComment }) =>
          new FoldingRange(start, end, ...(isComment ? [FoldingRangeKind.Comment] : [])),
      );
    },
  };
  owned.add(languages.registerDocumentSymbolProvider(annotatableSelector, symbols, { label: 'TuneLens' }));
  owned.add(languages.registerFoldingRangeProvider(annotatableSelector, folds));
  return owned;
};

const toSymbol = (document: TextDocument, tunable: AnnotatedTunable): DocumentSymbol => {
  const { name, span, annotation, text } = tunable;
  const own = nameBefore(document.getText(), tunable);
  const start = Math.min(own?.start ?? span.start, annotation.start);
  const range = toRange(document, { start, end: Math.max(span.end, annotation.end) });
  return new DocumentSymbol(
    name,
    `${text} · ${summaryOf(tunable)}`,
    SymbolKind.TypeParameter,
    range,
    toRange(document, span),
  );
};
