import type { SyntaxNode } from '@lezer/common';
import type { ParamValue } from '../../space/parameter.ts';
import { readList } from '../literal/listLiteral.ts';
import { readLiteral } from '../literal/scalarLiteral.ts';
import type { Naming, Slot } from '../slot.ts';
import { argumentDefault, declaresOne, fieldDefault, namingOf, namingOfTarget } from './naming.ts';
import {
  type Chunk,
  childrenOf,
  placeOf,
  siblingBefore,
  splitTuple,
  textOf,
  withoutBrackets,
} from './syntax.ts';

/** The slots whose value ends within `[from, to]` of the chunk, in source order. Lists and sets hold none. */
export const slotsWithin = (chunk: Chunk, from: number, to: number): Slot[] => {
  const slots: Slot[] = [];
  const add = (naming: Naming | undefined, value: SyntaxNode): void => {
    const inner = withoutBrackets(value);
    if (naming && inner.to >= from && inner.to <= to) slots.push(slotOf(chunk, naming, inner));
    const field = naming && fieldDefault(chunk, value);
    if (field) add(naming, field);
  };
  chunk.tree.iterate({
    from,
    to,
    enter: ({ name, node }) => {
      if (name === 'ArgList' && declaresOne(chunk, node)) {
        const argument = argumentDefault(chunk, node);
        if (argument) add(argument.naming, argument.value);
        return false;
      }
      if (name === 'AssignStatement') for (const [naming, value] of assigned(chunk, node)) add(naming, value);
      else if (node.parent && isValue(node)) add(namingOf(chunk, node, node.parent), node);
      return true;
    },
  });
  return slots.sort((a, b) => a.span.start - b.span.start);
};

const slotOf = (chunk: Chunk, naming: Naming, node: SyntaxNode): Slot => {
  const text = textOf(chunk, node);
  const value = literalOf(chunk, node, text);
  return {
    ...naming,
    span: placeOf(chunk, node),
    text,
    ...(value === undefined ? { what: inWords(node), ...listOf(node, text) } : { value }),
  };
};

const literalOf = (chunk: Chunk, node: SyntaxNode, text: string): ParamValue | undefined => {
  if (/[\r\n]/u.test(text)) return undefined;
  switch (node.name) {
    case 'Number':
    case 'String':
    case 'Boolean':
    case 'None':
      return readLiteral(text);
    case 'UnaryExpression': {
      const [sign, size, ...others] = childrenOf(node);
      const signed =
        size?.name === 'Number' && others.length === 0 && sign && /^[+-]$/u.test(textOf(chunk, sign));
      return signed ? readLiteral(text) : undefined;
    }
    default:
      return undefined;
  }
};

const listOf = ({ name }: SyntaxNode, text: string): Pick<Slot, 'items'> => {
  const read = name === 'ArrayExpression' || name === 'TupleExpression' ? readList(text) : undefined;
  return read === undefined ? {} : { items: read.items };
};

const words: Readonly<Record<string, string>> = {
  CallExpression: 'a call',
  VariableName: 'a name',
  MemberExpression: 'a name',
  ArrayExpression: 'a list',
  TupleExpression: 'a tuple',
  DictionaryExpression: 'a dict',
  SetExpression: 'a set',
  LambdaExpression: 'a lambda',
  FormatString: 'an f-string',
  ContinuedString: 'a string in several parts',
  String: 'a string of bytes, of several lines or with named characters',
  Number: 'a complex number or one too large to be exact',
};

const inWords = (node: SyntaxNode): string => words[node.name] ?? 'an expression';

const isValue = (node: SyntaxNode): boolean => {
  const before = siblingBefore(node);
  if (node.parent?.name === 'DictionaryExpression') return before?.name === ':';
  if (node.parent?.name !== 'ArgList' && node.parent?.name !== 'ParamList') return false;
  return before?.name === 'AssignOp' && before.to > before.from;
};

/** Pairs of name and value in `a = 1`, `a: float = 1`, `a = b = 1`, `a, b = 1, 2`, `self.a = 1`, `config["a"] = 1`. */
function* assigned(
  chunk: Chunk,
  statement: SyntaxNode,
): Generator<readonly [Naming | undefined, SyntaxNode]> {
  const children = childrenOf(statement);
  const first = children.findIndex(({ name }) => name === 'AssignOp' || name === 'TypeDef');
  const last = children.findLastIndex(({ name }) => name === 'AssignOp');
  if (last < 0) return;
  const targets = splitTuple(children.slice(0, first));
  const right = children.slice(last + 1);
  const values = targets.length > 1 ? splitTuple(right) : right;
  if (targets.length !== values.length) return;
  for (const [i, target] of targets.entries()) {
    const value = values[i];
    if (!value) continue;
    yield [namingOfTarget(chunk, target, statement), value];
  }
}

/** The default of an `add_argument(…)` that spans several lines and ends within `[from, to]`. */
export const argumentEndingWithin = (chunk: Chunk, from: number, to: number): Slot[] => {
  let start = to;
  chunk.tree.iterate({
    from,
    to,
    enter: (node) => {
      if (node.name === 'CallExpression' && node.to >= from && node.to <= to)
        start = Math.min(start, node.from);
    },
  });
  const slots = slotsWithin(chunk, start, to).filter(({ form }) => form.kind === 'argparse');
  return slots.length === 1 ? slots : [];
};
