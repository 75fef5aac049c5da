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

const nodeViolation = (node: ExpressionNode, values: Values): number => {
  if (node.kind === 'and' || node.kind === 'or') {
    const left = nodeViolation(node.left, values);
    const right = nodeViolation(node.right, values);
    return node.kind === 'and' ? left + right : Math.min(left, right);
  }
  if (node.kind === 'comparison') return comparisonViolation(node, values);
  const value = evaluateNode(node, values);
  return value === undefined || isTrue(value) ? 0 : broken;
};

const comparisonViolation = (
  node: ExpressionNode & { readonly kind: 'comparison' },
  values: Values,
): number => {
  let left = evaluateNode(node.first, values);
  let sum = 0;
  for (const { sign, operand } of node.rest) {
    const right = evaluateNode(operand, values);
    sum += gap(sign, left, right);
    left = right;
  }
  return sum;
};

/** 0 when the comparison holds; the distance of its sides relative to their size where both are numbers. */
const gap = (sign: ComparisonSign, left: unknown, right: unknown): number => {
  if (typeof left !== 'number' || typeof right !== 'number') return 0;
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
