import {
  type ArithmeticSign,
  type ComparisonSign,
  type ExpressionNode,
  type FunctionName,
  functionNames,
} from './expressionNode.ts';
import { type ExpressionProblem, signOf, type Token } from './expressionTokens.ts';
import { didYouMean } from './nearMiss.ts';
import { failure, type Result, success } from './result.ts';

/** Brackets, prefixes and powers within one another; keeps hostile input from exhausting the stack. */
const deepest = 64;

const sums: ReadonlySet<string> = new Set(['+', '-']);
const products: ReadonlySet<string> = new Set(['*', '/', '//', '%']);
const comparisons: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', '==', '!=']);

/** Leaves the recursive descent at the first problem; caught in `parseTokens`, never seen outside. */
class Stop extends Error {
  readonly problem: ExpressionProblem;
  constructor(problem: ExpressionProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** Recursive descent with Python's precedence, lowest first: or, and, not, comparisons, + -, * / // %, sign, **. */
export const parseTokens = (tokens: readonly Token[]): Result<ExpressionNode, ExpressionProblem> => {
  try {
    return success(new Parser(tokens).whole());
  } catch (error) {
    if (error instanceof Stop) return failure(error.problem);
    throw error;
  }
};

class Parser {
  readonly #tokens: readonly Token[];
  #index = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): ExpressionNode {
    const node = this.#or();
    const rest = this.#peek();
    if (rest.kind !== 'end')
      this.#fail(`Expected an operator or the end before ${shown(rest)}.${wordHint(rest)}`);
    return node;
  }

  #or(): ExpressionNode {
    let left = this.#and();
    while (this.#take('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): ExpressionNode {
    let left = this.#not();
    while (this.#take('and')) left = { kind: 'and', left, right: this.#not() };
    return left;
  }

  #not(): ExpressionNode {
    if (!this.#take('not')) return this.#comparison();
    return { kind: 'not', operand: this.#deeper(() => this.#not()) };
  }

  #comparison(): ExpressionNode {
    const first = this.#sum();
    const rest: { readonly sign: ComparisonSign; readonly operand: ExpressionNode }[] = [];
    for (;;) {
      const sign = this.#comparisonSign();
      if (sign === undefined) break;
      rest.push({ sign, operand: this.#sum() });
    }
    return rest.length === 0 ? first : { kind: 'comparison', first, rest };
  }

  #comparisonSign(): ComparisonSign | undefined {
    if (this.#take('in')) return 'in';
    if (signOf(this.#peek()) === 'not') {
      this.#index++;
      if (this.#take('in')) return 'not in';
      this.#fail(`Expected in after not, found ${shown(this.#peek())}.`);
    }
    // The set holds only comparison signs.
    return this.#takeOf(comparisons) as ComparisonSign | undefined;
  }

  #sum(): ExpressionNode {
    return this.#leftToRight(sums, () => this.#product());
  }

  #product(): ExpressionNode {
    return this.#leftToRight(products, () => this.#signed());
  }

  #leftToRight(signs: ReadonlySet<string>, operand: () => ExpressionNode): ExpressionNode {
    let left = operand();
    for (;;) {
      // Both sets hold only arithmetic signs.
      const sign = this.#takeOf(signs) as ArithmeticSign | undefined;
      if (sign === undefined) return left;
      left = { kind: 'arithmetic', sign, left, right: operand() };
    }
  }

  #signed(): ExpressionNode {
    if (this.#take('-')) return { kind: 'negate', operand: this.#deeper(() => this.#signed()) };
    if (this.#take('+')) return { kind: 'plus', operand: this.#deeper(() => this.#signed()) };
    const left = this.#atom();
    if (!this.#take('**')) return left;
    return { kind: 'arithmetic', sign: '**', left, right: this.#deeper(() => this.#signed()) };
  }

  #atom(): ExpressionNode {
    const token = this.#peek();
    this.#index++;
    if (token.kind === 'literal') return { kind: 'literal', value: token.value };
    if (token.kind === 'name') return this.#nameOrCall(token);
    if (signOf(token) === '(') return this.#parenthesis();
    if (signOf(token) === '[') return { kind: 'list', items: this.#deeper(() => this.#items(']')) };
    this.#index--;
    return this.#fail(`Expected a name, number, string or list ${foundInstead(token)}.`);
  }

  #nameOrCall(token: Token): ExpressionNode {
    if (signOf(this.#peek()) !== '(') {
      if (reserved.has(token.text)) {
        this.#index--;
        this.#fail(`${token.text} is not part of the expression language.${wordHint(token)}`);
      }
      return { kind: 'name', name: token.text };
    }
    const name = functionNames.find((known) => known === token.text);
    if (name === undefined) {
      this.#index--;
      const known = didYouMean(token.text, functionNames) || ` There are ${functionNames.join(', ')}.`;
      this.#fail(`There is no function ${token.text}.${known}`);
    }
    this.#index++;
    const items = this.#deeper(() => this.#items(')'));
    const wanted = argumentsOf(name);
    if (items.length < wanted.least || items.length > wanted.most) {
      this.#fail(`${name} takes ${wanted.words}, found ${items.length}.`, token.at);
    }
    return { kind: 'call', name, items };
  }

  /** `(a)` groups; `()`, `(a,)` and `(a, b)` are lists. */
  #parenthesis(): ExpressionNode {
    return this.#deeper(() => {
      if (this.#take(')')) return { kind: 'list', items: [] };
      const first = this.#or();
      if (this.#take(')')) return first;
      if (!this.#take(',')) this.#fail(`Expected ) or , ${foundInstead(this.#peek())}.`);
      return { kind: 'list', items: [first, ...this.#items(')')] };
    });
  }

  #items(close: ')' | ']'): ExpressionNode[] {
    const items: ExpressionNode[] = [];
    while (!this.#take(close)) {
      items.push(this.#or());
      if (this.#take(close)) break;
      if (!this.#take(',')) this.#fail(`Expected ${close} or , ${foundInstead(this.#peek())}.`);
    }
    return items;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > deepest)
      this.#fail(`More than ${deepest} levels of nesting. Make the expression simpler.`);
    const value = read();
    this.#depth--;
    return value;
  }

  #peek(): Token {
    return this.#tokens[this.#index] ?? { kind: 'end', text: '', at: 0 };
  }

  #take(sign: string): boolean {
    if (signOf(this.#peek()) !== sign) return false;
    this.#index++;
    return true;
  }

  #takeOf(signs: ReadonlySet<string>): string | undefined {
    const sign = signOf(this.#peek());
    if (sign === undefined || !signs.has(sign)) return undefined;
    this.#index++;
    return sign;
  }

  #fail(message: string, at: number = this.#peek().at): never {
    throw new Stop({ message, at });
  }
}

/** Words with a meaning in Python that this language leaves out; refused so that they can be added later. */
const reserved: ReadonlySet<string> = new Set(['if', 'else', 'is', 'for', 'lambda']);

const wordHint = (token: Token): string => {
  if (token.text === 'is') return ' Use == to compare.';
  if (token.text === 'AND' || token.text === 'OR' || token.text === 'NOT' || token.text === 'IN') {
    return ` Use ${token.text.toLowerCase()}.`;
  }
  return '';
};

const shown = (token: Token): string => (token.kind === 'end' ? 'the end' : token.text);
const foundInstead = (token: Token): string =>
  token.kind === 'end' ? 'but the expression ends here' : `but found ${token.text}`;

const argumentsOf = (
  name: FunctionName,
): { readonly least: number; readonly most: number; readonly words: string } => {
  if (name === 'min' || name === 'max') return { least: 1, most: Infinity, words: 'at least one argument' };
  if (name === 'round') return { least: 1, most: 2, words: 'one or two arguments' };
  if (name === 'log') return { least: 1, most: 2, words: 'one or two arguments' };
  if (name === 'sum') return { least: 1, most: Infinity, words: 'at least one argument' };
  return { least: 1, most: 1, words: 'one argument' };
};
