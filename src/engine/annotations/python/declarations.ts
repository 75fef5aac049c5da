import type { SyntaxNode } from '@lezer/common';
import type { ParamValue } from '../../space/parameter.ts';
import { readList } from '../literal/listLiteral.ts';
import { readLiteral } from '../literal/scalarLiteral.ts';
import { readString } from '../literal/stringLiteral.ts';
import type { Allowed, Naming } from '../slot.ts';
import type { TunableForm } from '../tunable.ts';
import { asName, calleeOf, lastName } from './naming.ts';
import { type Chunk, childrenOf, siblingBefore, textOf } from './syntax.ts';

/** Calls that stand for the value of a field or parameter: dataclasses, pydantic, attrs, typer. */
const fieldMakers = /(?:^|\.)(?:field|Field|Option|Argument|attrib|ib|mutable_field)$/u;
/** Calls that declare an argument of the command line: argparse, click. */
const argumentMakers = /(?:^|\.)add_argument$|^(?:\w+\.)?(?:option|argument)$/u;
/** absl's flags: name, default, help. */
const flagMakers = /(?:^|\.)DEFINE_(?:float|integer|bool|boolean|string|enum)$/u;

/** Is this the argument list of a call that declares one value, so that nothing else in it is a slot? */
export const declaresOne = (chunk: Chunk, list: SyntaxNode): boolean => {
  const callee = calleeOf(chunk, list);
  return fieldMakers.test(callee) || argumentMakers.test(callee) || flagMakers.test(callee);
};

/** The value inside `field(default=1)`, `Field(1)`, or any call with a `default` that makes a class's field. */
export const fieldDefault = (
  chunk: Chunk,
  call: SyntaxNode,
  { form }: Pick<Naming, 'form'>,
): SyntaxNode | undefined => {
  const list = call.name === 'CallExpression' ? call.getChild('ArgList') : null;
  if (!list) return undefined;
  const given = keywordsOf(chunk, list).get('default');
  if (!fieldMakers.test(calleeOf(chunk, list))) return form.kind === 'field' ? given : undefined;
  return given ?? placesOf(list)[0];
};

/** `Annotated[float, Field(default=0.1)]`: the default within the type of a field that has no value. */
export const defaultInType = (chunk: Chunk, type: SyntaxNode): SyntaxNode | undefined => {
  let found: SyntaxNode | undefined;
  type.cursor().iterate(({ name, node }) => {
    if (name !== 'CallExpression' || found) return;
    const list = node.getChild('ArgList');
    if (list && fieldMakers.test(calleeOf(chunk, list))) found = keywordsOf(chunk, list).get('default');
  });
  return found;
};

/** The default of `add_argument("-l", "--learning-rate", default=…)` and the like, under the name that it is given. */
export const declaredDefault = (
  chunk: Chunk,
  list: SyntaxNode,
): { readonly naming: Naming; readonly value: SyntaxNode } | undefined => {
  const callee = calleeOf(chunk, list);
  const isFlag = flagMakers.test(callee);
  if (!isFlag && !argumentMakers.test(callee)) return undefined;
  const keywords = keywordsOf(chunk, list);
  const value = keywords.get('default') ?? (isFlag ? placesOf(list)[1] : undefined);
  const dest = stringOf(chunk, keywords.get('dest') ?? keywords.get('name'));
  const flags = placesOf(list).flatMap((place) => stringOf(chunk, place) ?? []);
  const byAdding = callee.endsWith('add_argument');
  const flag = dest ?? (isFlag ? flags[0] : byAdding ? destOf(flags) : parameterOf(flags));
  const name = flag?.replace(/^-+/u, '').replaceAll('-', '_');
  if (!value || !name) return undefined;
  // Only argparse shows what it bound; the others pass the value on.
  const form: TunableForm = byAdding ? { kind: 'argparse', dest: name } : { kind: 'keyword', callee };
  const owner = byAdding ? parserOf(chunk, list) : undefined;
  return { naming: { name: asName(name), ...(owner !== undefined && { owner }), form }, value };
};

/** argparse calls an argument by its first long flag. */
const destOf = (flags: readonly string[]): string | undefined =>
  flags.find((each) => each.startsWith('--')) ?? flags[0];

/** click calls it by a name without dashes, else by its first long flag; `--ema/--no-ema` is `ema`. */
const parameterOf = (flags: readonly string[]): string | undefined =>
  (flags.find((each) => /^[\p{L}_]/u.test(each)) ?? destOf(flags))?.split('/')[0]?.trim();

/** What tells apart the same flag of two parsers: the command of a subparser, else the parser's variable. */
const parserOf = (chunk: Chunk, list: SyntaxNode): string | undefined => {
  const receiver = list.parent?.firstChild?.firstChild;
  if (!receiver) return undefined;
  if (receiver.name === 'CallExpression') return commandOf(chunk, receiver);
  const variable = textOf(chunk, receiver);
  return commandInScope(chunk, list, variable) ?? lastName(variable);
};

/** `train` of `subparsers.add_parser("train", …)`. */
const commandOf = (chunk: Chunk, call: SyntaxNode): string | undefined => {
  const list = call.getChild('ArgList');
  if (!list || !/(?:^|\.)add_parser$/u.test(calleeOf(chunk, list))) return undefined;
  const name = stringOf(chunk, placesOf(list)[0]);
  return name === undefined ? undefined : asName(name);
};

