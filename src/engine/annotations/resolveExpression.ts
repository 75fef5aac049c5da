import { parseExpression } from '../space/expression.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { LiteralBody, Placed } from './grammar/item.ts';
import { aGuess, anError } from './grammar/problem.ts';
import { type Token, tokenize } from './grammar/tokens.ts';
import { nearest } from './nearest.ts';
import type { AnnotationProblem, Span } from './tunable.ts';

/** What the names in a file's expressions can mean. */
export interface Scope {
  /** Searched and derived names, of this file and of others in the study. */
  readonly known: ReadonlySet<string>;
  /** Why a name that exists cannot be used, in words: `epochs is a budget`. */
  readonly unusable: ReadonlyMap<string, string>;
}

/**
 * The expression with each name as it stands in the study: inside `Config`, `lr` means `Config.lr` where there is no
 * plain `lr`. Fails on a name that is nothing the study knows.
 */
export const resolveExpression = (
  placed: Placed,
  owner: string | undefined,
  scope: Scope,
): Result<Placed, AnnotationProblem> => {
  const renamed = new Map<string, string>();
  for (const name of placed.expression.names) {
    if (scope.known.has(name)) continue;
    const own = `${owner}.${name}`;
    if (owner === undefined || !scope.known.has(own)) return failure(unknownName(placed, name, owner, scope));
    renamed.set(name, own);
  }
  if (renamed.size === 0) return success(placed);
  const parsed = parseExpression(rename(placed.expression.text, renamed));
  return parsed.ok
    ? success({ ...placed, expression: parsed.value })
    : failure(anError('syntax', parsed.error.message, placed.span));
};

/** A body whose expressions are resolved. */
export const resolveBody = <B extends LiteralBody>(
  body: B,
  owner: string | undefined,
  scope: Scope,
): Result<B, AnnotationProblem> => {
  let resolved: B = body;
  if ('derived' in body) {
    const derived = resolveExpression(body.derived, owner, scope);
    if (!derived.ok) return derived;
    resolved = { ...resolved, derived: derived.value };
  }
  if ('condition' in body && body.condition) {
    const condition = resolveExpression(body.condition, owner, scope);
    if (!condition.ok) return condition;
    resolved = { ...resolved, condition: condition.value };
  }
  return success(resolved);
};

const unknownName = (
  placed: Placed,
  name: string,
  owner: string | undefined,
  { known, unusable }: Scope,
): AnnotationProblem => {
  const span = placeOfName(placed, name);
  const reason = unusable.get(name);
  if (reason !== undefined) return anError('unknown-name', `${reason}, so nothing can depend on it.`, span);
  const qualified = [...known].filter((each) => each.endsWith(`.${name}`));
  const near = [...known].map((each) =>
    each.startsWith(`${owner}.`) ? each.slice(`${owner}.`.length) : each,
  );
  const meant = qualified[0] ?? nearest(name, near);
  if (qualified.length > 1)
    return anError(
      'unknown-name',
      `${name} may be ${qualified.join(' or ')}: write one of them.`,
      span,
      undefined,
      qualified.map((each) => aGuess(`Change to "${each}"`, span, each)),
    );
  if (meant !== undefined)
    return anError(
      'unknown-name',
      `Nothing called ${name} is tuned: did you mean ${meant}?`,
      span,
      aGuess(`Change to "${meant}"`, span, meant),
    );
  return anError(
    'unknown-name',
    `Nothing called ${name} is tuned: annotate it as well, or write its value instead.`,
    span,
  );
};

/** Words of an expression with `a.b` and `a[0]` as one, by their offsets in it. */
export const dottedNames = (text: string, base: number): (Span & { readonly text: string })[] => {
  const names: (Span & { text: string })[] = [];
  let last: Token | undefined;
  for (const token of tokenize(text, base)) {
    const before = names.at(-1);
    const index = last?.text === '[' && before?.end === last.start ? indexAt(text, last.start - base) : '';
    if (before && index !== '') {
      const { start } = before;
      names[names.length - 1] = { start, end: before.end + index.length, text: before.text + index };
    }
    if (token.kind === 'name' && last?.text === '.' && before?.end === last.start)
      names[names.length - 1] = { start: before.start, end: token.end, text: `${before.text}.${token.text}` };
    else if (token.kind === 'name') names.push({ start: token.start, end: token.end, text: token.text });
    last = token;
  }
  return names;
};

const indexAt = (text: string, at: number): string => /^\[\d+\]/u.exec(text.slice(at))?.[0] ?? '';

const placeOfName = ({ expression, span }: Placed, name: string): Span => {
  const place = dottedNames(expression.text, span.start).find(({ text }) => text === name) ?? span;
  return { start: place.start, end: place.end };
};

const rename = (text: string, renamed: ReadonlyMap<string, string>): string => {
  let result = '';
  let copied = 0;
  for (const name of dottedNames(text, 0)) {
    const other = renamed.get(name.text);
    if (other === undefined) continue;
    result += text.slice(copied, name.start) + other;
    copied = name.end;
  }
  return result + text.slice(copied);
};
