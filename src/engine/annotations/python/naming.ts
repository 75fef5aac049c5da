import type { SyntaxNode } from '@lezer/common';
import { readString } from '../literal/stringLiteral.ts';
import type { Naming } from '../slot.ts';
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
  const target = targetAround(chunk, list);
  return {
    name: keyword,
    owner: lastName(callee),
    ...(target && { target: target.name }),
    form: { kind: 'keyword', callee },
  };
};

/** What is called, as written: `torch.optim.AdamW`. */
export const calleeOf = (chunk: Chunk, list: SyntaxNode): string =>
  chunk.text
    .slice(list.parent?.from ?? list.from, list.from)
    .replace(/^@/u, '')
    .trim();

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
  const name = key?.attribute ?? nameOfIndex(key?.owner ?? '', key?.index ?? '');
  if (name === undefined) return undefined;
  return {
    name,
    owner: ownerOfMember(chunk, key?.owner ?? '', scope),
    form: { kind: 'assignment', target: text, moduleLevel: false },
  };
};

/** `config["lr"]` → `lr`, `betas[0]` → `betas_0`. */
const nameOfIndex = (object: string, index: string): string | undefined =>
  /^\d+$/u.test(index) ? `${lastName(object)}_${index}` : nameOfKey(index);

/**
 * What the assignment around an expression gives a value, when it has a single target; `direct` when the expression is
 * the whole of that value.
 */
export const targetAround = (
  chunk: Chunk,
  node: SyntaxNode,
): { readonly name: string; readonly direct: boolean } | undefined => {
  let inner = node;
  for (let up = node.parent; up; up = up.parent) {
    if (up.name === 'AssignStatement') {
      const [first, second, ...others] = childrenOf(up).filter(({ name }) => name !== 'TypeDef');
      const isSingle = second?.name === 'AssignOp' && !others.some(({ name }) => name === 'AssignOp');
      if (!first || !isSingle || !/^(?:VariableName|MemberExpression)$/u.test(first.name)) return undefined;
      const direct = others.length === 1 && others[0]?.from === inner.from && inner.parent?.from === up.from;
      return { name: lastName(textOf(chunk, first)), direct };
    }
    if (up.name.endsWith('Statement') || up.name === 'Body' || up.name === 'LambdaExpression')
      return undefined;
    inner = up;
  }
  return undefined;
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
export const asName = (text: string): string =>
  text.replaceAll(/[^\p{L}\p{N}_]/gu, '_').replace(/^(?=\p{N})/u, '_');

/** The last name in a text: `AdamW` of `torch.optim.AdamW`. */
export const lastName = (text: string): string =>
  asName(/[\p{L}\p{N}_]+(?=[^\p{L}\p{N}_]*$)/u.exec(text)?.[0] ?? 'it');
