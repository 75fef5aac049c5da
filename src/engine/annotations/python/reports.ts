import type { SyntaxNode } from '@lezer/common';
import { type Chunk, childrenOf, splitTuple, textOf } from './syntax.ts';

/** A statement that gives values to names. */
export interface Assigning {
  /** The plain names it assigns. */
  readonly names: readonly string[];
  /** All targets as written, `self.acc` and `scores[0]` too. */
  readonly targets: readonly string[];
  /** End of the statement in the file. */
  readonly end: number;
}

/** The statements overlapping `[from, to]` of the chunk that assign something, outer ones first. */
export const assigningWithin = (chunk: Chunk, from: number, to: number): Assigning[] => {
  const found: Assigning[] = [];
  chunk.tree.iterate({
    from,
    to,
    enter: ({ name, node }) => {
      if (name === 'AssignStatement' || name === 'UpdateStatement') found.push(assigning(chunk, node));
    },
  });
  return found;
};

const assigning = (chunk: Chunk, statement: SyntaxNode): Assigning => {
  const children = childrenOf(statement);
  const isSign = ({ name }: SyntaxNode): boolean => name === 'AssignOp' || name === 'UpdateOp';
  const left = children.slice(0, Math.max(0, children.findLastIndex(isSign)));
  const targets = splitTuple(left.filter((node) => !isSign(node) && node.name !== 'TypeDef'));
  return {
    names: targets.filter(({ name }) => name === 'VariableName').map((node) => textOf(chunk, node)),
    targets: targets.map((node) => textOf(chunk, node)),
    end: chunk.start + statement.to,
  };
};