const commandAssigned = (chunk: Chunk, statement: SyntaxNode, variable: string): string | undefined => {
  const [target, , value] = childrenOf(statement);
  return target && value?.name === 'CallExpression' && textOf(chunk, target) === variable
    ? commandOf(chunk, value)
    : undefined;
};

/** Looks through the statements before, in the block that the call stands in. */
const commandInScope = (chunk: Chunk, list: SyntaxNode, variable: string): string | undefined => {
  if (!chunk.text.includes('add_parser')) return undefined;
  let statement: SyntaxNode | null = list;
  while (statement && statement.parent?.name !== 'Body') statement = statement.parent;
  for (let before = statement?.prevSibling ?? null; before; before = before.prevSibling) {
    const command = before.name === 'AssignStatement' ? commandAssigned(chunk, before, variable) : undefined;
    if (command !== undefined) return command;
  }
  return undefined;
};

/**
 * What a declaration allows: `choices=["a", "b"]`, `click.Choice([…])`, `click.IntRange(1, 8)`, `Field(ge=0, le=1)`,
 * `typer.Option(min=1)`, the third argument of `DEFINE_enum`.
 */
export const allowedBy = (chunk: Chunk, list: SyntaxNode): Allowed | undefined => {
  const callee = calleeOf(chunk, list);
  const keywords = keywordsOf(chunk, list);
  const type = keywords.get('type') ?? keywords.get('click_type');
  const typeList = type?.name === 'CallExpression' ? type.getChild('ArgList') : null;
  const typeName = typeList ? lastName(calleeOf(chunk, typeList)) : '';
  const listed =
    keywords.get('choices') ??
    keywords.get('enum_values') ??
    (callee.endsWith('DEFINE_enum') ? placesOf(list)[2] : undefined) ??
    (typeList && typeName === 'Choice' ? placesOf(typeList)[0] : undefined);
  const choices = listed && literalsOf(textOf(chunk, listed));
  if (choices) return { choices };
  if (typeList && /^(?:Int|Float)Range$/u.test(typeName)) return rangeOf(chunk, typeList);
  return limitsOf(chunk, keywords);
};

const limitsOf = (chunk: Chunk, keywords: ReadonlyMap<string, SyntaxNode>): Allowed | undefined => {
  const at = (...names: readonly string[]): number | undefined =>
    names.map((name) => numberOf(chunk, keywords.get(name))).find((value) => value !== undefined);
  return limits(at('ge', 'gt', 'min', 'lower_bound'), at('le', 'lt', 'max', 'upper_bound'));
};

const rangeOf = (chunk: Chunk, list: SyntaxNode): Allowed | undefined => {
  const [low, high] = placesOf(list);
  const keywords = keywordsOf(chunk, list);
  return limits(numberOf(chunk, keywords.get('min') ?? low), numberOf(chunk, keywords.get('max') ?? high));
};

const limits = (low: number | undefined, high: number | undefined): Allowed | undefined =>
  low === undefined && high === undefined
    ? undefined
    : { ...(low !== undefined && { low }), ...(high !== undefined && { high }) };

/** What a type allows: `Literal["a", "b"]`, `Annotated[float, Field(gt=0, le=1)]`. */
export const allowedByType = (chunk: Chunk, type: SyntaxNode): Allowed | undefined => {
  let found: Allowed | undefined;
  type.cursor().iterate(({ name, node }) => {
    if (found) return;
    const list = name === 'CallExpression' ? node.getChild('ArgList') : null;
    if (list && fieldMakers.test(calleeOf(chunk, list))) found = limitsOf(chunk, keywordsOf(chunk, list));
    const [literal] = name === 'MemberExpression' ? childrenOf(node) : [];
    if (literal && lastName(textOf(chunk, literal)) === 'Literal') {
      const choices = literalsOf(`[${textOf(chunk, node).replace(/^[^[]*\[|\][^\]]*$/gu, '')}]`);
      if (choices) found = { choices };
    }
  });
  return found;
};

const literalsOf = (text: string): readonly ParamValue[] | undefined => {
  const values = readList(text.replaceAll(/\s+/gu, ' '))?.items.map(({ value }) => value);
  return values && values.length > 1 ? values : undefined;
};

const numberOf = (chunk: Chunk, node: SyntaxNode | undefined): number | undefined => {
  const value = node && readLiteral(textOf(chunk, node));
  return typeof value === 'number' ? value : undefined;
};

const stringOf = (chunk: Chunk, node: SyntaxNode | undefined): string | undefined =>
  node?.name === 'String' ? readString(textOf(chunk, node)) : undefined;

/** The arguments that are passed by their place. */
const placesOf = (list: SyntaxNode): readonly SyntaxNode[] =>
  childrenOf(list).filter((child) => {
    const [before, behind] = [siblingBefore(child)?.name, siblingAfter(child)?.name];
    return (
      !['(', ')', ',', 'AssignOp'].includes(child.name) && before !== 'AssignOp' && behind !== 'AssignOp'
    );
  });

const siblingAfter = (node: SyntaxNode): SyntaxNode | null => node.nextSibling;

const keywordsOf = (chunk: Chunk, list: SyntaxNode): ReadonlyMap<string, SyntaxNode> => {
  const children = childrenOf(list);
  const keywords = new Map<string, SyntaxNode>();
  children.forEach((sign, i) => {
    const [key, value] = [children[i - 1], children[i + 1]];
    if (sign.name === 'AssignOp' && key && value) keywords.set(textOf(chunk, key), value);
  });
  return keywords;
};
