import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/cpp';
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
import { cNumbers, readScalar, type ScalarStyle } from './scalars.ts';
import { cStrings } from './strings.ts';

const scalars: ScalarStyle = {
  words: { true: 'true', false: 'false', null: 'nullptr' },
  numbers: cNumbers,
  strings: cStrings,
};
const inC: ScalarStyle = { ...scalars, words: { ...scalars.words, null: 'NULL' } };
const lists: ListStyle = { open: ['{'], close: ['}'], separator: ',' };

const textOf = (source: string, { from, to }: SyntaxNode): string => source.slice(from, to);

const identifiers = new Set(['Identifier', 'FieldIdentifier', 'TypeIdentifier']);

/** The name in a declarator: `x`, `* x`, `x[]`, `& x`. */
const nameIn = (source: string, node: SyntaxNode): string | undefined => {
  if (identifiers.has(node.name)) return textOf(source, node);
  if (!/Declarator$|Designator$/u.test(node.name)) return undefined;
  for (const child of childrenOf(node)) {
    const name = nameIn(source, child);
    if (name !== undefined) return name;
  }
  return undefined;
};

/** The function around a node, or the struct or class. */
const scopeAround = (node: SyntaxNode): SyntaxNode | undefined => {
  for (let up = node.parent; up; up = up.parent)
    if (
      /^(?:FunctionDefinition|LambdaExpression|StructSpecifier|ClassSpecifier|UnionSpecifier)$/u.test(up.name)
    )
      return up;
  return undefined;
};

const nameOfScope = (source: string, scope: SyntaxNode): string | undefined => {
  for (const child of childrenOf(scope)) {
    const name = nameIn(source, child);
    if (name !== undefined && !/FieldDeclarationList|CompoundStatement/u.test(child.name)) return name;
  }
  return undefined;
};

const words: Readonly<Record<string, string>> = {
  CallExpression: 'a call',
  Identifier: 'a name',
  FieldExpression: 'a name',
  InitializerList: 'a list',
  CharLiteral: 'a character',
  RawString: 'a raw string',
  ConcatenatedString: 'a string in several parts',
};

const isLiteral = (source: string, node: SyntaxNode): boolean => {
  if (['Number', 'String', 'True', 'False', 'nullptr'].includes(node.name)) return true;
  const [sign, size, ...others] = childrenOf(node);
  return (
    node.name === 'UnaryExpression' &&
    others.length === 0 &&
    size?.name === 'Number' &&
    sign !== undefined &&
    /^[+-]$/u.test(textOf(source, sign))
  );
};

const readText = (text: string): ReturnType<typeof readScalar> =>
  readScalar(text, text === 'NULL' ? inC : scalars);

const readValue = (source: string, node: SyntaxNode): ValueRead => {
  const text = textOf(source, node);
  const read =
    (isLiteral(source, node) || text === 'NULL') && !/[\r\n]/u.test(text) ? readText(text) : undefined;
  if (read !== undefined) return read;
  const list = node.name === 'InitializerList' ? readListOf(text, lists, scalars) : undefined;
  const what = words[node.name] ?? 'an expression';
  return list === undefined ? { what } : { items: list.items, what };
};

/** `{2.0}` and `(2.0)` behind a name, without a sign, hold one value. */
const inner = (node: SyntaxNode, isGiven: boolean): SyntaxNode => {
  const children = childrenOf(node);
  const only = children[1];
  const holds =
    node.name === 'ParenthesizedExpression' ||
    (!isGiven && /^(?:InitializerList|ArgumentList)$/u.test(node.name));
  return holds && children.length === 3 && only ? inner(only, true) : node;
};

const namedValue = (source: string, naming: Naming, node: SyntaxNode, isGiven: boolean): NamedValue => {
  const value = inner(node, isGiven);
  return { naming, start: value.from, end: value.to, read: readValue(source, value) };
};

/** A key and the value behind it, with or without `=` between them; undefined for `+=` and the like. */
const keyAndValue = (
  source: string,
  node: SyntaxNode,
):
  | { readonly key: SyntaxNode; readonly name: string; readonly value: SyntaxNode; readonly isGiven: boolean }
  | undefined => {
  const children = childrenOf(node);
  const value = children.at(-1);
  const key = children.slice(0, -1).findLast((child) => nameIn(source, child) !== undefined);
  if (key === undefined || value === undefined) return undefined;
  const between = source.slice(key.to, value.from).replaceAll(/\/\*.*?\*\/|\s/gsu, '');
  const name = nameIn(source, key);
  if (name === undefined || (between !== '=' && between !== '')) return undefined;
  if (between === '' && !/^(?:InitializerList|ArgumentList)$/u.test(value.name)) return undefined;
  return { key, name, value, isGiven: between === '=' };
};

const named = (source: string, node: SyntaxNode, naming: (name: string) => Naming): readonly NamedValue[] => {
  const found = keyAndValue(source, node);
  return found === undefined ? [] : [namedValue(source, naming(found.name), found.value, found.isGiven)];
};

