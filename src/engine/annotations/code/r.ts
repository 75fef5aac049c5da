import { r as parser } from '@codemirror/legacy-modes/mode/r';
import type { StreamParser, StringStream } from '@codemirror/streamparser';
import type { Language } from '../language.ts';
import type { Naming } from '../slot.ts';
import type { Span } from '../tunable.ts';
import { type Code, type NamedValue, openCode, type ValueRead } from './code.ts';
import type { SourceLink } from './links.ts';
import { type ListStyle, readListOf, renderWith } from './lists.ts';
import { readScalar, rNumbers, type ScalarStyle } from './scalars.ts';
import { type Token, tokensOf } from './streamTokens.ts';
import { rStrings } from './strings.ts';

const scalars: ScalarStyle = {
  words: { true: 'TRUE', false: 'FALSE', null: 'NULL' },
  numbers: rNumbers,
  strings: rStrings,
};
const lists: ListStyle = { open: ['c('], close: [')'], separator: ',' };

/** What the parser keeps of where it is; the rest is its own. */
interface State {
  /** Takes strings while inside one. */
  tokenize: unknown;
  /** Ours: what ends the raw string that goes on. */
  raw?: string;
}

const base = (parser.startState?.(0) as State | undefined)?.tokenize;
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The parser does not know raw strings (`r"(…)"`), nor numbers such as `1e5`, and runs operators together. */
const correct = (stream: StringStream, state: State): string | null | undefined => {
  if (state.raw !== undefined) return readRaw(stream, state, state.raw);
  if (state.tokenize !== base) return undefined;
  const isWord = /[\p{L}\p{N}._]/u.test(stream.string.charAt(stream.pos - 1));
  const opened = isWord ? undefined : stream.match(/^[rR](["'])(-*)([([{])/u);
  if (Array.isArray(opened))
    return readRaw(stream, state, `${closers[opened[3] ?? '('] ?? ')'}${opened[2]}${opened[1]}`);
  if (stream.match(/^(?:0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)L?/u)) return 'number';
  if (stream.match(/^(?:<<-|<-|->>|->|==|=)/u)) return 'operator';
  return undefined;
};

const readRaw = (stream: StringStream, state: State, closer: string): string => {
  const end = stream.string.indexOf(closer, stream.pos);
  if (end < 0) stream.skipToEnd();
  else stream.pos = end + closer.length;
  if (end < 0) state.raw = closer;
  else delete state.raw;
  return 'string raw';
};

const isWordText = (text: string): boolean => /^(?:[\p{L}._][\p{L}\p{N}._]*|`[^`]+`)$/u.test(text);

/** Pieces of a string, which may run over several lines, as one token. */
const joinStrings = (source: string, tokens: readonly Token[]): readonly Token[] => {
  const joined: Token[] = [];
  let quote: string | undefined;
  for (const token of tokens) {
    const text = source.slice(token.start, token.end);
    const last = joined.at(-1);
    if (quote !== undefined && last !== undefined) {
      joined[joined.length - 1] = { ...last, end: token.end };
      if (token.style === 'string' && text.endsWith(quote)) quote = undefined;
      continue;
    }
    joined.push(token);
    if (token.style === 'string' && (text === '"' || text === "'")) quote = text;
  }
  return joined;
};

/** An open bracket. */
interface Frame {
  /** The word before it: the function that is called or `function` itself. */
  readonly callee?: string;
  /** The name that the call's result is given to. */
  readonly target?: string;
  /** The body of a function. */
  readonly scope?: { readonly start: number; readonly name: string };
}

const gives: ReadonlySet<string> = new Set(['<-', '<<-', '=', ':=']);
const ends: ReadonlySet<string> = new Set([',', ';', ')', ']', '}']);
const openers: ReadonlySet<string> = new Set(['(', '[', '{']);
/** Calls that only gather values: what is in them belongs to the name they are given to. */
const gatherers: ReadonlySet<string> = new Set([
  'list',
  'c',
  'data.frame',
  'tibble',
  'new.env',
  'modifyList',
]);

/** The code of an R file as far as named values need it. */
class RCode {
  private readonly source: string;
  private readonly all: readonly Token[];
  /** Without comments. */
  private readonly tokens: readonly Token[];
  private found: readonly NamedValue[] | undefined;

  constructor(source: string) {
    this.source = source;
    this.all = joinStrings(source, tokensOf(source, parser as StreamParser<State>, correct));
    this.tokens = this.all.filter(({ style }) => style !== 'comment');
  }

  commentAt(place: number): Span | undefined {
    return this.all.find(({ start, end, style }) => style === 'comment' && start <= place && place < end);
  }

  named({ start, end }: Span): readonly NamedValue[] {
    this.found ??= this.findNamed();
    return this.found.filter((each) => each.start >= start && each.end <= end);
  }

  private findNamed(): readonly NamedValue[] {
    const found: NamedValue[] = [];
    const frames: Frame[] = [];
    for (let at = 0; at < this.tokens.length; at++) {
      const text = this.text(at);
      if (openers.has(text)) frames.push(this.frameOf(at, frames));
      else if (text === ')' || text === ']' || text === '}') frames.pop();
      else if (gives.has(text)) found.push(...this.given(at, frames));
      else if (text === '->' || text === '->>') found.push(...this.givenTo(at, frames));
    }
    return found;
  }

  /** `source("x.R")`, relative to the working folder. */
  links(): readonly SourceLink[] {
    return this.tokens.flatMap((token, at): SourceLink[] => {
      if (this.text(at) !== 'source' || this.text(at + 1) !== '(') return [];
      const name = this.tokens[at + 2];
      const path = name && rStrings.read(this.text(at + 2));
      if (name === undefined || path === undefined || token.style === 'string') return [];
      return [{ path, from: 'cwd', span: { start: name.start, end: name.end }, rewrite: 'string' }];
    });
  }

  private text(at: number): string {
    const token = this.tokens[at];
    return token === undefined ? '' : this.source.slice(token.start, token.end);
  }

  private frameOf(at: number, frames: readonly Frame[]): Frame {
    const before = this.text(at - 1);
    if (this.text(at) === '{' && before === ')') {
      const head = this.headBefore(at - 1);
      if (head !== undefined) return { scope: head };
    }
    if (!isWordText(before) || this.text(at) !== '(') return {};
    const isGiven = gives.has(this.text(at - 2));
    const target = isGiven ? this.targetBefore(at - 2, frames)?.name : undefined;
    return { callee: before, ...(target !== undefined && { target }) };
  }

  /** The function whose parameters end at a token: `NAME <- function(…)`. */
  private headBefore(close: number): Frame['scope'] {
    let depth = 0;
    for (let at = close; at >= 0; at--) {
      const text = this.text(at);
      if (text === ')') depth++;
      else if (text === '(') depth--;
      if (depth > 0) continue;
      if (this.text(at - 1) !== 'function') return undefined;
      const name = gives.has(this.text(at - 2)) ? this.text(at - 3) : 'function';
      return { start: this.tokens[at]?.start ?? 0, name };
    }
    return undefined;
  }

  /** What stands before a sign that gives a value: `x`, `p$x`, `p@x`, `p[["x"]]`. */
  private targetBefore(
    sign: number,
    frames: readonly Frame[],
  ): { readonly name: string; readonly owner?: string; readonly isVariable: boolean } | undefined {
    const word = this.text(sign - 1).replaceAll('`', '');
    const holder = this.text(sign - 2);
    if (word === ']') {
      const at = this.text(sign - 2) === ']' ? sign - 3 : sign - 2;
      const name = rStrings.read(this.text(at));
      const owner = this.text(at - (sign - 1 - at));
      const before = this.text(at - (sign - 1 - at) - 1);
      const own = isWordText(before) && owner === '[' ? before : owner;
      return name === undefined ? undefined : { name, owner: own, isVariable: false };
    }
    if (this.tokens[sign - 1]?.style === 'string') {
      const name = rStrings.read(this.text(sign - 1));
      return name !== undefined && frames.at(-1)?.callee !== undefined
        ? { name, isVariable: false }
        : undefined;
    }
    if (!isWordText(this.text(sign - 1))) return undefined;
    if (holder === '$' || holder === '@')
      return { name: word, owner: this.text(sign - 3), isVariable: false };
    return { name: word, isVariable: true };
  }

  private given(sign: number, frames: readonly Frame[]): readonly NamedValue[] {
    const target = this.targetBefore(sign, frames);
    const value = this.valueFrom(sign + 1);
    if (target === undefined || value === undefined) return [];
    const isArgument = this.text(sign) === '=' && frames.at(-1)?.callee !== undefined;
    const naming = isArgument ? this.namingOfArgument(target.name, sign, frames) : namingOf(target, frames);
    return [{ naming, ...value }];
  }

  private namingOfArgument(name: string, sign: number, frames: readonly Frame[]): Naming {
    const { callee = '', target } = frames.at(-1) ?? {};
    if (callee === 'function') {
      const owner = this.nameOfFunctionAround(sign);
      return { name, owner, form: { kind: 'default', owner } };
    }
    if (gatherers.has(callee) && target !== undefined) return { name, owner: target, form: { kind: 'dict' } };
    return { name, owner: callee, form: { kind: 'keyword', callee } };
  }

  private nameOfFunctionAround(inside: number): string {
    let depth = 0;
    for (let at = inside; at >= 0; at--) {
      const text = this.text(at);
      if (text === ')') depth++;
      else if (text === '(' && depth-- === 0)
        return gives.has(this.text(at - 2)) ? this.text(at - 3) : 'function';
    }
    return 'function';
  }

  /** `0.1 -> lr`: what stands on the same line before the sign. */
  private givenTo(sign: number, frames: readonly Frame[]): readonly NamedValue[] {
    const name = this.text(sign + 1);
    if (!isWordText(name)) return [];
    let from = sign;
    while (
      from > 0 &&
      !ends.has(this.text(from - 1)) &&
      !openers.has(this.text(from - 1)) &&
      !this.breaksBefore(from)
    )
      from--;
    const value = this.readBetween(from, sign);
    return value === undefined ? [] : [{ naming: namingOf({ name, isVariable: true }, frames), ...value }];
  }

  /** Is there a line break before this token? */
  private breaksBefore(at: number): boolean {
    const [before, token] = [this.tokens[at - 1], this.tokens[at]];
    return (
      before === undefined ||
      token === undefined ||
      /[\r\n]/u.test(this.source.slice(before.end, token.start))
    );
  }

  /** The value that begins at a token and goes to what ends it, or to the end of its line. */
  private valueFrom(from: number): Omit<NamedValue, 'naming'> | undefined {
    let depth = 0;
    let to = from;
    for (; to < this.tokens.length; to++) {
      const text = this.text(to);
      if (to > from && this.breaksBefore(to)) break;
      if (depth === 0 && ends.has(text)) break;
      if (openers.has(text)) depth++;
      else if (ends.has(text) && text !== ',' && text !== ';') depth--;
    }
    return this.readBetween(from, to);
  }

  private readBetween(from: number, to: number): Omit<NamedValue, 'naming'> | undefined {
    const [first, last] = [this.tokens[from], this.tokens[to - 1]];
    if (first === undefined || last === undefined || to <= from) return undefined;
    const span = { start: first.start, end: last.end };
    const text = this.source.slice(span.start, span.end);
    return { ...span, read: this.readText(text, from, to) };
  }

  private readText(text: string, from: number, to: number): ValueRead {
    const isSigned = /^[+-]$/u.test(this.text(from)) && this.tokens[from + 1]?.style === 'number';
    const isOne = to - from === (isSigned ? 2 : 1) && !/[\r\n]/u.test(text);
    const read = isOne ? readScalar(text, scalars) : undefined;
    if (read !== undefined) return read;
    const what = this.text(from + 1) === '(' ? 'a call' : to - from === 1 ? 'a name' : 'an expression';
    const list = readListOf(text, lists, scalars);
    return list === undefined ? { what } : { items: list.items, what: 'a vector' };
  }
}

const namingOf = (
  {
    name,
    owner,
    isVariable,
  }: { readonly name: string; readonly owner?: string; readonly isVariable: boolean },
  frames: readonly Frame[],
): Naming => {
  if (!isVariable) return { name, owner: owner ?? 'list', form: { kind: 'field', owner: owner ?? 'list' } };
  const scope = frames.findLast((frame) => frame.scope !== undefined)?.scope;
  return {
    name,
    ...(scope !== undefined && { owner: scope.name }),
    form: { kind: 'assignment', target: name, moduleLevel: scope === undefined },
    scope: scope?.start ?? -1,
  };
};

const open = (source: string): Code => {
  let read: RCode | undefined;
  const code = (): RCode => {
    read ??= new RCode(source);
    return read;
  };
  return {
    sign: '#',
    commentAt: (place) => code().commentAt(place),
    named: (within) => code().named(within),
  };
};

export const r: Language = {
  id: 'r',
  editorIds: ['r'],
  extensions: ['.r'],
  commentSign: '#',
  literalsInWords: 'a number, a string, TRUE, FALSE or NULL',
  open: (source) => openCode(source, open(source)),
  render: renderWith(scalars, lists),
  links: (source) => new RCode(source).links(),
  onlyPrinted: true,
};
