import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/javascript';
import type { LRParser } from '@lezer/lr';
import type { Language } from '../language.ts';
import type { Naming } from '../slot.ts';
import type { LanguageId } from '../tunable.ts';
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
import { plainNumbers, readScalar, type ScalarStyle } from './scalars.ts';
import { scriptStrings } from './strings.ts';

const scalars: ScalarStyle = {
  words: { true: 'true', false: 'false', null: 'null' },
  numbers: plainNumbers({ grouped: true }),
  strings: scriptStrings,
};
const lists: ListStyle = { open: ['['], close: [']'], separator: ',' };

const scopes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
  'ClassDeclaration',
  'ClassExpression',
]);
const names = new Set([
  'VariableDefinition',
  'PropertyDefinition',
  'PrivatePropertyDefinition',
  'PropertyName',
]);

const textOf = (source: string, { from, to }: SyntaxNode): string => source.slice(from, to);

const scopeAround = (node: SyntaxNode): SyntaxNode | undefined => {
  for (let up = node.parent; up; up = up.parent) if (scopes.has(up.name)) return up;
  return undefined;
};

/** The name of a function or class: its own, or that of the variable or property it is the value of. */
const nameOfScope = (source: string, scope: SyntaxNode): string | undefined => {
  const own = childrenOf(scope).find(({ name }) => names.has(name));
  return own ? textOf(source, own) : nameOfValue(source, scope);
};

/** What a value is called by what stands before it: `const NAME = …`, `NAME: …`, `o.NAME = …`. */
const nameOfValue = (source: string, value: SyntaxNode): string | undefined => {
  const siblings = value.parent ? childrenOf(value.parent) : [];
  const at = siblings.findIndex(({ from }) => from === value.from);
  const sign = siblings[at - 1];
  if (sign === undefined || (sign.name !== 'Equals' && sign.name !== ':')) return undefined;
  const key = siblings.slice(0, at - 1).findLast(({ name }) => name !== 'TypeAnnotation');
  return key && keyOf(source, key);
};

