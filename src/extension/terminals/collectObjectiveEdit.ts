import * as l10n from '@vscode/l10n';
import type { CommentPlace, Direction, FileAnnotations } from '../../engine/index.ts';

/** What a person made of a number in a trial's output, for the studies to come. */
export type Wish =
  | { readonly kind: 'objective'; readonly metric: string; readonly direction: Direction }
  | { readonly kind: 'limit'; readonly metric: string; readonly sign: '<=' | '>='; readonly bound: string };

export interface TextEdit {
  /** Half-open range of the text. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export type ObjectiveEdit =
  | { readonly kind: 'edit'; readonly edits: readonly TextEdit[] }
  /** The script says so already. */
  | { readonly kind: 'same' }
  | { readonly kind: 'refused'; readonly why: string };

/** As it stands in a comment; names with other characters are quoted. */
const toName = (metric: string): string =>
  /^[\p{L}_][\p{L}\p{N}_./@:-]*$/u.test(metric) ? metric : JSON.stringify(metric);

/** `maximize val_acc`, `constraint latency_ms <= 20` */
export const toClause = (wish: Wish): string =>
  wish.kind === 'objective'
    ? `${wish.direction} ${toName(wish.metric)}`
    : `constraint ${toName(wish.metric)} ${wish.sign} ${wish.bound}`;

/**
 * Writes a wish into a script's comments. An objective takes the place of those that stand there; a limit that of a
 * limit on the same metric. What is new stands on a line of its own behind the other comments.
 */
export const collectObjectiveEdit = (
  text: string,
  annotations: Pick<FileAnnotations, 'comments' | 'reports'>,
  wish: Wish,
): ObjectiveEdit => {
  const clauses = annotations.comments.flatMap((comment) => clausesOf(text, comment, annotations, wish.kind));
  const rivals =
    wish.kind === 'objective'
      ? clauses
      : clauses.filter(({ metric, sign }) => metric === wish.metric && sign === wish.sign);
  const clause = toClause(wish);
  const [first, ...others] = [...rivals].sort((a, b) => Number(a.isImplied) - Number(b.isImplied));
  if (first === undefined) return insertLine(text, annotations.comments, clause);
  if (others.length === 0 && isSame(first, wish)) return { kind: 'same' };
  const removed = others.map((other) => removal(text, other));
  if (removed.includes(undefined)) return refusal(clause);
  const edits = removed.flatMap((edit) => edit ?? []);
  // Behind an assignment the metric is what is assigned, so only the direction can change there.
  if (!first.isImplied || (wish.kind === 'objective' && first.metric === wish.metric))
    return {
      kind: 'edit',
      edits: sorted([...edits, { ...first.span, text: first.isImplied ? clauseWord(wish) : clause }]),
    };
  const gone = removal(text, first);
  const staying = annotations.comments.filter((comment) =>
    rivals.every((rival) => rival.comment !== comment),
  );
  const line = insertLine(text, staying, clause);
  if (gone === undefined || line.kind !== 'edit') return refusal(clause);
  return { kind: 'edit', edits: sorted([...edits, gone, ...line.edits]) };
};

const clauseWord = (wish: Wish): string => (wish.kind === 'objective' ? wish.direction : toClause(wish));

const sorted = (edits: readonly TextEdit[]): readonly TextEdit[] =>
  [...edits].sort((a, b) => a.start - b.start);

const refusal = (clause: string): ObjectiveEdit => ({
  kind: 'refused',
  why: l10n.t(
    'The script’s comments cannot be changed safely here. Write “# tune: {0}” in the script by hand.',
    clause,
  ),
});

interface Clause {
  readonly comment: CommentPlace;
  readonly span: { readonly start: number; readonly end: number };
  readonly metric: string;
  readonly word: string;
  readonly sign?: string;
  readonly bound?: string;
  /** The metric is named by the assignment before the comment. */
  readonly isImplied: boolean;
}

const objectiveClause =
  /(?<=^|,)(?<lead>\s*)(?<word>maximi[sz]e|minimi[sz]e)\b(?:[ \t]+(?<metric>"[^"]*"|'[^']*'|[^\s,#]+))?/g;
const limitClause =
  /(?<=^|,)(?<lead>\s*)(?<word>constraint)[ \t]+(?<metric>"[^"]*"|'[^']*'|[^\s,<>]+)\s*(?<sign><=|>=)\s*(?<bound>[^\s,#]+)/g;

const clausesOf = (
  text: string,
  comment: CommentPlace,
  { reports }: Pick<FileAnnotations, 'reports'>,
  kind: Wish['kind'],
): readonly Clause[] => {
  const { start } = comment.body;
  const body = text.slice(start, comment.span.end);
  const pattern = kind === 'objective' ? objectiveClause : limitClause;
  return [...body.matchAll(pattern)].flatMap((match) => {
    const { lead = '', word = '', metric, sign, bound } = match.groups ?? {};
    const report = reports.find(({ line }) => line === comment.line);
    const name = metric === undefined ? report?.name : unquoted(metric);
    if (name === undefined) return [];
    const from = start + match.index + lead.length;
    const span = { start: from, end: start + match.index + match[0].length };
    return [
      {
        comment,
        span,
        word,
        metric: name,
        isImplied: metric === undefined,
        ...(sign === undefined ? {} : { sign }),
        ...(bound === undefined ? {} : { bound }),
      },
    ];
  });
};

const unquoted = (name: string): string => (/^["']/.test(name) ? name.slice(1, -1) : name);

const isSame = ({ metric, word, bound }: Clause, wish: Wish): boolean =>
  metric === wish.metric &&
  (wish.kind === 'objective' ? word.replace('is', 'iz') === wish.direction : bound === wish.bound);

const commentSign = /[ \t]*(?<sign>#|\/\/|--|%|;)+[ \t]*$/;

/** Takes a clause away: with its comma, or with its whole comment when nothing else is in it. */
const removal = (text: string, { comment, span }: Clause): TextEdit | undefined => {
  const before = text.slice(comment.body.start, span.start).trim();
  const after = text.slice(span.end, comment.span.end).trim();
  if (after.startsWith(',')) {
    const comma = text.indexOf(',', span.end);
    const gap = /^[ \t]*/.exec(text.slice(comma + 1))?.[0].length ?? 0;
    return { start: span.start, end: comma + 1 + gap, text: '' };
  }
  if (before.endsWith(',')) return { start: text.lastIndexOf(',', span.start), end: span.end, text: '' };
  const rest = /^[^\r\n]*/.exec(text.slice(comment.span.end))?.[0] ?? '';
  const line = lineBefore(text, comment.span.start);
  const sign = commentSign.exec(line);
  if (before !== '' || after !== '' || rest.trim() !== '' || sign === null) return undefined;
  const end = comment.span.end + rest.length;
  if (!comment.standalone) return { start: comment.span.start - sign[0].length, end, text: '' };
  const lineBreak = /^\r?\n/.exec(text.slice(end))?.[0].length ?? 0;
  return { start: comment.span.start - line.length, end: end + lineBreak, text: '' };
};

/** From the start of its line to an offset. */
const lineBefore = (text: string, offset: number): string =>
  text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);

/** Behind the last line of settings, else behind the first block of tuned literals: a comment ends those lines, so that nothing continues over them. */
const insertLine = (text: string, comments: readonly CommentPlace[], clause: string): ObjectiveEdit => {
  const anchor = comments.findLast(({ standalone }) => standalone) ?? endOfFirstBlock(comments);
  if (anchor === undefined) return refusal(clause);
  const before = lineBefore(text, anchor.span.start);
  const sign = commentSign.exec(before)?.[0].trim();
  if (sign === undefined) return refusal(clause);
  const indent = /^[ \t]*/.exec(before)?.[0] ?? '';
  const rest = /^[^\r\n]*/.exec(text.slice(anchor.span.end))?.[0] ?? '';
  const at = anchor.span.end + rest.length;
  const lineBreak = text.includes('\r\n') ? '\r\n' : '\n';
  return {
    kind: 'edit',
    edits: [{ start: at, end: at, text: `${lineBreak}${indent}${sign} tune: ${clause}` }],
  };
};

const endOfFirstBlock = (comments: readonly CommentPlace[]): CommentPlace | undefined => {
  const [first, ...others] = comments.filter(({ standalone }) => !standalone);
  let last = first;
  for (const comment of others) if (last !== undefined && comment.line <= last.line + 1) last = comment;
  return last;
};
