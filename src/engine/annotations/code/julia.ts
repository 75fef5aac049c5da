import type { Parser, SyntaxNode } from '@lezer/common';
import { parser as untyped } from '@plutojl/lezer-julia';
import type { Language } from '../language.ts';
import type { Naming } from '../slot.ts';
import {
  childrenOf,
  type NamedValue,
  openCode,
  type TreeLanguage,
  treeCode,
  type ValueRead,
} from './code.ts';
import type { SourceLink } from './links.ts';
import { type ListStyle, readListOf, renderWith } from './lists.ts';
import { juliaNumbers, readScalar, type ScalarStyle } from './scalars.ts';
import { juliaStrings } from './strings.ts';

/** Its own types name a class that its dependency does not export. */
const parser: Parser = untyped;

const scalars: ScalarStyle = {
  words: { true: 'true', false: 'false', null: 'nothing' },
  numbers: juliaNumbers,
  strings: juliaStrings,
};
const lists: ListStyle = { open: ['[', '('], close: [']', ')'], separator: ',' };

const textOf = (source: string, { from, to }: SyntaxNode): string => source.slice(from, to);

const isFunction = ({ name, firstChild }: SyntaxNode): boolean =>
  name === 'FunctionDefinition' ||
  name === 'MacroDefinition' ||
  (name === 'Assignment' && firstChild?.name === 'CallExpression');

const scopeAround = (node: SyntaxNode): SyntaxNode | undefined => {
  for (let up = node.parent; up; up = up.parent)
    if (isFunction(up) || up.name === 'StructDefinition') return up;
  return undefined;
};

/** `f` of `function f(x) … end` and `f(x) = …`, `P` of `struct P`. */
const nameOfScope = (source: string, scope: SyntaxNode): string | undefined => {
  const head = childrenOf(scope).find(({ name }) => /^(?:Signature|CallExpression|TypeHead)$/u.test(name));
  return head && /[\p{L}_][\p{L}\p{N}_!.]*/u.exec(textOf(source, head))?.[0];
};

/** The name that a target gives a value to: `x`, `x::T`, `o.x`, `o["x"]`. */
const targetOf = (
  source: string,
  target: SyntaxNode,
): { readonly name: string; readonly owner?: string; readonly isVariable: boolean } | undefined => {
  const [first, second, third] = childrenOf(target);
  if (target.name === 'Identifier') return { name: textOf(source, target), isVariable: true };
  if (target.name === 'BinaryExpression' && second?.name === 'SubTypeOp' && first)
    return targetOf(source, first);
  if (target.name === 'FieldExpression' && first && third)
    return { name: textOf(source, third), owner: textOf(source, first), isVariable: false };
  if (target.name !== 'IndexExpression' || !first || !second) return undefined;
  const key = juliaStrings.read(textOf(source, second).slice(1, -1).trim());
  return key === undefined ? undefined : { name: key, owner: textOf(source, first), isVariable: false };
};

const words: Readonly<Record<string, string>> = {
  CallExpression: 'a call',
  Identifier: 'a name',
  FieldExpression: 'a name',
  VectorExpression: 'a list',
  TupleExpression: 'a tuple',
  StringLiteral: 'a string that is computed, or of several lines',
  CharLiteral: 'a character',
};

const literals = new Set(['FloatLiteral', 'IntegerLiteral', 'BoolLiteral', 'StringLiteral', 'Symbol']);

const isLiteral = (source: string, node: SyntaxNode): boolean => {
  if (literals.has(node.name) || textOf(source, node) === 'nothing') return true;
  const [sign, size, ...others] = childrenOf(node);
  return (
    node.name === 'UnaryExpression' &&
    others.length === 0 &&
    sign !== undefined &&
    /^[+-]$/u.test(textOf(source, sign)) &&
    (size?.name === 'FloatLiteral' || size?.name === 'IntegerLiteral')
  );
};

const readValue = (source: string, node: SyntaxNode): ValueRead => {
  const text = textOf(source, node);
  const read = isLiteral(source, node) && !/[\r\n]/u.test(text) ? readScalar(text, scalars) : undefined;
  if (read !== undefined) return read;
  const isList = node.name === 'VectorExpression' || node.name === 'TupleExpression';
  const list = isList ? readListOf(text, lists, scalars) : undefined;
  const what = words[node.name] ?? 'an expression';
  return list === undefined ? { what } : { items: list.items, what };
};

const namedValue = (source: string, naming: Naming, node: SyntaxNode): NamedValue => ({
  naming,
  start: node.from,
  end: node.to,
  read: readValue(source, node),
});

