import { functionNames } from '../../space/expressionNode.ts';
import { callWords } from '../grammar/calls.ts';
import { objectiveWords, settingWords } from '../grammar/directives.ts';
import { isShapeWord } from '../grammar/shapes.ts';
import { isSymbol, type Token, tokenize } from '../grammar/tokens.ts';
import type { Span } from '../tunable.ts';

/** Something that may be written next. */
export type Wanted =
  /** A search space for a literal, or what the study is asked. `target` where a literal may be named first. */
  | { readonly what: 'part'; readonly target: boolean }
  /** What the items of a list are: a range or choices. */
  | { readonly what: 'items' }
  /** One of these words of the grammar. */
  | { readonly what: 'words'; readonly words: readonly string[] }
  /** The upper end of a range. */
  | { readonly what: 'upper'; readonly low: string }
  | { readonly what: 'step' }
  /** A choice beside those given, as they are written. */
  | { readonly what: 'choice'; readonly given: readonly string[] }
  /** A name or a function in an expression. */
  | { readonly what: 'operand' }
  /** What joins two operands. `if` where a condition may follow. */
  | { readonly what: 'operator'; readonly condition: boolean }
  /** A value that the name is compared with, beside those given. */
  | { readonly what: 'value'; readonly name: string; readonly given: readonly string[] }
  | { readonly what: 'metric' }
  | { readonly what: 'sign' }
  | { readonly what: 'strategy'; readonly of: 'sampler' | 'pruner' }
  | { readonly what: 'count'; readonly of: 'trials' | 'parallel' | 'seed' | 'items' }
  | { readonly what: 'duration' };

/** What may come next at a place in an annotation. */
export interface Expected {
  /** What is being written there already, and would be replaced. */
  readonly word: Span;
  /** The literal that the part names, where it names one. */
  readonly target?: string;
  readonly wanted: readonly Wanted[];
}

/** Looks only at what stands before `offset`, so that it works on half an annotation. Never throws on any text. */
export const expectedAt = (source: string, body: Span, offset: number): Expected => {
  const tokens = tokenize(source.slice(body.start, offset), body.start);
  const word = takeWord(source, body, tokens, offset);
  if (word === undefined) return { word: { start: offset, end: offset }, wanted: [] };
  const part = lastPart(tokens);
  const [first, colon] = part;
  const named = first?.kind === 'name' && isSymbol(colon, ':');
  const wanted = wantedBehind(named ? part.slice(2) : part, !named);
  return { word, ...(named && { target: first.text }), wanted };
};

