import type { SyntaxNode } from '@lezer/common';
import type { ParamValue } from '../../space/parameter.ts';
import { readList } from '../literal/listLiteral.ts';
import { readLiteral } from '../literal/scalarLiteral.ts';
import type { Allowed, Naming, Slot } from '../slot.ts';
import {
  allowedBy,
  allowedByType,
  declaredDefault,
  declaresOne,
  defaultInType,
  fieldDefault,
} from './declarations.ts';
import { namingOf, namingOfTarget } from './naming.ts';
import {
  type Chunk,
  childrenOf,
  placeOf,
  siblingBefore,
  splitTuple,
  textOf,
  withoutBrackets,
} from './syntax.ts';
import { namingOfUnnamed } from './unnamed.ts';

/** The slots whose value ends within `[from, to]` of the chunk, in source order. Sets hold none. */
export const slotsWithin = (chunk: Chunk, from: number, to: number): Slot[] => {
  const slots: Slot[] = [];
  const unnamed: Slot[] = [];
  const isHere = (node: SyntaxNode): boolean => node.to >= from && node.to <= to;
  const add = (naming: Naming | undefined, value: SyntaxNode, declared?: Allowed): void => {
    if (!naming) return;
    const inner = withoutBrackets(value);
    const list = inner.name === 'CallExpression' ? inner.getChild('ArgList') : null;
    const isKnown = slots.some(({ span }) => span.start === chunk.start + inner.from);
    if (isHere(inner) && !isKnown) slots.push(slotOf(chunk, naming, inner, declared));
    const field = fieldDefault(chunk, inner, naming);
    if (field && list) add(naming, field, allowedBy(chunk, list) ?? declared);
  };
  chunk.tree.iterate({
    from,
    to,
    enter: ({ name, node }) => {
      if (name === 'ArgList' && declaresOne(chunk, node)) {
        const argument = declaredDefault(chunk, node);
        if (argument) add(argument.naming, argument.value, allowedBy(chunk, node));
        return false;
      }
      if (name === 'AssignStatement' || name === 'NamedExpression') {
        const type = node.getChild('TypeDef');
        const declared = type ? allowedByType(chunk, type) : undefined;
        for (const [naming, value] of assigned(chunk, node)) add(naming, value, declared);
      } else if (node.parent && isValue(node))
        add(namingOf(chunk, node, node.parent), node, typeBefore(chunk, node));
      else if (isEntry(node) && isHere(node)) {
        const naming = namingOfUnnamed(chunk, node);
        const slot = naming && slotOf(chunk, naming, node);
        if (slot?.value !== undefined) unnamed.push({ ...slot, unnamed: true });
      }
      return true;
    },
  });
  const named = new Set(slots.map(({ span }) => span.start));
  const all = [...slots, ...unnamed.filter(({ span }) => !named.has(span.start))];
  return all.sort((a, b) => a.span.start - b.span.start);
};

/** A literal that is an argument by its place, or an entry of a list or tuple. */
const isEntry = ({ name, parent }: SyntaxNode): boolean =>
  entryKinds.has(name) &&
  (parent?.name === 'ArgList' || parent?.name === 'ArrayExpression' || parent?.name === 'TupleExpression');

const entryKinds: ReadonlySet<string> = new Set(['Number', 'String', 'Boolean', 'None', 'UnaryExpression']);

/** What the type of a parameter allows: `size: Literal["s", "l"] = "s"`. */
const typeBefore = (chunk: Chunk, value: SyntaxNode): Allowed | undefined => {
  const sign = value.parent?.name === 'ParamList' ? siblingBefore(value) : null;
  const type = sign && siblingBefore(sign);
  return type?.name === 'TypeDef' ? allowedByType(chunk, type) : undefined;
};

const slotOf = (chunk: Chunk, naming: Naming, node: SyntaxNode, allowed?: Allowed): Slot => {
  const text = textOf(chunk, node);
  const value = literalOf(chunk, node, text);
  return {
    ...naming,
    span: placeOf(chunk, node),
    text,
    ...(allowed && { allowed }),
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
  if (last < 0) {
    const [target, type] = children;
    const value = type?.name === 'TypeDef' ? defaultInType(chunk, type) : undefined;
    if (target && value) yield [namingOfTarget(chunk, target, statement), value];
    return;
  }
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

/** The default of a declaration that spans several lines and ends within `[from, to]`: `add_argument(…)`, `field(…)`. */
export const declarationEndingWithin = (chunk: Chunk, from: number, to: number): Slot[] => {
  let start = to;
  chunk.tree.iterate({
    from,
    to,
    enter: ({ name, node }) => {
      const list =
        name === 'CallExpression' && node.to >= from && node.to <= to ? node.getChild('ArgList') : null;
      if (list && declaresOne(chunk, list)) start = Math.min(start, node.from);
    },
  });
  if (start === to) return [];
  const slots = slotsWithin(chunk, start, to).filter(({ value, items }) => value !== undefined || items);
  return slots.length === 1 ? slots : [];
};
