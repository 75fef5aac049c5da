import { completeAssignment, isSatisfied } from './assignment.ts';
import { type Expression, isKept } from './expression.ts';
import type { ComparisonSign, ExpressionNode } from './expressionNode.ts';
import { evaluateNode, isTrue, type Values } from './expressionValue.ts';
import type { Assignment, SearchSpace } from './parameter.ts';

/** What a broken constraint weighs before its distance is added; keeps "almost kept" apart from "kept". */
const broken = 1;

/** How far an assignment is from keeping all constraints: 0 when it does, else larger the further it is off. */
export const violationOf = (space: SearchSpace, assignment: Assignment): number => {
  const complete = completeAssignment(space, assignment);
  if (isSatisfied(space, complete)) return 0;
  return space.constraints.reduce(
    (sum, constraint) => sum + expressionViolation(constraint, complete),
    broken,
  );
};

const expressionViolation = (expression: Expression, values: Values): number =>
  isKept(expression, values) ? 0 : nodeViolation(expression.root, values);

/** How far a condition is from holding or, where it is `wanted` not to hold, from not holding. */
const nodeViolation = (node: ExpressionNode, values: Values, wanted = true): number => {
  if (node.kind === 'not') return nodeViolation(node.operand, values, !wanted);
  if (node.kind === 'and' || node.kind === 'or') {
    const left = nodeViolation(node.left, values, wanted);
    const right = nodeViolation(node.right, values, wanted);
    return (node.kind === 'and') === wanted ? left + right : Math.min(left, right);
  }
  if (node.kind === 'comparison') return comparisonViolation(node, values, wanted);
  const value = evaluateNode(node, values);
  return value === undefined || isTrue(value) === wanted ? 0 : broken;
};

const comparisonViolation = (
  node: ExpressionNode & { readonly kind: 'comparison' },
  values: Values,
  wanted: boolean,
): number => {
  let left = evaluateNode(node.first, values);
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const { sign, operand } of node.rest) {
    const right = evaluateNode(operand, values);
    const off = gap(wanted ? sign : opposite[sign], left, right);
    sum += off;
    least = Math.min(least, off);
    left = right;
  }
  // A chain holds when all of it does, and does not hold when any of it does not.
  return wanted ? sum : least;
};

const opposite: Readonly<Record<ComparisonSign, ComparisonSign>> = {
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '==': '!=',
  '!=': '==',
  in: 'not in',
  'not in': 'in',
};

/** 0 when the comparison holds; the distance of its sides relative to their size where both are numbers. */
const gap = (sign: ComparisonSign, left: unknown, right: unknown): number => {
  if (left === undefined || right === undefined) return 0;
  if (typeof left !== 'number' || typeof right !== 'number') return isHit(sign, left, right) ? 0 : broken;
  const distance = Math.abs(left - right) / (1 + Math.abs(left) + Math.abs(right));
  const isOff =
    sign === '<'
      ? left >= right
      : sign === '<='
        ? left > right
        : sign === '>'
          ? left <= right
          : sign === '>='
            ? left < right
            : sign === '=='
              ? left !== right
              : sign === '!=' && left === right;
  return isOff ? broken + (Number.isNaN(distance) ? broken : distance) : 0;
};

/** Whether values that have no distance compare as wanted; texts are not ordered by how far they are apart. */
const isHit = (sign: ComparisonSign, left: unknown, right: unknown): boolean => {
  if (sign === '==') return left === right;
  if (sign === '!=') return left !== right;
  const contains = Array.isArray(right) && right.includes(left);
  return sign === 'in' ? contains : sign === 'not in' ? !contains : true;
};