const wordEnd = /[\p{L}\p{N}_]*/uy;
const stringEnd = /[\p{L}\p{N}_.-]*["']/uy;

/** Takes what is being written off the tokens; undefined where it is a number, which nobody can complete. */
const takeWord = (source: string, body: Span, tokens: Token[], offset: number): Span | undefined => {
  const last = tokens.at(-1);
  const lengthOf = (pattern: RegExp): number => {
    pattern.lastIndex = offset;
    const length = pattern.exec(source)?.[0].length ?? 0;
    return Math.min(length, Math.max(0, body.end - offset));
  };
  if (last?.end !== offset) return { start: offset, end: offset };
  if (last.kind === 'number') return undefined;
  if (last.kind === 'string') {
    if (last.open === undefined) return undefined;
    tokens.pop();
    return { start: last.start, end: offset + lengthOf(stringEnd) };
  }
  const isDot = isSymbol(last, '.') && tokens.at(-2)?.kind === 'name';
  if (last.kind !== 'name' && !isDot) return { start: offset, end: offset };
  // `Config.l` is one word, also while only `Config.` stands there.
  let { start } = last;
  tokens.pop();
  for (let before = tokens.at(-1); before?.end === start; before = tokens.at(-1)) {
    if (before.kind !== 'name' && !isSymbol(before, '.')) break;
    start = before.start;
    tokens.pop();
  }
  return { start, end: offset + lengthOf(wordEnd) };
};

/** The words behind the last separator outside brackets. */
const lastPart = (tokens: readonly Token[]): readonly Token[] => {
  let from = 0;
  let depth = 0;
  tokens.forEach((token, i) => {
    if (token.kind !== 'symbol') return;
    if ('([{'.includes(token.text)) depth++;
    else if (')]}'.includes(token.text)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && (token.text === ',' || token.text === ';')) from = i + 1;
  });
  return tokens.slice(from);
};

const none: readonly Wanted[] = [];
const words = (...list: readonly string[]): readonly Wanted[] => [{ what: 'words', words: list }];

const wantedBehind = (tokens: readonly Token[], target: boolean): readonly Wanted[] => {
  const [first, ...rest] = tokens;
  if (first === undefined) return [{ what: 'part', target }];
  if (first.text === '=' || first.text === 'where')
    return inExpression(rest, { allowsCondition: first.text === '=' });
  const at = conditionOf(tokens);
  if (at !== undefined) return inExpression(tokens.slice(at + 1), { allowsCondition: false });
  if (first.kind === 'name') return behindWord(first, rest);
  return inSpace(tokens);
};

/** Where the `if` outside brackets stands. */
const conditionOf = (tokens: readonly Token[]): number | undefined => {
  let depth = 0;
  const at = tokens.findIndex((token) => {
    if (token.kind === 'symbol' && '([{'.includes(token.text)) depth++;
    if (token.kind === 'symbol' && ')]}'.includes(token.text)) depth--;
    return depth <= 0 && token.kind === 'name' && token.text === 'if';
  });
  return at < 0 ? undefined : at;
};

const behindWord = (word: Token, rest: readonly Token[]): readonly Wanted[] => {
  const { text } = word;
  if (callWords.includes(text) && isSymbol(rest[0], '(')) return inCall(text, rest);
  if (objectiveWords.has(text)) return rest.length === 0 ? [{ what: 'metric' }] : none;
  if (text === 'constraint') return inLimit(rest);
  if (text === 'budget') return upperOf(rest);
  if (isShapeWord(text)) return inShape(text, rest);
  const setting = settingWords.find((each) => each === text);
  return setting === undefined || rest.length > 0 ? none : [behindSetting(setting)];
};

const behindSetting = (setting: (typeof settingWords)[number]): Wanted => {
  if (setting === 'sampler' || setting === 'pruner') return { what: 'strategy', of: setting };
  if (setting === 'stop' || setting === 'time') return { what: 'duration' };
  return { what: 'count', of: setting };
};

const inLimit = (rest: readonly Token[]): readonly Wanted[] => {
  if (rest.length === 0) return [{ what: 'metric' }];
  return rest.some(({ text }) => text === '<=' || text === '>=') ? none : [{ what: 'sign' }];
};

/** A range, choices or one of the familiar calls. */
const inSpace = (tokens: readonly Token[]): readonly Wanted[] => {
  const [first, ...rest] = tokens;
  if (first === undefined) return [{ what: 'items' }];
  if (first.kind === 'name') return isSymbol(rest[0], '(') ? inCall(first.text, rest) : none;
  if (isSymbol(first, '[')) return inChoices(tokens);
  const upper = upperOf(tokens);
  if (upper.length > 0) return upper;
  const behind = behindRange(tokens);
  return behind === undefined ? none : suffixes(tokens.slice(behind), ['log', 'step', 'if']);
};

/** The number of the tokens of `a..b`; undefined while it is not written to its end. */
const behindRange = (tokens: readonly Token[]): number | undefined => {
  const dots = tokens.findIndex(({ kind }) => kind === 'dots');
  if (dots < 0) return undefined;
  const at = signed(tokens, dots + 1);
  return tokens[at]?.kind === 'number' ? at + 1 : undefined;
};

const signed = (tokens: readonly Token[], at: number): number =>
  isSymbol(tokens[at], '-') || isSymbol(tokens[at], '+') ? at + 1 : at;

const upperOf = (tokens: readonly Token[]): readonly Wanted[] => {
  const number = tokens[signed(tokens, 0)];
  return tokens.at(-1)?.kind === 'dots' && number !== undefined
    ? [{ what: 'upper', low: number.text }]
    : none;
};

/** Which of the words may still follow, behind those that do. */
const suffixes = (tokens: readonly Token[], all: readonly string[]): readonly Wanted[] => {
  if (tokens.at(-1)?.text === 'step') return [{ what: 'step' }];
  return words(...all.filter((word) => !tokens.some(({ text }) => text === word)));
};

/** `tokens` begin with a bracket. */
const inChoices = (tokens: readonly Token[]): readonly Wanted[] => {
  const end = closeOf(tokens);
  if (end === undefined) return choiceIn(tokens.slice(1));
  return suffixes(tokens.slice(end + 1), ['ordered', 'if']);
};

/** The index of the bracket that closes the first token. */
const closeOf = (tokens: readonly Token[]): number | undefined => {
  let depth = 0;
  const at = tokens.findIndex((token) => {
    if (token.kind === 'symbol' && '([{'.includes(token.text)) depth++;
    if (token.kind === 'symbol' && ')]}'.includes(token.text)) depth--;
    return depth === 0;
  });
  return at < 0 ? undefined : at;
};

const choiceIn = (inner: readonly Token[]): readonly Wanted[] => {
  const last = inner.at(-1);
  const isFresh = last === undefined || isSymbol(last, ',') || isSymbol(last, '[');
  return isFresh ? [{ what: 'choice', given: literalsIn(inner) }] : none;
};

const literalsIn = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap(({ kind, text }) => (kind === 'symbol' || kind === 'dots' ? [] : [text]));

/** `rest` begins with the bracket behind the word. */
const inCall = (word: string, rest: readonly Token[]): readonly Wanted[] => {
  const end = closeOf(rest);
  const isChoice = word === 'choice' || word === 'categorical';
  if (end === undefined) return isChoice ? choiceIn(rest.slice(1)) : none;
  const behind = rest.slice(end + 1);
  if (isChoice) return suffixes(behind, ['ordered', 'if']);
  if (!word.endsWith('normal')) return suffixes(behind, ['log', 'step', 'if']);
  const upper = upperOf(behind.slice(1));
  if (upper.length > 0) return upper;
  if (behind.at(-1)?.text === 'in') return none;
  return suffixes(behind, ['in', 'step', 'if']);
};

const inShape = (word: string, rest: readonly Token[]): readonly Wanted[] => {
  if (word === 'list') {
    const of = rest.findIndex(({ text }) => text === 'of');
    if (of >= 0) return inSpace(rest.slice(of + 1));
    return rest.length === 0 ? [{ what: 'count', of: 'items' }] : countsOr(rest, 'of');
  }
  if (word === 'simplex') return rest.length === 0 ? words('total', 'if') : suffixes(rest, ['if']);
  const open = rest.findIndex((token) => isSymbol(token, '['));
  if (open < 0) return rest.length === 0 ? words('of', 'if') : none;
  const end = closeOf(rest.slice(open));
  if (end === undefined) return choiceIn(rest.slice(open + 1));
  return words('if');
};

const countsOr = (rest: readonly Token[], word: string): readonly Wanted[] =>
  rest.at(-1)?.kind === 'number' ? words(word) : none;

const joining: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', 'if']);

const inExpression = (
  tokens: readonly Token[],
  { allowsCondition }: { readonly allowsCondition: boolean },
): readonly Wanted[] => {
  if (allowsCondition) {
    const at = conditionOf(tokens);
    if (at !== undefined) return inExpression(tokens.slice(at + 1), { allowsCondition: false });
  }
  const last = tokens.at(-1);
  const compared = comparedIn(tokens);
  if (compared !== undefined) return [{ what: 'value', ...compared }, { what: 'operand' }];
  const endsOperand =
    last !== undefined &&
    (last.kind === 'number' ||
      last.kind === 'string' ||
      (last.kind === 'name' && !joining.has(last.text)) ||
      isSymbol(last, ')') ||
      isSymbol(last, ']'));
  return endsOperand ? [{ what: 'operator', condition: allowsCondition }] : [{ what: 'operand' }];
};

/** Behind `name ==`, `name !=` or inside `name in [`: the name, and the values that stand there already. */
const comparedIn = (
  tokens: readonly Token[],
): { readonly name: string; readonly given: readonly string[] } | undefined => {
  const last = tokens.at(-1);
  if (isSymbol(last, '==') || isSymbol(last, '!=')) {
    const name = nameBefore(tokens, tokens.length - 1);
    return name === undefined ? undefined : { name, given: [] };
  }
  const open = tokens.findLastIndex((token) => isSymbol(token, '['));
  if (open < 0 || closeOf(tokens.slice(open)) !== undefined || tokens[open - 1]?.text !== 'in')
    return undefined;
  if (!isSymbol(last, '[') && !isSymbol(last, ',')) return undefined;
  const before = tokens[open - 2]?.text === 'not' ? open - 2 : open - 1;
  const name = nameBefore(tokens, before);
  return name === undefined ? undefined : { name, given: literalsIn(tokens.slice(open + 1)) };
};

/** The dotted name that ends before a token; functions are none. */
const nameBefore = (tokens: readonly Token[], at: number): string | undefined => {
  const last = tokens[at - 1];
  if (last?.kind !== 'name' || joining.has(last.text) || functionNames.some((each) => each === last.text))
    return undefined;
  let name = last.text;
  for (let i = at - 2; isSymbol(tokens[i], '.') && tokens[i - 1]?.kind === 'name'; i -= 2)
    name = `${tokens[i - 1]?.text}.${name}`;
  return name;
};
