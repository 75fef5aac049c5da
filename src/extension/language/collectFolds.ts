import type { CommentPlace } from '../../engine/index.ts';

export interface Fold {
  /** First and last line, 0-based. */
  readonly start: number;
  readonly end: number;
  readonly isComment: boolean;
}

/**
 * Blocks of annotations that stand on lines of their own, and beside them every block of deeper lines: an editor that
 * is told one range no longer folds by indentation. Undefined where there is no such block of annotations.
 */
export const collectFolds = (
  source: string,
  comments: readonly CommentPlace[],
  language: string,
): readonly Fold[] | undefined => {
  const blocks = blocksOf(comments);
  if (blocks.length === 0) return undefined;
  const starts = new Set(blocks.map(({ start }) => start));
  return [...blocks, ...indented(source, language).filter(({ start }) => !starts.has(start))].sort(
    (a, b) => a.start - b.start || b.end - a.end,
  );
};

const blocksOf = (comments: readonly CommentPlace[]): readonly Fold[] => {
  const blocks: { start: number; end: number; isComment: true }[] = [];
  for (const { standalone, line } of comments) {
    if (!standalone) continue;
    const last = blocks.at(-1);
    if (last?.end === line - 1) last.end = line;
    else if (last?.end !== line) blocks.push({ start: line, end: line, isComment: true });
  }
  return blocks.filter(({ start, end }) => end > start);
};

/** In these a block ends with its last deeper line; in the others the line with the closing bracket is not part of it. */
const byIndentation: ReadonlySet<string> = new Set(['python', 'yaml']);

const indented = (source: string, language: string): readonly Fold[] => {
  const folds: Fold[] = [];
  const open: { readonly line: number; readonly depth: number }[] = [];
  let last = -1;
  const close = (depth: number): void => {
    for (let top = open.at(-1); top && top.depth >= depth; top = open.at(-1)) {
      open.pop();
      if (last > top.line) folds.push({ start: top.line, end: last, isComment: false });
    }
  };
  source.split('\n').forEach((text, line) => {
    const depth = text.search(/[^ \t\r]/u);
    if (depth < 0) {
      if (!byIndentation.has(language)) last = Math.max(last, line - 1);
      return;
    }
    close(depth);
    open.push({ line, depth });
    last = line;
  });
  close(0);
  return folds;
};
