import type { SyntaxNode } from '@lezer/common';
import type { Span } from '../tunable.ts';
import { topLevelChunks } from './chunks.ts';
import { parseChunk } from './syntax.ts';

/** Does the statement that holds a literal, without the bodies of functions and loops in it, have a syntax error? */
export const isBrokenAround = (text: string, { start, end }: Span): boolean => {
  const place = topLevelChunks(text).find((chunk) => chunk.start <= start && start < chunk.end);
  if (place === undefined) return false;
  const chunk = parseChunk(text, place);
  let statement: SyntaxNode = chunk.tree.resolveInner(start - place.start, 1);
  while (statement.parent !== null && !isStatement(statement)) statement = statement.parent;
  const until = Math.max(headEnd(statement), end - place.start);
  let broken = false;
  statement.cursor().iterate((node) => {
    if (node.type.isError && node.from <= until) broken = true;
    return !broken && node.from <= until;
  });
  return broken;
};

const isStatement = ({ name }: SyntaxNode): boolean =>
  name.endsWith('Statement') || name.endsWith('Definition') || name === 'Script';

/** Where the body of a compound statement begins. */
const headEnd = (statement: SyntaxNode): number => statement.getChild('Body')?.from ?? statement.to;
