import { type ChangedRange, type SyntaxNode, type Tree, TreeFragment } from '@lezer/common';
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
  /** The named values that lie within the span. */
  readonly named: (within: Span) => readonly NamedValue[];
  /** The same, of the span's text by itself: where a mistake above it misleads the parser. */
  readonly alone?: (within: Span) => readonly NamedValue[];
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

const annotationsIn = (source: string, lines: Lines, code: Code): FoundComment[] => {
  const { sign, commentAt } = code;
  const named = (before: Span): readonly NamedValue[] => {
    const found = code.named(before);
    return found.length > 0 ? found : (code.alone?.(before) ?? []);
  };
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

/** Places of one name that are looked at; a name that stands in more is no tuned constant's. */
const mostPlaces = 200;

const reassignedIn = (
  source: string,
  lines: Lines,
  { named }: Code,
  tuned: readonly LiteralSlot[],
): AnnotationProblem[] =>
  tuned.flatMap((slot) => {
    const { name, scope, span } = slot;
    if (scope === undefined) return [];
    for (const line of linesWith(source, lines, name, span.end)) {
      const again = named(line).find(
        ({ naming, start }) => naming.name === name && naming.scope === scope && start > span.end,
      );
      if (again === undefined) continue;
      const message = `${name} is tuned on line ${lines.lineOf(span.start) + 1} and assigned anew here: a trial's value holds only until then.`;
      return [aWarning('reassigned', message, { start: again.start, end: again.end })];
    }
    return [];
  });

/** The lines behind a place that mention a name. */
const linesWith = (source: string, lines: Lines, name: string, from: number): readonly Span[] => {
  const found = new Map<number, Span>();
  let at = source.indexOf(name, from);
  for (let places = 0; at >= 0 && places < mostPlaces; places++) {
    const line = lines.lineOf(at);
    if (!found.has(line)) found.set(line, { start: lines.startOf(line), end: lines.startOf(line + 1) });
    at = source.indexOf(name, at + name.length);
  }
  return [...found.values()];
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
  readonly parse: (source: string, fragments?: readonly TreeFragment[]) => Tree;
  /** The named values that this node declares itself, not those within it. */
  readonly declared: (source: string, node: SyntaxNode) => readonly NamedValue[];
}

/** A text as long as this takes milliseconds to parse. */
const worthKeeping = 30_000;

/** The tree that was parsed last of each language's long texts: only what was changed since is parsed again. */
const kept = new WeakMap<TreeLanguage, { readonly source: string; readonly tree: Tree }>();

const parsedAgain = (source: string, language: TreeLanguage): Tree => {
  const last = kept.get(language);
  if (last?.source === source) return last.tree;
  const fragments =
    last === undefined
      ? []
      : TreeFragment.applyChanges(TreeFragment.addTree(last.tree), [changeBetween(last.source, source)]);
  const tree = language.parse(source, fragments);
  kept.set(language, { source, tree });
  return tree;
};

const changeBetween = (before: string, after: string): ChangedRange => {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  while (
    same < most - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { fromA: start, toA: before.length - same, fromB: start, toB: after.length - same };
};

/** As `Code`, of a whole syntax tree. */
export const treeCode = (source: string, language: TreeLanguage): Code => {
  const { sign, comments, parse, declared } = language;
  let parsed: Tree | undefined;
  const tree = (): Tree => {
    parsed ??= source.length < worthKeeping ? parse(source) : parsedAgain(source, language);
    return parsed;
  };
  return {
    sign,
    commentAt: (place) => {
      const node = tree().resolveInner(place, 1);
      return comments.has(node.name) ? { start: node.from, end: node.to } : undefined;
    },
    named: (within) => namedIn(tree(), source, within, declared),
    alone: (within) => {
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
