import type { Expression } from './expression.ts';
import type { ComparisonSign, ExpressionNode } from './expressionNode.ts';
import { didYouMean } from './nearMiss.ts';
import type { Parameter, ParamValue, SearchSpace } from './parameter.ts';
import type { SpaceProblem } from './problem.ts';

/** What is known of a value before it exists. `any`: may be of several types. */
type Kind = 'number' | 'text' | 'none' | 'list' | 'any';

interface Known {
  readonly kind: Kind;
  /** All values it can have, where they are few and known: choices and literals. */
  readonly values?: readonly ParamValue[];
}

type Complaint = Pick<SpaceProblem, 'code' | 'message'>;

/**
 * Problems with what expressions do to the types of their names: arithmetic with text, text ordered against a
 * number, a choice compared with what is none of its values. Only what is certainly wrong is reported, the first
 * in each expression. Expects dependency order.
 */
export const checkTypes = (space: SearchSpace): readonly SpaceProblem[] => {
  const known = new Map<string, Known>(
    space.parameters.map((parameter) => [parameter.name, knownOf(parameter)]),
  );
  const problems: SpaceProblem[] = [];
  const check = (
    expression: Expression | undefined,
    about: { parameter: string } | { constraint: number },
  ): Known => {
    if (expression === undefined) return { kind: 'any' };
    const checker = new Checker(known);
    const result = checker.kindOf(expression.root);
    if (checker.complaint !== undefined)
      problems.push({ ...checker.complaint, ...about, text: expression.text });
    return result;
  };
  for (const { name, expression, condition } of space.derived) {
    check(condition, { parameter: name });
    known.set(name, check(expression, { parameter: name }));
  }
  for (const { name, condition } of space.parameters) check(condition, { parameter: name });
  space.constraints.forEach((expression, constraint) => {
    check(expression, { constraint });
  });
  return problems;
};

const knownOf = (parameter: Parameter): Known => {
  if (parameter.kind !== 'categorical') return { kind: 'number' };
  const kinds = new Set(parameter.choices.map(kindOfValue));
  const [only] = kinds;
  return { kind: kinds.size === 1 && only !== undefined ? only : 'any', values: parameter.choices };
};

/** Truth values count as numbers, as in Python. */
const kindOfValue = (value: ParamValue): Kind =>
  value === null ? 'none' : typeof value === 'string' ? 'text' : 'number';

const words: Readonly<Record<Kind, string>> = {
  number: 'a number',
  text: 'text',
  none: 'None',
  list: 'a list',
  any: 'anything',
};

class Checker {
  complaint: Complaint | undefined;
  readonly #known: ReadonlyMap<string, Known>;

  constructor(known: ReadonlyMap<string, Known>) {
    this.#known = known;
  }

  kindOf(node: ExpressionNode): Known {
    switch (node.kind) {
      case 'literal':
        return { kind: kindOfValue(node.value), values: [node.value] };
      case 'name':
        return this.#known.get(node.name) ?? { kind: 'any' };
      case 'list':
        return this.#list(node.items);
      case 'assembled':
        return 'choices' in node.assembly
          ? { kind: 'list', values: node.assembly.choices }
          : { kind: 'list' };
      case 'call': {
        const items = node.items.map((item) => ({ item, known: this.kindOf(item) }));
        for (const { item, known } of items)
          if (node.name !== 'len' && known.kind !== 'list') this.#expectNumber(item, known, node.name);
        return { kind: 'number' };
      }
      case 'negate':
      case 'plus':
        this.#expectNumber(node.operand, this.kindOf(node.operand), node.kind === 'negate' ? '-' : '+');
        return { kind: 'number' };
      case 'not':
        this.kindOf(node.operand);
        return { kind: 'number' };
      case 'and':
      case 'or': {
        const left = this.kindOf(node.left);
        const right = this.kindOf(node.right);
        return { kind: left.kind === right.kind ? left.kind : 'any' };
      }
      case 'arithmetic':
        return this.#arithmetic(node);
      case 'comparison':
        return this.#comparison(node);
    }
  }

