import { partNames } from './assembly.ts';
import type { Assembly, ExpressionNode, Scalar } from './expressionNode.ts';
import { parseTokens } from './expressionParser.ts';
import { type ExpressionProblem, tokenise } from './expressionTokens.ts';
import { type ExpressionValue, evaluateNode, isTrue, type Values } from './expressionValue.ts';
import { failure, type Result, success } from './result.ts';

/** A parsed condition, constraint or derived value. Plain data. */
export interface Expression {
  readonly text: string;
  readonly root: ExpressionNode;
  /** Names used, each once, in order of first use. */
  readonly names: readonly string[];
}

const longest = 4000;

/**
 * Parses the expression language of conditions, constraints and derived values: numbers, strings, True, False,
 * None, names with dots, arithmetic, comparisons (chained as in Python), `in` lists, `and or not` and a few
 * functions, with Python's precedence and meaning. Nothing is ever run as code.
 */
export const parseExpression = (text: string): Result<Expression, ExpressionProblem> => {
  if (text.length > longest) {
    return failure({ message: `The expression is longer than ${longest} characters.`, at: longest });
  }
  const tokens = tokenise(text);
  if (!tokens.ok) return tokens;
  const root = parseTokens(tokens.value);
  if (!root.ok) return root;
  const names = new Set<string>();
  collectNames(root.value, names);
  return success({ text, root: root.value, names: [...names] });
};

/** The expression that is always this value; its text reads back as the same value. */
export const literalExpression = (value: Scalar): Expression => ({
  text: literalText(value),
  root: { kind: 'literal', value },
  names: [],
});

/** A value as the expression language writes it. */
export const literalText = (value: Scalar): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value);
};

/** The same expression with composites in place of their names, which its parts then stand for among `names`. */
export const withComposites = (
  expression: Expression,
  composites: ReadonlyMap<string, Assembly>,
): Expression => {
  if (!expression.names.some((name) => composites.has(name))) return expression;
  const root = assembledNode(expression.root, composites);
  const names = new Set<string>();
  collectNames(root, names);
  return { text: expression.text, root, names: [...names] };
};

const assembledNode = (node: ExpressionNode, composites: ReadonlyMap<string, Assembly>): ExpressionNode => {
  const within = (inner: ExpressionNode): ExpressionNode => assembledNode(inner, composites);
  switch (node.kind) {
    case 'name': {
      const assembly = composites.get(node.name);
      return assembly === undefined ? node : { kind: 'assembled', name: node.name, assembly };
    }
    case 'list':
    case 'call':
      return { ...node, items: node.items.map(within) };
    case 'negate':
    case 'plus':
    case 'not':
      return { ...node, operand: within(node.operand) };
    case 'and':
    case 'or':
    case 'arithmetic':
      return { ...node, left: within(node.left), right: within(node.right) };
    case 'comparison':
      return {
        ...node,
        first: within(node.first),
        rest: node.rest.map(({ sign, operand }) => ({ sign, operand: within(operand) })),
      };
    default:
      return node;
  }
};

/**
 * The expression's value. A name that is absent or undefined has no value (its parameter is inactive), and what
 * depends on it is `undefined`, not applicable: arithmetic and comparisons with it, and `and`/`or` unless the other
 * side decides. Nonsense (a division by zero, text in arithmetic) is NaN, and comparisons with NaN are false.
 */
export const evaluate = (expression: Expression, values: Values): ExpressionValue =>
  evaluateNode(expression.root, values);

/** Does a condition hold? One that is not applicable does not. */
export const holds = (expression: Expression, values: Values): boolean =>
  isTrue(evaluateNode(expression.root, values));

/** Is a constraint kept? One that is not applicable is. */
export const isKept = (expression: Expression, values: Values): boolean => {
  const value = evaluateNode(expression.root, values);
  return value === undefined || isTrue(value);
};

const collectNames = (node: ExpressionNode, names: Set<string>): void => {
  switch (node.kind) {
    case 'literal':
      return;
    case 'assembled':
      for (const name of partNames(node.assembly)) names.add(name);
      return;
    case 'name':
      names.add(node.name);
      return;
    case 'list':
    case 'call':
      for (const item of node.items) collectNames(item, names);
      return;
    case 'negate':
    case 'plus':
    case 'not':
      collectNames(node.operand, names);
      return;
    case 'and':
    case 'or':
    case 'arithmetic':
      collectNames(node.left, names);
      collectNames(node.right, names);
      return;
    case 'comparison':
      collectNames(node.first, names);
      for (const { operand } of node.rest) collectNames(operand, names);
  }
};
