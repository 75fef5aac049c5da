import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Span } from '../tunable.ts';

/** One top-level statement with its syntax tree; node offsets are relative to `start`. */
export interface Chunk extends Span {
  readonly tree: Tree;
  readonly text: string;
}

export const parseChunk = (
  text: string,
  { start, end }: Span,
  parse: (part: string) => Tree = (part) => parser.parse(part),
): Chunk => {
  const part = text.slice(start, end);
  return { start, end, text: part, tree: parse(part) };
};

export const textOf = (chunk: Chunk, node: SyntaxNode): string => chunk.text.slice(node.from, node.to);

export const placeOf = (chunk: Chunk, node: { readonly from: number; readonly to: number }): Span => ({
  start: chunk.start + node.from,
  end: chunk.start + node.to,
});

const skipped = new Set(['Comment', '⚠']);

/** The children of a node, without comments and error marks. */
export const childrenOf = (node: SyntaxNode): SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (!skipped.has(child.name)) children.push(child);
  return children;
};

/** The sibling before, over comments and error marks. */
export const siblingBefore = (node: SyntaxNode): SyntaxNode | null => {
  let sibling = node.prevSibling;
  while (sibling && skipped.has(sibling.name)) sibling = sibling.prevSibling;
  return sibling;
};

/** The class, function or lambda that a node stands in, or null at module level. */
export const scopeOf = (node: SyntaxNode): SyntaxNode | null => {
  for (let up = node.parent; up; up = up.parent)
    if (up.name === 'FunctionDefinition' || up.name === 'ClassDefinition' || up.name === 'LambdaExpression')
      return up;
  return null;
};

/** The name of a class or function, `lambda` for one without. */
export const nameOfScope = (chunk: Chunk, scope: SyntaxNode): string => {
  const name = scope.getChild('VariableName');
  return name && scope.name !== 'LambdaExpression' ? textOf(chunk, name) : 'lambda';
};

/** What the brackets around a value hold: `((1))` → `1`. */
export const withoutBrackets = (node: SyntaxNode): SyntaxNode => {
  let inner = node;
  while (inner.name === 'ParenthesizedExpression') {
    const [only, ...others] = childrenOf(inner).filter(({ name }) => name !== '(' && name !== ')');
    if (!only || others.length > 0) break;
    inner = only;
  }
  return inner;
};

/** The parts of one side of an assignment: one, or those of a tuple with or without brackets. */
export const splitTuple = (nodes: readonly SyntaxNode[]): SyntaxNode[] => {
  const parts = nodes.filter(({ name }) => name !== ',');
  const [only] = parts;
  if (parts.length !== 1 || !only || (only.name !== 'TupleExpression' && only.name !== 'ArrayExpression'))
    return parts;
  return childrenOf(only).filter(({ name }) => !['(', ')', '[', ']', ','].includes(name));
};