  #list(items: readonly ExpressionNode[]): Known {
    const all = items.map((item) => this.kindOf(item).values);
    const values = all.flatMap((each) => each ?? []);
    return all.includes(undefined) ? { kind: 'list' } : { kind: 'list', values };
  }

  #arithmetic(node: ExpressionNode & { readonly kind: 'arithmetic' }): Known {
    const left = this.kindOf(node.left);
    const right = this.kindOf(node.right);
    if (node.sign === '+' && left.kind === 'text' && right.kind === 'text') return { kind: 'text' };
    if (node.sign === '+' && (left.kind === 'any' || right.kind === 'any')) return { kind: 'any' };
    this.#expectNumber(node.left, left, node.sign);
    this.#expectNumber(node.right, right, node.sign);
    return { kind: 'number' };
  }

  #comparison(node: ExpressionNode & { readonly kind: 'comparison' }): Known {
    let left = { item: node.first, known: this.kindOf(node.first) };
    for (const { sign, operand } of node.rest) {
      const right = { item: operand, known: this.kindOf(operand) };
      this.#compare(sign, left, right);
      left = right;
    }
    return { kind: 'number' };
  }

  #compare(sign: ComparisonSign, left: Operand, right: Operand): void {
    if (sign === 'in' || sign === 'not in') {
      if (right.known.kind === 'list') {
        this.#expectOverlap(left, right);
        if (right.item.kind === 'assembled') this.#expectChoice(right.item.name, right.known, left.known);
      }
      if (right.known.kind === 'number' || right.known.kind === 'none') {
        this.#complain('type', `${sign} needs a list behind it, such as ["a", "b"].`);
      }
      return;
    }
    if (sign === '==' || sign === '!=') {
      this.#expectOverlap(left, right);
      this.#expectOverlap(right, left);
      return;
    }
    const kinds = new Set([left.known.kind, right.known.kind]);
    const orderable = kinds.has('any') || (kinds.size === 1 && (kinds.has('number') || kinds.has('text')));
    if (orderable) return;
    this.#complain('type', `${sign} cannot order ${described(left)} and ${described(right)}.`);
  }

  /** Compared with known values, a choice must be able to be one of them. */
  #expectOverlap(name: Operand, other: Operand): void {
    if (name.item.kind !== 'name') return;
    const values =
      other.item.kind === 'literal' || other.known.kind === 'list' ? other.known.values : undefined;
    const possible = name.known.values;
    if (possible !== undefined && values !== undefined) {
      const strange = values.find((value) => !possible.some((choice) => same(choice, value)));
      if (strange === undefined) return;
      const hint = typeof strange === 'string' ? didYouMean(strange, possible.map(String)) : '';
      const choices =
        hint || ` Its choices are ${possible.map((choice) => JSON.stringify(choice)).join(', ')}.`;
      this.#complain('range', `${name.item.name} is never ${JSON.stringify(strange)}.${choices}`);
      return;
    }
    const [kind, otherKind] = [name.known.kind, other.known.kind];
    if ((kind === 'number' && otherKind === 'text') || (kind === 'text' && otherKind === 'number')) {
      this.#complain('type', `${described(name)} is never equal to ${described(other)}.`);
    }
  }

  /** What is sought in a composite must be one of its choices. */
  #expectChoice(name: string, { values: choices }: Known, { values: sought }: Known): void {
    const strange = sought?.find((value) => choices?.every((choice) => !same(choice, value)));
    if (strange === undefined || choices === undefined || sought?.length !== 1) return;
    const hint =
      (typeof strange === 'string' && didYouMean(strange, choices.map(String))) ||
      ` Its choices are ${choices.map((choice) => JSON.stringify(choice)).join(', ')}.`;
    this.#complain('range', `${name} never has ${JSON.stringify(strange)}.${hint}`);
  }

  #expectNumber(item: ExpressionNode, known: Known, sign: string): void {
    if (known.kind === 'number' || known.kind === 'any') return;
    this.#complain('type', `${sign} needs numbers, but ${described({ item, known })} is not one.`);
  }

  #complain(code: Complaint['code'], message: string): void {
    this.complaint ??= { code, message };
  }
}

interface Operand {
  readonly item: ExpressionNode;
  readonly known: Known;
}

const described = ({ item, known }: Operand): string => {
  if (item.kind === 'name') return `${item.name} (${words[known.kind]})`;
  return item.kind === 'literal' ? JSON.stringify(item.value) : words[known.kind];
};

const same = (a: ParamValue, b: ParamValue): boolean =>
  a === b ||
  (typeof a === 'boolean' && typeof b === 'number' && Number(a) === b) ||
  (typeof b === 'boolean' && typeof a === 'number' && Number(b) === a);
