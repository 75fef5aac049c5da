import type { SyntaxNode } from '@lezer/common';
import { readString } from '../literal/stringLiteral.ts';
import type { Span } from '../tunable.ts';
import { topLevelChunks } from './chunks.ts';
import { type Chunk, childrenOf, parseChunk, siblingBefore, textOf } from './syntax.ts';

/** How a program declares an option of its command line. */
export interface DeclaredArgument {
  /** `--learning-rate`, `-l`. */
  readonly names: readonly string[];
  /** Texts of keyword arguments as they are written, strings as what they stand for. */
  readonly keywords: ReadonlyMap<string, string>;
}

const makers = /(?:^|\.)(?:add_argument|option|Option|argument)$/u;

/** The call of `add_argument`, `click.option` and the like that a literal is the default of; undefined for any other. */
export const argumentAround = (text: string, literal: Span): DeclaredArgument | undefined => {
  const place = topLevelChunks(text).find(
    (chunk) => chunk.start <= literal.start && literal.start < chunk.end,
  );
  if (place === undefined) return undefined;
  const chunk = parseChunk(text, place);
  for (
    let node: SyntaxNode | null = chunk.tree.resolveInner(literal.start - place.start, 1);
    node !== null;
    node = node.parent
  ) {
    if (node.name !== 'ArgList') continue;
    const callee = chunk.text
      .slice(node.parent?.from ?? node.from, node.from)
      .replace(/^@/u, '')
      .trim();
    return makers.test(callee) ? declared(chunk, node) : undefined;
  }
  return undefined;
};

const declared = (chunk: Chunk, list: SyntaxNode): DeclaredArgument => {
  const children = childrenOf(list);
  const keywords = new Map<string, string>();
  const names: string[] = [];
  children.forEach((node, i) => {
    const [key, value] = [children[i - 1], children[i + 1]];
    if (node.name === 'AssignOp' && key && value) {
      const written = textOf(chunk, value);
      keywords.set(textOf(chunk, key), value.name === 'String' ? (readString(written) ?? written) : written);
    }
    if (node.name === 'String' && siblingBefore(node)?.name !== 'AssignOp')
      names.push(readString(textOf(chunk, node)) ?? '');
  });
  const dashed = names.filter((name) => name.startsWith('-'));
  return { names: dashed.length > 0 ? dashed : names.slice(0, 1), keywords };
};
