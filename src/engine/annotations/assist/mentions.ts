import { functionNames } from '../../space/expressionNode.ts';
import { objectiveWords } from '../grammar/directives.ts';
import { isSymbol, splitTokens, type Token, tokenize } from '../grammar/tokens.ts';
import { dottedNames } from '../resolveExpression.ts';
import type { CommentPlace, FileAnnotations, LiteralPlace, Span } from '../tunable.ts';

/** A name in an annotation. */
export interface Mention {
  readonly text: string;
  readonly span: Span;
  /** `target`: `lr: 1..2` says which literal of the line is meant. `name`: in an expression. `metric`: of an objective. */
  readonly kind: 'target' | 'name' | 'metric';
}

const notNames: ReadonlySet<string> = new Set([
  ...functionNames,
  ...['and', 'or', 'not', 'in', 'if', 'True', 'False', 'None', 'true', 'false', 'null'],
]);
const separators: ReadonlySet<string> = new Set([',', ';']);

/** The names in one annotation, in order; also in one that has errors. */
export const mentionsIn = (source: string, { body }: Pick<CommentPlace, 'body'>): readonly Mention[] =>
  splitTokens(tokenize(source.slice(body.start, body.end), body.start), separators).flatMap(({ tokens }) =>
    mentionsInPart(source, tokens),
  );

const mentionsInPart = (source: string, tokens: readonly Token[]): readonly Mention[] => {
  const [first, colon] = tokens;
  const named = first?.kind === 'name' && isSymbol(colon, ':');
  const target: readonly Mention[] = named
    ? [{ text: first.text, span: { start: first.start, end: first.end }, kind: 'target' }]
    : [];
  const rest = named ? tokens.slice(2) : tokens;
  return [...target, ...metricOf(rest), ...expressionNames(source, rest)];
};

const metricOf = (tokens: readonly Token[]): readonly Mention[] => {
  const [word, name, ...more] = tokens;
  const isMetric = word !== undefined && (objectiveWords.has(word.text) || word.text === 'constraint');
  if (!isMetric || name?.kind !== 'name' || (objectiveWords.has(word.text) && more.length > 0)) return [];
  return [{ text: name.text, span: { start: name.start, end: name.end }, kind: 'metric' }];
};

const expressionNames = (source: string, tokens: readonly Token[]): readonly Mention[] => {
  const from = tokens.findIndex(
    (token, i) => token.text === 'if' || (i === 0 && (isSymbol(token, '=') || token.text === 'where')),
  );
  const first = from < 0 ? undefined : tokens[from + 1];
  const last = tokens.at(-1);
  if (first === undefined || last === undefined) return [];
  return dottedNames(source.slice(first.start, last.end), first.start)
    .filter(({ text }) => !notNames.has(text))
    .map(({ text, start, end }) => ({ text, span: { start, end }, kind: 'name' }));
};

/** The name of the list whose length or item is meant: `hidden` of `hidden.length` and `hidden[0]`. */
export const ownerOfPart = (name: string): string => name.replace(/(?:\.length|\[\d+\])$/u, '');

/** The annotated literal that a name in `comment` means; undefined where it is none of this file, or not only one. */
export const literalMeant = (
  annotations: Pick<FileAnnotations, 'comments' | 'tunables'>,
  comment: CommentPlace,
  { text, kind }: Pick<Mention, 'text' | 'kind'>,
): LiteralPlace | undefined => {
  if (kind === 'metric') return undefined;
  if (kind === 'target')
    return only([...comment.literals, ...comment.aside].filter(({ name }) => name === text));
  const all = annotations.comments.flatMap(({ literals }) => literals);
  const owners = comment.literals.flatMap(({ owner }) => owner ?? []);
  for (const wanted of [text, ownerOfPart(text)]) {
    const tuned = annotations.tunables.find(
      ({ name }) => name === wanted || owners.some((owner) => name === `${owner}.${wanted}`),
    );
    const found = tuned
      ? all.find(({ span }) => span.start === tuned.span.start)
      : only(all.filter(({ name, owner }) => name === wanted || `${owner}.${name}` === wanted));
    if (found) return found;
  }
  return undefined;
};

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);
