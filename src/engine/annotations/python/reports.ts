import type { SyntaxNode } from '@lezer/common';
import type { Assigning } from '../slot.ts';
import { type Chunk, childrenOf, splitTuple, textOf } from './syntax.ts';

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
