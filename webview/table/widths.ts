import type { TrialView } from '../../src/protocol/index.ts';
import type { CellContext, Column } from './columns.ts';

/** Trials looked at for the width of a column: those at the end, where the newest are. */
const sampled = 60;

/** Room for the space at both sides of a cell, in characters. */
const padding = 3;

/** A bold letter's width beside that of the digit 0, which is the unit `ch`. */
const letterCh = 1.1;

/** Width of each column in characters, from its head and some of its cells, never less than `atLeast`. */
export const measureColumns = (
  columns: readonly Column[],
  trials: readonly TrialView[],
  context: CellContext,
  atLeast: readonly number[],
): readonly number[] => {
  const sample = trials.slice(-sampled);
  return columns.map((column, index) => {
    const longest = Math.max(
      column.title.length * letterCh + 1,
      ...sample.map((trial) => column.text(trial, context).length),
    );
    const width = Math.min(column.maxWidthCh, Math.max(column.minWidthCh, Math.ceil(longest) + padding));
    return Math.max(width, atLeast[index] ?? 0);
  });
};
