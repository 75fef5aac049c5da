import { assemble } from './assembly.ts';
import type {
  ArithmeticSign,
  ComparisonSign,
  ExpressionNode,
  FunctionName,
  Scalar,
} from './expressionNode.ts';

/** What an expression yields. `undefined`: not applicable, because a name it needs has no value here. */
export type ExpressionValue = Scalar | undefined | readonly ExpressionValue[];

export type Values = Readonly<Record<string, Scalar | undefined>>;

export const evaluateNode = (node: ExpressionNode, values: Values): ExpressionValue => {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return Object.hasOwn(values, node.name) ? values[node.name] : undefined;
    case 'list':
      return node.items.map((item) => evaluateNode(item, values));
    case 'assembled':
      return assemble(node.assembly, values);
    case 'call':
      return call(
        node.name,
        node.items.map((item) => evaluateNode(item, values)),
      );
    case 'not': {
      const operand = evaluateNode(node.operand, values);
      return operand === undefined ? undefined : !isTrue(operand);
    }
    case 'negate':
    case 'plus': {
      const operand = evaluateNode(node.operand, values);
      if (operand === undefined) return undefined;
      return node.kind === 'negate' ? -toNumber(operand) : toNumber(operand);
    }
    case 'and':
    case 'or':
      return logic(node, values);
    case 'arithmetic': {
      const left = evaluateNode(node.left, values);
      const right = evaluateNode(node.right, values);
      return left === undefined || right === undefined ? undefined : arithmetic(node.sign, left, right);
    }
    case 'comparison':
      return chain(node, values);
  }
};

/** Python's truth, but NaN is false: a condition that cannot be worked out does not hold. */
export const isTrue = (value: ExpressionValue): boolean =>
  Array.isArray(value) ? value.length > 0 : Boolean(value);

/** Kleene's three-valued logic, so that `opt == "sgd" or momentum > 0.9` holds while momentum is inactive. */
const logic = (node: ExpressionNode & { readonly kind: 'and' | 'or' }, values: Values): ExpressionValue => {
  const decides = (value: ExpressionValue): boolean =>
    value !== undefined && isTrue(value) === (node.kind === 'or');
  const left = evaluateNode(node.left, values);
  if (decides(left)) return left;
  const right = evaluateNode(node.right, values);
  return left === undefined && !decides(right) ? undefined : right;
};

const chain = (
  node: ExpressionNode & { readonly kind: 'comparison' },
  values: Values,
): boolean | undefined => {
  let left = evaluateNode(node.first, values);
  let unknown = false;
  for (const { sign, operand } of node.rest) {
    const right = evaluateNode(operand, values);
    if (left === undefined || right === undefined) unknown = true;
    else if (!compare(sign, left, right)) return false;
    left = right;
  }
  return unknown ? undefined : true;
};

type Known = Exclude<ExpressionValue, undefined>;

const compare = (sign: ComparisonSign, left: Known, right: Known): boolean => {
  switch (sign) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      return contains(right, left);
    case 'not in':
      return !contains(right, left);
  }
  if (typeof left === 'string' && typeof right === 'string') return ordered(sign, left, right);
  return ordered(sign, toNumber(left), toNumber(right));
};

const ordered = <T extends number | string>(sign: '<' | '<=' | '>' | '>=', left: T, right: T): boolean => {
  if (sign === '<') return left < right;
  if (sign === '<=') return left <= right;
  return sign === '>' ? left > right : left >= right;
};

/** As in Python: `True == 1`, strings and numbers differ, lists by their items. */
const equal = (left: ExpressionValue, right: ExpressionValue): boolean => {
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, i) => equal(item, right[i]));
  }
  if (isNumeric(left) && isNumeric(right)) return Number(left) === Number(right);
  return left === right;
};

const contains = (container: Known, value: Known): boolean => {
  if (isList(container)) return container.some((item) => equal(item, value));
  return typeof container === 'string' && typeof value === 'string' && container.includes(value);
};

const isList = (value: ExpressionValue): value is readonly ExpressionValue[] => Array.isArray(value);
const isNumeric = (value: ExpressionValue): value is number | boolean =>
  typeof value === 'number' || typeof value === 'boolean';
const toNumber = (value: ExpressionValue): number => (isNumeric(value) ? Number(value) : Number.NaN);

const arithmetic = (sign: ArithmeticSign, left: Known, right: Known): Scalar => {
  if (sign === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  const a = toNumber(left);
  const b = toNumber(right);
  switch (sign) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? Number.NaN : a / b;
    case '//':
      return b === 0 ? Number.NaN : floorDivide(a, b);
    case '%':
      return b === 0 ? Number.NaN : floorModulo(a, b);
    case '**':
      return a ** b;
  }
};

/** The remainder has the divisor's sign, as in Python. */
const floorModulo = (a: number, b: number): number => {
  const remainder = a % b;
  return remainder !== 0 && remainder < 0 !== b < 0 ? remainder + b : remainder;
};

/** Consistent with the remainder: `7.0 // 0.1` is 69, since 0.1 is a little more than a tenth. */
const floorDivide = (a: number, b: number): number => Math.round((a - floorModulo(a, b)) / b);

const call = (name: FunctionName, items: readonly ExpressionValue[]): ExpressionValue => {
  const takesList = name === 'min' || name === 'max' || name === 'sum' || name === 'len';
  const flat = takesList && items.length === 1 && isList(items[0]) ? items[0] : items;
  if (name === 'len') return lengthOf(items[0]);
  if (flat.includes(undefined)) return undefined;
  const numbers = flat.map(toNumber);
  const [x = Number.NaN, y] = numbers;
  switch (name) {
    case 'min':
      return numbers.length === 0 ? Number.NaN : Math.min(...numbers);
    case 'max':
      return numbers.length === 0 ? Number.NaN : Math.max(...numbers);
    case 'sum':
      return numbers.reduce((sum, each) => sum + each, 0);
    case 'log':
      return y === undefined ? Math.log(x) : Math.log(x) / Math.log(y);
    case 'exp':
      return Math.exp(x);
    case 'sqrt':
      return Math.sqrt(x);
    case 'abs':
      return Math.abs(x);
    case 'round':
      return y === undefined ? roundHalfEven(x) : roundToPlaces(x, y);
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'int':
      return Math.trunc(x);
    case 'float':
      return x;
  }
};

/** Items of a list, code points of a text. */
const lengthOf = (value: ExpressionValue): ExpressionValue => {
  if (value === undefined) return undefined;
  return isList(value) ? value.length : typeof value === 'string' ? [...value].length : Number.NaN;
};

const roundHalfEven = (x: number): number => {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
};

/** To decimal places; `toFixed` works on the exact binary value, so only true ties can differ from Python. */
const roundToPlaces = (x: number, places: number): number => {
  if (!Number.isInteger(places) || Math.abs(places) > 100 || !Number.isFinite(x)) return Number.NaN;
  if (places >= 0) return Number(x.toFixed(places));
  const scale = 10 ** -places;
  return roundHalfEven(x / scale) * scale;
};
