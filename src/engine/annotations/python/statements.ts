import type { SyntaxNode } from '@lezer/common';
import { type Chunk, childrenOf, scopeOf, splitTuple, textOf } from './syntax.ts';

/** Calls `visit` for each statement node; expressions are not entered. */
export const eachStatement = (chunk: Chunk, visit: (statement: SyntaxNode) => void): void => {
  chunk.tree.iterate({
    enter: ({ name, node }) => {
      if (compound.has(name)) {
        if (name.endsWith('Statement')) visit(node);
        return true;
      }
      if (name.endsWith('Statement')) visit(node);
      return name === 'Script' || name === 'Body' || name === 'MatchBody' || name === 'MatchClause';
    },
  });
};

const compound = new Set([
  'Script',
  'Body',
  'StatementGroup',
  'IfStatement',
  'WhileStatement',
  'ForStatement',
  'TryStatement',
  'WithStatement',
  'MatchStatement',
  'DecoratedStatement',
  'FunctionDefinition',
  'ClassDefinition',
]);

/** A place where a name gets a value that does not follow from the one it had. */
export interface Rebinding {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** The scope the name belongs to: a class or function by the offset of its definition, -1 for the module. */
  readonly scope: number;
}

export const moduleScope = -1;

/** The names that a chunk's statements assign anew. `x = x * 2` and `x *= 2` are not anew. */
export const rebindings = (chunk: Chunk): Rebinding[] => {
  const found: Rebinding[] = [];
  const globals = new Map<number, Set<string>>();
  eachStatement(chunk, (statement) => {
    const around = scopeOf(statement);
    const scope = around ? chunk.start + around.from : moduleScope;
    if (statement.name === 'ScopeStatement' && statement.firstChild?.name === 'global') {
      const names = globals.get(scope) ?? new Set<string>();
      for (const child of childrenOf(statement)) names.add(textOf(chunk, child));
      globals.set(scope, names);
    }
    for (const target of targetsOf(chunk, statement)) {
      const name = textOf(chunk, target);
      const outer = globals.get(scope)?.has(name) === true ? moduleScope : scope;
      found.push({ name, from: chunk.start + target.from, to: chunk.start + target.to, scope: outer });
    }
  });
  return found;
};

const targetsOf = (chunk: Chunk, statement: SyntaxNode): SyntaxNode[] => {
  const children = childrenOf(statement);
  if (statement.name === 'ForStatement') {
    const from = children.findIndex(({ name }) => name === 'for');
    const to = children.findIndex(({ name }) => name === 'in');
    return to < 0
      ? []
      : splitTuple(children.slice(from + 1, to)).filter(({ name }) => name === 'VariableName');
  }
  if (statement.name !== 'AssignStatement') return [];
  const last = children.findLastIndex(({ name }) => name === 'AssignOp');
  if (last < 0) return [];
  const right = chunk.text.slice(children[last]?.to ?? statement.to, statement.to);
  const sides = children.slice(0, last).filter(({ name }) => name !== 'AssignOp' && name !== 'TypeDef');
  const targets = sides.flatMap((side) => splitTuple([side])).filter(({ name }) => name === 'VariableName');
  return targets.filter((target) => !mentions(right, textOf(chunk, target)));
};

/** Does the text hold the name as a whole word? */
export const mentions = (text: string, name: string): boolean => {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1))
    if (!isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + name.length])) return true;
  return false;
};

const isWordCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}_]/u.test(character);
