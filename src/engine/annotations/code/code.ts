import type { SyntaxNode, Tree } from '@lezer/common';
import type { ParamValue } from '../../space/parameter.ts';
import { annotationComment, annotationStart } from '../comment.ts';
import { aWarning } from '../grammar/problem.ts';
import type { FoundComment, OpenSource } from '../language.ts';
import { Lines } from '../lines.ts';
import type { Assigning, ListItem, LiteralSlot, Naming, Slot } from '../slot.ts';
import type { AnnotationProblem, Span } from '../tunable.ts';

/** What a value in source is: a literal, a list of literals, or something else in words. */
export type ValueRead =
  | { readonly value: ParamValue; readonly number?: string }
  | { readonly items: readonly ListItem[]; readonly what: string }
  | { readonly what: string };

/** A name with the value that source gives it. */
export interface NamedValue extends Span {
  readonly naming: Naming;
  /** The text at the span, as a value. */
  readonly read: ValueRead;
}

/** A comment that runs to the end of its line: the sign included. */
export type CommentSpan = Span;

/** A text taken apart by a parser, as far as annotations need it. */
export interface Code {
  readonly sign: string;
  /** The comment at a place in the text; undefined where the place is in a string or in code. */
  readonly commentAt: (place: number) => CommentSpan | undefined;
  /** The named values that end within the span. */
  readonly named: (within: Span) => readonly NamedValue[];
}

/** Annotations of any language whose text was taken apart into named values and comments. */
export const openCode = (source: string, code: Code): OpenSource => {
  const lines = new Lines(source);
  return {
    lines,
    comments: () => annotationsIn(source, lines, code),
    imports: () => [],
    reassigned: (tuned) => reassignedIn(source, lines, code, tuned),
  };
};

const annotationsIn = (source: string, lines: Lines, { sign, commentAt, named }: Code): FoundComment[] => {
  const found: FoundComment[] = [];
  const pattern = annotationStart(sign);
  for (let match = pattern.exec(source); match; match = pattern.exec(source)) {
    const comment = commentAt(match.index);
    if (comment === undefined) continue;
    const line = lines.lineOf(match.index);
    const from = lines.startOf(line);
    const start = match.index + match[0].length - 'tune'.length;
    const place = { line, standalone: source.slice(from, comment.start).trim() === '', sign };
    const before = { start: from, end: comment.start };
    pattern.lastIndex = Math.max(comment.end, match.index + 1);
    // Behind a remark in the same comment there is space before the sign; `http://tune` is prose.
    if (comment.start !== match.index && !/\s/u.test(source.charAt(match.index - 1))) continue;
    found.push({
      comment: annotationComment(source, { start, end: comment.end }, place),
      slots: () => named(before).map((each) => toSlot(source, each)),
      assigning: () => named(before).flatMap(toAssigning),
    });
  }
  return found;
};

const toSlot = (source: string, { naming, start, end, read }: NamedValue): Slot => ({
  ...naming,
  span: { start, end },
  text: source.slice(start, end),
  ...read,
});

const toAssigning = ({ naming: { name, form }, end }: NamedValue): Assigning[] =>
  form.kind === 'assignment' || form.kind === 'field' ? [{ names: [name], targets: [name], end }] : [];

const reassignedIn = (
  source: string,
  lines: Lines,
  { named }: Code,
  tuned: readonly LiteralSlot[],
): AnnotationProblem[] => {
  const variables = tuned.filter(({ scope }) => scope !== undefined);
  if (variables.length === 0) return [];
  const warned = new Set<LiteralSlot>();
  return named({ start: 0, end: source.length }).flatMap(({ naming, start, end }) => {
    const slot = variables.find(
      ({ name, scope, span }) => name === naming.name && scope === naming.scope && span.end < start,
    );
    if (slot === undefined || warned.has(slot)) return [];
    warned.add(slot);
    const line = lines.lineOf(slot.span.start) + 1;
    const message = `${slot.name} is tuned on line ${line} and assigned anew here: a trial's value holds only until then.`;
    return [aWarning('reassigned', message, { start, end })];
  });
};

/** Comments and error marks are passed over. */
const isSkipped = ({ name }: SyntaxNode): boolean => name.endsWith('Comment') || name === '⚠';

/** The children of a node, without comments and error marks. */
export const childrenOf = (node: SyntaxNode): readonly SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (!isSkipped(child)) children.push(child);
  return children;
};

/** What a language with a grammar says of its tree. */
export interface TreeLanguage {
  readonly sign: string;
  readonly comments: ReadonlySet<string>;
  readonly parse: (source: string) => Tree;
  /** The named values that this node declares itself, not those within it. */
  readonly declared: (source: string, node: SyntaxNode) => readonly NamedValue[];
}

/** As `Code`, of a whole syntax tree. */
export const treeCode = (source: string, { sign, comments, parse, declared }: TreeLanguage): Code => {
  let parsed: Tree | undefined;
  const tree = (): Tree => {
    parsed ??= parse(source);
    return parsed;
  };
  return {
    sign,
    commentAt: (place) => {
      const node = tree().resolveInner(place, 1);
      return comments.has(node.name) ? { start: node.from, end: node.to } : undefined;
    },
    named: (within) => {
      const found = namedIn(tree(), source, within, declared);
      if (found.length > 0) return found;
      // A mistake above may have misled the parser: the line may read well by itself.
      const line = source.slice(within.start, within.end);
      return namedIn(parse(line), line, { start: 0, end: line.length }, declared).map((each) =>
        moved(each, within.start),
      );
    },
  };
};

const namedIn = (
  tree: Tree,
  source: string,
  { start, end }: Span,
  declared: TreeLanguage['declared'],
): readonly NamedValue[] => {
  const found: NamedValue[] = [];
  tree.iterate({
    from: start,
    to: end,
    enter: ({ node }) => {
      for (const each of declared(source, node)) if (each.start >= start && each.end <= end) found.push(each);
    },
  });
  return found.sort((a, b) => a.start - b.start || b.end - a.end);
};

const moved = (named: NamedValue, by: number): NamedValue => ({
  ...named,
  start: named.start + by,
  end: named.end + by,
});
