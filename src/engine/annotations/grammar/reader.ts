import { parseExpression } from '../../space/expression.ts';
import type { AnnotationProblem, ProblemCode, Span } from '../tunable.ts';
import type { Placed } from './item.ts';
import { aFix, anError, type Fix } from './problem.ts';
import { isSymbol, isWord, type Token } from './tokens.ts';

/** Thrown inside the grammar only, to leave a part of an annotation that cannot be understood; always caught there. */
export class Misread extends Error {
  readonly problem: AnnotationProblem;

  constructor(problem: AnnotationProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Reads the words of one part of an annotation from left to right. */
export class Reader {
  readonly tokens: readonly Token[];
  /** Where the part ends, for problems about something missing there. */
  readonly end: Span;
  /** The separator after the part and the word after that, for slips such as `1, 2` for `1..2`. */
  readonly after: readonly Token[];
  /** Are true, false and nothing only what Python calls them? */
  readonly isPython: boolean;
  private readonly source: string;
  private at = 0;

  constructor(
    tokens: readonly Token[],
    end: Span,
    after: readonly Token[],
    { source, isPython }: { readonly source: string; readonly isPython: boolean },
  ) {
    this.isPython = isPython;
    this.tokens = tokens;
    this.end = end;
    this.after = after;
    this.source = source;
  }

  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }

  next(): Token | undefined {
    return this.tokens[this.at++];
  }

  /** The span of the word last taken. */
  before(): Span {
    const token = this.tokens[this.at - 1];
    return token ? { start: token.start, end: token.end } : this.here();
  }

  takeSymbol(text: string): Token | undefined {
    return isSymbol(this.peek(), text) ? this.next() : undefined;
  }

  takeWord(text: string): Token | undefined {
    return isWord(this.peek(), text) ? this.next() : undefined;
  }

  /** The span of the next word, or of the end. */
  here(): Span {
    const token = this.peek();
    return token ? { start: token.start, end: token.end } : this.end;
  }

  rest(): readonly Token[] {
    return this.tokens.slice(this.at);
  }

  takeRest(): readonly Token[] {
    const tokens = this.rest();
    this.at = this.tokens.length;
    return tokens;
  }

  textOf(span: Span): string {
    return this.source.slice(span.start, span.end);
  }

  /** With the space before it, so that taking it out leaves none behind. */
  withSpace({ start, end }: Span): Span {
    return { start: this.source[start - 1] === ' ' ? start - 1 : start, end };
  }

  fail(code: ProblemCode, message: string, span: Span, fix?: Fix, moreFixes?: readonly Fix[]): never {
    throw new Misread(anError(code, message, span, fix, moreFixes));
  }

  /** Takes a closing bracket, or fails with the fix to add it. */
  close(bracket: string): void {
    if (this.takeSymbol(bracket)) return;
    const { start } = this.here();
    this.fail(
      'syntax',
      `Close the bracket with ${bracket}`,
      this.here(),
      aFix(`Add ${bracket}`, { start, end: start }, bracket),
    );
  }

  /** Everything up to the end, or up to a word `if` outside brackets when `stopAtIf`, as an expression. */
  expression(after: Span, what: string, stopAtIf: boolean): Placed {
    const from = this.at;
    let depth = 0;
    for (let token = this.peek(); token; token = this.peek()) {
      if (token.kind === 'symbol' && '([{'.includes(token.text)) depth++;
      if (token.kind === 'symbol' && ')]}'.includes(token.text)) depth--;
      if (stopAtIf && depth <= 0 && isWord(token, 'if')) break;
      this.at++;
    }
    const first = this.tokens[from];
    const last = this.tokens[this.at - 1];
    if (!first || !last || this.at === from)
      return this.fail('syntax', `Write ${what} behind ${this.textOf(after)}.`, after);
    const span = { start: first.start, end: last.end };
    const parsed = parseExpression(this.textOf(span));
    if (parsed.ok) return { expression: parsed.value, span };
    const start = Math.min(span.start + parsed.error.at, span.end - 1);
    const equals = { start, end: start + 1 };
    if (this.textOf(equals) === '=')
      return this.fail('syntax', parsed.error.message, equals, aFix('Change to "=="', equals, '=='));
    return this.fail('syntax', parsed.error.message, { start, end: span.end });
  }

  /** An optional `if …` up to the end. */
  condition(): Placed | undefined {
    const word = this.takeWord('if');
    return word && this.expression(word, 'a condition, such as optimizer == "sgd",', false);
  }
}