const variable =
  (source: string, node: SyntaxNode) =>
  (name: string): Naming => {
    const scope = scopeAround(node);
    const owner = scope && nameOfScope(source, scope);
    return {
      name,
      ...(owner !== undefined && { owner }),
      form: { kind: 'assignment', target: name, moduleLevel: scope === undefined },
      scope: scope?.from ?? -1,
    };
  };

const field =
  (source: string, node: SyntaxNode) =>
  (name: string): Naming => {
    const scope = scopeAround(node);
    const owner = (scope && nameOfScope(source, scope)) ?? 'struct';
    return { name, owner, form: { kind: 'field', owner } };
  };

const defaultOf =
  (source: string, node: SyntaxNode) =>
  (name: string): Naming => {
    const declarator = node.parent?.parent;
    const owner = (declarator && nameIn(source, declarator)) ?? 'function';
    return { name, owner, form: { kind: 'default', owner } };
  };

/** `.lr = 0.1` belongs to the variable that it initialises. */
const entry =
  (source: string, node: SyntaxNode) =>
  (name: string): Naming => {
    const holder = node.parent?.parent;
    const owner = holder?.name === 'InitDeclarator' ? nameIn(source, holder) : undefined;
    return { name, ...(owner !== undefined && { owner }), form: { kind: 'dict' } };
  };

const assigned = (source: string, node: SyntaxNode): readonly NamedValue[] => {
  const [target, value, ...others] = childrenOf(node);
  if (!target || !value || others.length > 0 || source.slice(target.to, value.from).trim() !== '=') return [];
  if (target.name === 'Identifier')
    return [namedValue(source, variable(source, node)(textOf(source, target)), value, true)];
  if (target.name !== 'FieldExpression') return [];
  const name = childrenOf(target).findLast(({ name: kind }) => kind === 'FieldIdentifier');
  if (name === undefined) return [];
  const owner = textOf(source, target.firstChild ?? target);
  return [
    namedValue(source, { name: textOf(source, name), owner, form: { kind: 'field', owner } }, value, true),
  ];
};

/** `#define LR 1e-3`: the text behind the name, if it is a literal. */
const defined = (source: string, node: SyntaxNode): readonly NamedValue[] => {
  const [directive, key, value] = childrenOf(node);
  if (directive?.name !== '#define' || key?.name !== 'Identifier' || value?.name !== 'PreprocArg') return [];
  const raw = textOf(source, value);
  const bare = raw.trim();
  const isBracketed = /^\([^()]*\)$/u.test(bare);
  const text = isBracketed ? bare.slice(1, -1).trim() : bare;
  const start = value.from + raw.indexOf(text);
  const name = textOf(source, key);
  const naming: Naming = { name, form: { kind: 'assignment', target: name, moduleLevel: true } };
  return [{ naming, start, end: start + text.length, read: readText(text) ?? { what: 'no single literal' } }];
};

const declared = (source: string, node: SyntaxNode): readonly NamedValue[] => {
  switch (node.name) {
    case 'InitDeclarator':
      return named(source, node, variable(source, node));
    case 'FieldDeclaration':
      return named(source, node, field(source, node));
    case 'Enumerator':
      return named(source, node, (name) => ({ name, form: { kind: 'dict' } }));
    case 'OptionalParameterDeclaration':
      return named(source, node, defaultOf(source, node));
    case 'InitializerPair':
      return named(source, node, entry(source, node));
    case 'AssignmentExpression':
      return assigned(source, node);
    case 'PreprocDirective':
      return defined(source, node);
    default:
      return [];
  }
};

/** `#include "x.h"`, looked for beside the file that has it. */
const linksOf = (source: string): readonly SourceLink[] => {
  const links: SourceLink[] = [];
  parser.parse(source).iterate({
    enter: ({ node }) => {
      if (node.name !== 'String' || node.prevSibling?.name !== '#include') return;
      const path = textOf(source, node).slice(1, -1);
      links.push({ path, from: 'file', span: { start: node.from, end: node.to } });
    },
  });
  return links;
};

const tree: TreeLanguage = {
  sign: '//',
  comments: new Set(['LineComment']),
  parse: (source, fragments) => parser.parse(source, fragments),
  declared,
};

const shared = {
  commentSign: '//',
  open: (source: string) => openCode(source, treeCode(source, tree)),
  links: linksOf,
  onlyPrinted: true,
} as const;

export const c: Language = {
  ...shared,
  id: 'c',
  editorIds: ['c'],
  extensions: ['.c'],
  literalsInWords: 'a number, a string, true, false or NULL',
  render: renderWith(inC, lists),
};

export const cpp: Language = {
  ...shared,
  id: 'cpp',
  editorIds: ['cpp', 'cuda-cpp'],
  extensions: ['.cpp', '.cc', '.cxx', '.h', '.hpp', '.hh', '.hxx', '.cu', '.cuh'],
  literalsInWords: 'a number, a string, true, false or nullptr',
  render: renderWith(scalars, lists),
};