const namingOfTarget = (source: string, target: SyntaxNode, node: SyntaxNode): Naming | undefined => {
  const found = targetOf(source, target);
  if (found === undefined) return undefined;
  const { name } = found;
  const scope = scopeAround(node);
  const owner = found.owner ?? (scope && nameOfScope(source, scope));
  const whose = owner === undefined ? {} : { owner };
  if (!found.isVariable || scope?.name === 'StructDefinition')
    return { name, ...whose, form: { kind: 'field', owner: owner ?? 'struct' } };
  return {
    name,
    ...whose,
    form: { kind: 'assignment', target: name, moduleLevel: scope === undefined },
    scope: scope?.from ?? -1,
  };
};

const partsOf = (node: SyntaxNode): readonly SyntaxNode[] =>
  node.name === 'OpenTuple' ? childrenOf(node) : [node];

const assigned = (source: string, node: SyntaxNode): readonly NamedValue[] => {
  const [target, sign, value] = childrenOf(node);
  if (target === undefined || sign?.name !== 'AssignmentOp' || value === undefined) return [];
  const [targets, values] = [partsOf(target), partsOf(value)];
  if (targets.length !== values.length) return [];
  return targets.flatMap((each, i) => {
    const own = values[i];
    const naming = namingOfTarget(source, each, node);
    return own === undefined || naming === undefined ? [] : [namedValue(source, naming, own)];
  });
};

/** `lr = 0.1` in brackets: a default of a function, an argument of a call, or an entry of a named tuple. */
const namingOfKeyword = (source: string, name: string, node: SyntaxNode): Naming => {
  const list = node.parent?.name === 'KeywordArguments' ? node.parent.parent : node.parent;
  const call = list?.name === 'Arguments' ? list.parent : undefined;
  const callee = call?.firstChild ? textOf(source, call.firstChild) : undefined;
  if (callee === undefined) {
    const holder = list?.parent?.name === 'Assignment' ? list.parent.firstChild : undefined;
    const owner = holder?.name === 'Identifier' ? textOf(source, holder) : undefined;
    return { name, ...(owner !== undefined && { owner }), form: { kind: 'dict' } };
  }
  const owner = callee.slice(callee.lastIndexOf('.') + 1);
  const isHead =
    call?.parent?.name === 'Signature' ||
    (call?.parent !== null &&
      call?.parent?.firstChild?.from === call?.from &&
      isFunction(call?.parent ?? node));
  return { name, owner, form: isHead ? { kind: 'default', owner } : { kind: 'keyword', callee } };
};

const declared = (source: string, node: SyntaxNode): readonly NamedValue[] => {
  if (node.name === 'Assignment') return isFunction(node) ? [] : assigned(source, node);
  const [key, sign, value] = childrenOf(node);
  if (key === undefined || sign === undefined || value === undefined) return [];
  if (node.name === 'KwArg') {
    const found = targetOf(source, key);
    return found === undefined ? [] : [namedValue(source, namingOfKeyword(source, found.name, node), value)];
  }
  if (node.name !== 'BinaryExpression' || sign.name !== 'PairOp') return [];
  const name = juliaStrings.read(textOf(source, key));
  const holder = node.parent?.parent?.parent;
  const owner = holder?.name === 'Assignment' ? holder.firstChild : undefined;
  const whose = owner?.name === 'Identifier' ? { owner: textOf(source, owner) } : {};
  return name === undefined ? [] : [namedValue(source, { name, ...whose, form: { kind: 'dict' } }, value)];
};

/** `include("x.jl")`, looked for beside the file that has it. */
const linksOf = (source: string): readonly SourceLink[] => {
  const links: SourceLink[] = [];
  parser.parse(source).iterate({
    enter: ({ node }) => {
      if (node.name !== 'CallExpression' || !node.firstChild) return;
      if (textOf(source, node.firstChild) !== 'include') return;
      const argument = node.getChild('Arguments')?.getChild('StringLiteral');
      const path = argument ? juliaStrings.read(textOf(source, argument)) : undefined;
      if (argument && path !== undefined)
        links.push({ path, from: 'file', span: { start: argument.from, end: argument.to } });
    },
  });
  return links;
};

const tree: TreeLanguage = {
  sign: '#',
  comments: new Set(['LineComment']),
  parse: (source, fragments) => parser.parse(source, fragments),
  declared,
};

export const julia: Language = {
  id: 'julia',
  editorIds: ['julia'],
  extensions: ['.jl'],
  commentSign: '#',
  literalsInWords: 'a number, a string, a symbol, true, false or nothing',
  open: (source) => openCode(source, treeCode(source, tree)),
  render: renderWith(scalars, lists),
  links: linksOf,
  onlyPrinted: true,
};
