/** A cell: row -1 is the head. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows that Page Up and Page Down go. */
  readonly page: number;
}

export interface GridKey {
  readonly key: string;
  readonly ctrl: boolean;
}

/** Where a key leads, as the ARIA grid pattern has it; `undefined` for keys that do not move. */
export const moveInGrid = ({ key, ctrl }: GridKey, from: Cell, size: GridSize): Cell | undefined => {
  const move = moves[key];
  if (move === undefined) return undefined;
  const to = move(from, size, ctrl);
  return { row: clamp(to.row, -1, size.rows - 1), column: clamp(to.column, 0, size.columns - 1) };
};

type Move = (from: Cell, size: GridSize, ctrl: boolean) => Cell;

const moves: Readonly<Record<string, Move | undefined>> = {
  ArrowUp: ({ row, column }) => ({ row: row - 1, column }),
  ArrowDown: ({ row, column }) => ({ row: row + 1, column }),
  ArrowLeft: ({ row, column }) => ({ row, column: column - 1 }),
  ArrowRight: ({ row, column }) => ({ row, column: column + 1 }),
  PageUp: ({ row, column }, { page }) => ({ row: Math.max(0, row - page), column }),
  PageDown: ({ row, column }, { page }) => ({ row: row + page, column }),
  Home: ({ row }, _, ctrl) => ({ row: ctrl ? 0 : row, column: 0 }),
  End: ({ row }, { rows, columns }, ctrl) => ({ row: ctrl ? rows - 1 : row, column: columns - 1 }),
};

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