const keyOf = (source: string, key: SyntaxNode): string | undefined => {
  if (key.name === 'String') return scriptStrings.read(textOf(source, key));
  if (key.name === 'VariableName' || names.has(key.name)) return textOf(source, key).replace(/^#/u, '');
  if (key.name !== 'MemberExpression') return undefined;
  const last = childrenOf(key).findLast(({ name }) => name === 'String' || names.has(name));
  return last && keyOf(source, last);
};

/** Whose a property of an object is: of what the object is called, or of the function that it is given to. */
const namingOfProperty = (source: string, name: string, object: SyntaxNode): Naming => {
  const list = object.parent;
  if (list?.name === 'ArgList') {
    const callee = list.prevSibling;
    const text = callee ? textOf(source, callee) : '';
    const owner = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(text)?.[0];
    return { name, ...(owner !== undefined && { owner }), form: { kind: 'keyword', callee: text } };
  }
  const scope = scopeAround(object);
  const owner = nameOfValue(source, object) ?? (scope && nameOfScope(source, scope));
  return { name, ...(owner !== undefined && { owner }), form: { kind: 'dict' } };
};

const namingOfVariable = (source: string, name: string, node: SyntaxNode): Naming => {
  const scope = scopeAround(node);
  const owner = scope && nameOfScope(source, scope);
  return {
    name,
    ...(owner !== undefined && { owner }),
    form: { kind: 'assignment', target: name, moduleLevel: scope === undefined },
    scope: scope?.from ?? -1,
  };
};

const namingOfDefault = (source: string, name: string, node: SyntaxNode): Naming => {
  const scope = scopeAround(node);
  const own = (scope && nameOfScope(source, scope)) ?? 'function';
  const around = own === 'constructor' && scope ? scopeAround(scope) : undefined;
  // What a constructor takes belongs to its class.
  const owner = (around && nameOfScope(source, around)) ?? own;
  return { name, owner, form: { kind: 'default', owner } };
};

const words: Readonly<Record<string, string>> = {
  CallExpression: 'a call',
  NewExpression: 'a call',
  VariableName: 'a name',
  MemberExpression: 'a name',
  ArrayExpression: 'a list',
  ObjectExpression: 'an object',
  TemplateString: 'a template, which is computed',
  ArrowFunction: 'a function',
  FunctionExpression: 'a function',
};

const isLiteral = (source: string, node: SyntaxNode): boolean => {
  if (node.name === 'Number' || node.name === 'String' || node.name === 'BooleanLiteral') return true;
  if (node.name === 'null') return true;
  const [sign, size, ...others] = childrenOf(node);
  return (
    node.name === 'UnaryExpression' &&
    others.length === 0 &&
    size?.name === 'Number' &&
    sign !== undefined &&
    /^[+-]$/u.test(textOf(source, sign))
  );
};

const readValue = (source: string, node: SyntaxNode): ValueRead => {
  const text = textOf(source, node);
  const read = isLiteral(source, node) && !/[\r\n]/u.test(text) ? readScalar(text, scalars) : undefined;
  if (read !== undefined) return read;
  const list = node.name === 'ArrayExpression' ? readListOf(text, lists, scalars) : undefined;
  const what = words[node.name] ?? 'an expression';
  return list === undefined ? { what } : { items: list.items, what };
};

/** The value in brackets, or before `as const` and `satisfies …`. */
const inner = (node: SyntaxNode): SyntaxNode => {
  const [first, second] = childrenOf(node);
  if (node.name === 'ParenthesizedExpression' && second !== undefined) return inner(second);
  const isTyped = second?.name === 'as' || second?.name === 'satisfies';
  return node.name === 'BinaryExpression' && isTyped && first ? inner(first) : node;
};

const namedValue = (source: string, naming: Naming, node: SyntaxNode): NamedValue => {
  const value = inner(node);
  return { naming, start: value.from, end: value.to, read: readValue(source, value) };
};

type Name = (name: string, node: SyntaxNode) => Naming;

/** Pairs of a key and the value behind `=` among the children: `a = 1, b: number = 2`. */
const defaulted = (source: string, node: SyntaxNode, naming: Name): readonly NamedValue[] => {
  const children = childrenOf(node);
  return children.flatMap((sign, i) => {
    const value = children[i + 1];
    if (sign.name !== 'Equals' || value === undefined) return [];
    const key = children.slice(0, i).findLast(({ name }) => name !== 'TypeAnnotation');
    const pairs = key?.name === 'ArrayPattern' ? unpacked(key, value) : key ? [[key, value] as const] : [];
    return pairs.flatMap(([each, own]) => {
      const name = keyOf(source, each);
      return name === undefined ? [] : [namedValue(source, naming(name, node), own)];
    });
  });
};

const unpacked = (pattern: SyntaxNode, list: SyntaxNode): readonly (readonly [SyntaxNode, SyntaxNode])[] => {
  const partsOf = (node: SyntaxNode): readonly SyntaxNode[] =>
    childrenOf(node).filter(({ name }) => !['[', ']', ','].includes(name));
  const [keys, values] = [partsOf(pattern), partsOf(list)];
  if (list.name !== 'ArrayExpression' || keys.length !== values.length) return [];
  return keys.flatMap((key, i) => {
    const value = values[i];
    return value === undefined ? [] : [[key, value] as const];
  });
};

const assigned = (source: string, node: SyntaxNode): readonly NamedValue[] => {
  const [target, sign, value] = childrenOf(node);
  const gives =
    sign?.name === 'Equals' || (sign !== undefined && /^(?:\?\?|\|\|)=$/u.test(textOf(source, sign)));
  const name = target && gives ? keyOf(source, target) : undefined;
  if (target === undefined || value === undefined || name === undefined) return [];
  if (target.name === 'VariableName')
    return [namedValue(source, namingOfVariable(source, name, node), value)];
  const holder = textOf(source, target.firstChild ?? target);
  const scope = holder === 'this' ? scopeAround(node) : undefined;
  const around = scope && (scopeAround(scope) ?? scope);
  const owner =
    holder === 'this' ? around && nameOfScope(source, around) : /[\p{L}\p{N}_$]+$/u.exec(holder)?.[0];
  const form = { kind: 'field', owner: owner ?? holder } as const;
  return [namedValue(source, { name, owner: owner ?? holder, form }, value)];
};

const declared = (source: string, node: SyntaxNode): readonly NamedValue[] => {
  switch (node.name) {
    case 'VariableDeclaration':
      return defaulted(source, node, (name) => namingOfVariable(source, name, node));
    case 'ParamList':
    case 'PatternProperty':
      return defaulted(source, node, (name) => namingOfDefault(source, name, node));
    case 'PropertyDeclaration':
    case 'EnumBody':
      return defaulted(source, node, (name) => {
        const around = node.name === 'EnumBody' ? node.parent : scopeAround(node);
        const own =
          around && childrenOf(around).find(({ name: kind }) => /^(?:Variable|Type)Definition$/u.test(kind));
        const owner = own ? textOf(source, own) : 'class';
        return { name, owner, form: { kind: 'field', owner } };
      });
    case 'AssignmentExpression':
      return assigned(source, node);
    case 'Property': {
      const [key, sign, value] = childrenOf(node);
      const name = key && sign?.name === ':' ? keyOf(source, key) : undefined;
      if (name === undefined || value === undefined || !node.parent) return [];
      return [namedValue(source, namingOfProperty(source, name, node.parent), value)];
    }
    default:
      return [];
  }
};

/** Paths of local modules, as `import`, `export … from`, `require` and `import()` name them. */
const linksOf = (source: string, tree: TreeLanguage): readonly SourceLink[] => {
  const links: SourceLink[] = [];
  tree.parse(source).iterate({
    enter: ({ node }) => {
      if (node.name !== 'String') return;
      const path = scriptStrings.read(textOf(source, node));
      if (path === undefined || !/^\.{1,2}\//u.test(path) || !isModuleName(source, node)) return;
      links.push({ path, from: 'file', span: { start: node.from, end: node.to } });
    },
  });
  return links;
};

const isModuleName = (source: string, { parent }: SyntaxNode): boolean => {
  if (parent === null) return false;
  if (['ImportDeclaration', 'ExportDeclaration', 'DynamicImport'].includes(parent.name)) return true;
  if (parent.name !== 'ArgList' || !parent.prevSibling) return false;
  return parent.parent?.name === 'NewExpression'
    ? textOf(source, parent.prevSibling) === 'URL'
    : textOf(source, parent.prevSibling) === 'require';
};

interface Dialect {
  readonly id: LanguageId;
  readonly dialect: string;
  readonly editorIds: readonly string[];
  readonly extensions: readonly string[];
}

const languageOf = ({ id, dialect, editorIds, extensions }: Dialect): Language => {
  let configured: LRParser | undefined; // when it is needed: its tables take time
  const tree: TreeLanguage = {
    sign: '//',
    comments: new Set(['LineComment']),
    parse: (source, fragments) => {
      configured ??= parser.configure({ dialect });
      return configured.parse(source, fragments);
    },
    declared,
  };
  return {
    id,
    editorIds,
    extensions,
    commentSign: '//',
    literalsInWords: 'a number, a string, true, false or null',
    open: (source) => openCode(source, treeCode(source, tree)),
    render: renderWith(scalars, lists),
    links: (source) => linksOf(source, tree),
    onlyPrinted: true,
  };
};

export const javascript = languageOf({
  id: 'javascript',
  dialect: 'jsx',
  editorIds: ['javascript', 'javascriptreact'],
  extensions: ['.js', '.mjs', '.cjs', '.jsx'],
});
export const typescript = languageOf({
  id: 'typescript',
  dialect: 'ts',
  editorIds: ['typescript'],
  extensions: ['.ts', '.mts', '.cts'],
});
export const typescriptReact = languageOf({
  id: 'tsx',
  dialect: 'jsx ts',
  editorIds: ['typescriptreact'],
  extensions: ['.tsx'],
});
