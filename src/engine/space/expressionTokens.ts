import type { Scalar } from './expressionNode.ts';
import { failure, type Result, success } from './result.ts';

export interface ExpressionProblem {
  /** A sentence that says what to do. */
  readonly message: string;
  /** UTF-16 offset into the expression's text. */
  readonly at: number;
}

export type Token =
  | { readonly kind: 'literal'; readonly value: Scalar; readonly text: string; readonly at: number }
  | { readonly kind: 'name' | 'sign' | 'end'; readonly text: string; readonly at: number };

const numberPattern = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;
/** With dots, and the index of a list's item: `hidden[0]`, but not `in[0]`. */
const namePattern =
  /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*(?:(?<!(?<![\p{L}\p{N}_.])(?:in|and|or|not))\[\d+\])?/uy;
const signPattern = /\*\*|\/\/|<=|>=|==|!=|&&|\|\||[-+*/%<>()[\],!]/y;
const spacePattern = /\s+/y;

const constants: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
]);
const synonyms: ReadonlyMap<string, string> = new Map([
  ['&&', 'and'],
  ['||', 'or'],
  ['!', 'not'],
]);
const wordSigns: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in']);

/** Cuts an expression into tokens; the last one is always `end`. */
export const tokenise = (text: string): Result<readonly Token[], ExpressionProblem> => {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(spacePattern, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const token = readToken(text, at);
    if (!token.ok) return token;
    tokens.push(token.value);
    at += token.value.text.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return success(tokens);
};

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

const readToken = (text: string, at: number): Result<Token, ExpressionProblem> => {
  const first = text.charAt(at);
  if (first === '"' || first === "'") return readString(text, at);
  const number = matchAt(numberPattern, text, at);
  if (number !== undefined) return readNumber(text, number, at);
  const name = matchAt(namePattern, text, at);
  if (name !== undefined) return readName(name, at);
  const sign = matchAt(signPattern, text, at);
  if (sign !== undefined) return success({ kind: 'sign', text: sign, at });
  if (first === '=') return failure({ message: 'Use == to compare.', at });
  if (first === '&') return failure({ message: 'Use and to join two conditions.', at });
  if (first === '|') return failure({ message: 'Use or to join two conditions.', at });
  if (first === '^') return failure({ message: 'Use ** for a power.', at });
  return failure({ message: `Unexpected character ${JSON.stringify(codePointAt(text, at))}.`, at });
};

/** What a sign means: `&&` is `and`, `||` is `or`, `!` is `not`. */
export const signOf = (token: Token): string | undefined =>
  token.kind === 'sign' ? (synonyms.get(token.text) ?? token.text) : undefined;

const codePointAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);

const readName = (name: string, at: number): Result<Token, ExpressionProblem> => {
  const value = constants.get(name);
  if (value !== undefined) return success({ kind: 'literal', value, text: name, at });
  return success({ kind: wordSigns.has(name) ? 'sign' : 'name', text: name, at });
};

const readNumber = (text: string, number: string, at: number): Result<Token, ExpressionProblem> => {
  const behind = text.charAt(at + number.length);
  if (/[\p{L}_.]/u.test(behind)) {
    return failure({
      message: `${number}${behind} is not a number. Put a sign between number and name.`,
      at,
    });
  }
  const value = Number(number.replaceAll('_', ''));
  if (!Number.isFinite(value)) return failure({ message: `${number} is too large.`, at });
  return success({ kind: 'literal', value, text: number, at });
};

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);

const readString = (text: string, at: number): Result<Token, ExpressionProblem> => {
  const quote = text.charAt(at);
  let value = '';
  for (let i = at + 1; i < text.length; i++) {
    const char = text.charAt(i);
    if (char === quote) return success({ kind: 'literal', value, text: text.slice(at, i + 1), at });
    if (char === '\\' && i + 1 < text.length) {
      i++;
      const code = /^u([\da-fA-F]{4})/.exec(text.slice(i, i + 5))?.[1];
      value += code
        ? String.fromCharCode(Number.parseInt(code, 16))
        : (escapes.get(text.charAt(i)) ?? text.charAt(i));
      if (code) i += code.length;
    } else value += char;
  }
  return failure({ message: `The string is not closed. Add ${quote} at its end.`, at });
};
