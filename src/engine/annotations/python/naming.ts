import type { SyntaxNode } from '@lezer/common';
import { readString } from '../literal/stringLiteral.ts';
import type { Naming } from '../slot.ts';
import type { TunableForm } from '../tunable.ts';
import { moduleScope } from './statements.ts';
import { type Chunk, childrenOf, nameOfScope, scopeOf, siblingBefore, textOf } from './syntax.ts';

export const namingOf = (chunk: Chunk, value: SyntaxNode, parent: SyntaxNode): Naming | undefined => {
  const sign = siblingBefore(value);
  let key = sign && siblingBefore(sign);
  if (key?.name === 'TypeDef') key = siblingBefore(key);
  if (!key) return undefined;
  if (parent.name === 'ParamList') return namingOfDefault(chunk, key, parent);
  if (parent.name === 'ArgList') return namingOfKeyword(chunk, textOf(chunk, key), parent);
  const name = nameOfKey(textOf(chunk, key));
  const owner = nameOfDict(chunk, parent);
  return name === undefined
    ? undefined
    : { name, ...(owner !== undefined && { owner }), form: { kind: 'dict' } };
};

const namingOfDefault = (chunk: Chunk, key: SyntaxNode, list: SyntaxNode): Naming => {
  const owner = list.parent ? nameOfScope(chunk, list.parent) : 'lambda';
  const around = list.parent && owner === '__init__' ? scopeOf(list.parent) : null;
  // What a constructor takes belongs to its class: `Net.dropout`.
  const known = around ? nameOfScope(chunk, around) : owner;
  return { name: textOf(chunk, key), owner: known, form: { kind: 'default', owner } };
};

const namingOfKeyword = (chunk: Chunk, keyword: string, list: SyntaxNode): Naming | undefined => {
  if (list.parent?.name === 'ClassDefinition') return undefined;
  const callee = calleeOf(chunk, list);
  return { name: keyword, owner: lastName(callee), form: { kind: 'keyword', callee } };
};

const calleeOf = (chunk: Chunk, list: SyntaxNode): string =>
  chunk.text
    .slice(list.parent?.from ?? list.from, list.from)
    .replace(/^@/u, '')
    .trim();

const fieldMakers = /(?:^|\.)(?:field|Field|Option|Argument|attrib|ib)$/u;
const argumentMakers = /(?:^|\.)add_argument$|^(?:\w+\.)?option$/u;

/** Is this the argument list of a call that declares one value, so that nothing else in it is a slot? */
export const declaresOne = (chunk: Chunk, list: SyntaxNode): boolean => {
  const callee = calleeOf(chunk, list);
  return fieldMakers.test(callee) || argumentMakers.test(callee);
};

/** The value inside `field(default=1)` or `Field(1)`. */
export const fieldDefault = (chunk: Chunk, call: SyntaxNode): SyntaxNode | undefined => {
  const list = call.name === 'CallExpression' ? call.getChild('ArgList') : null;
  if (!list || !fieldMakers.test(calleeOf(chunk, list))) return undefined;
  const [, first, second] = childrenOf(list);
  return keywordsOf(chunk, list).get('default') ?? (second?.name === 'AssignOp' ? undefined : first);
};

/** The default of `add_argument("-l", "--learning-rate", default=…)`, under the name that argparse gives it. */
export const argumentDefault = (
  chunk: Chunk,
  list: SyntaxNode,
): { readonly naming: Naming; readonly value: SyntaxNode } | undefined => {
  const keywords = keywordsOf(chunk, list);
  const value = keywords.get('default');
  if (!value || !argumentMakers.test(calleeOf(chunk, list))) return undefined;
  const named = keywords.get('dest');
  const flags = childrenOf(list)
    .filter((child) => child.name === 'String' && siblingBefore(child)?.name !== 'AssignOp')
    .map((child) => readString(textOf(chunk, child)) ?? '');
  const dest = named && readString(textOf(chunk, named));
  const flag = dest ?? flags.find((each) => each.startsWith('--')) ?? flags[0];
  const name = flag?.replace(/^-+/u, '').replaceAll('-', '_');
  if (!name) return undefined;
  const callee = calleeOf(chunk, list);
  // Only argparse shows what it bound; click passes the value on to a function.
  const form: TunableForm = callee.endsWith('add_argument')
    ? { kind: 'argparse', dest: name }
    : { kind: 'keyword', callee };
  return { naming: { name: asName(name), form }, value };
};

const keywordsOf = (chunk: Chunk, list: SyntaxNode): ReadonlyMap<string, SyntaxNode> => {
  const children = childrenOf(list);
  const keywords = new Map<string, SyntaxNode>();
  children.forEach((sign, i) => {
    const [key, value] = [children[i - 1], children[i + 1]];
    if (sign.name === 'AssignOp' && key && value) keywords.set(textOf(chunk, key), value);
  });
  return keywords;
};

export const namingOfTarget = (
  chunk: Chunk,
  target: SyntaxNode,
  statement: SyntaxNode,
): Naming | undefined => {
  const text = textOf(chunk, target);
  const scope = scopeOf(statement);
  if (target.name === 'VariableName') {
    if (!scope)
      return {
        name: text,
        form: { kind: 'assignment', target: text, moduleLevel: true },
        scope: moduleScope,
      };
    const owner = nameOfScope(chunk, scope);
    const place = { name: text, owner, scope: chunk.start + scope.from };
    if (scope.name === 'ClassDefinition') return { ...place, form: { kind: 'field', owner } };
    return { ...place, form: { kind: 'assignment', target: text, moduleLevel: false } };
  }
  if (target.name !== 'MemberExpression') return undefined;
  const key = /^(?<owner>.+?)(?:\.(?<attribute>\w+)|\[(?<index>[^[\]]+)\])$/su.exec(text)?.groups;
  const name = key?.attribute ?? nameOfKey(key?.index ?? '');
  if (name === undefined) return undefined;
  return {
    name,
    owner: ownerOfMember(chunk, key?.owner ?? '', scope),
    form: { kind: 'assignment', target: text, moduleLevel: false },
  };
};

/** `self.lr` belongs to the class around it; `config.lr` to `config`. */
const ownerOfMember = (chunk: Chunk, object: string, scope: SyntaxNode | null): string => {
  const around = scope && scopeOf(scope);
  return object === 'self' && around ? nameOfScope(chunk, around) : lastName(object);
};

/** The name that a dict is assigned to, or the key it stands under, for `config.lr`. */
const nameOfDict = (chunk: Chunk, dict: SyntaxNode): string | undefined => {
  const sign = siblingBefore(dict);
  const key = sign && (sign.name === 'AssignOp' || sign.name === ':') ? siblingBefore(sign) : null;
  const before = key?.name === 'TypeDef' ? siblingBefore(key) : key;
  if (!before) return undefined;
  const text = textOf(chunk, before);
  return sign?.name === ':' ? nameOfKey(text) : lastName(text);
};

const nameOfKey = (text: string): string | undefined => {
  const key = readString(text);
  return key === undefined || key === '' ? undefined : asName(key);
};

/** A name that conditions can use: anything but letters, digits and underscores becomes an underscore. */
const asName = (text: string): string => text.replaceAll(/[^\p{L}\p{N}_]/gu, '_').replace(/^(?=\p{N})/u, '_');

const lastName = (text: string): string =>
  asName(/[\p{L}\p{N}_]+(?=[^\p{L}\p{N}_]*$)/u.exec(text)?.[0] ?? 'it');
