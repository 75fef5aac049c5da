import { isWithin, type Limit, type Row } from './figure.ts';

/** Three digits that count, thousands apart: `0.312`, `14.2`, `1,234,000`. */
export const formatNumber = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(3));
  return rounded.toLocaleString('en-US', { maximumSignificantDigits: 3 });
};

const withUnit = (value: number, unit: string): string => `${formatNumber(value)} ${unit}`;

const formatLimit = (limit: Limit, unit: string): string =>
  `${limit.kind === 'atMost' ? '≤' : '≥'} ${withUnit(limit.value, unit)}`;

const verdict = ({ budget, measured }: Row): string =>
  budget === undefined ? '' : isWithin(budget, measured) ? 'yes' : 'MISSED';

const headings = ['figure', 'what', 'measured', 'budget', 'kept', 'peer', 'ours ÷ peer', 'runs'] as const;
/** Columns of numbers stand to the right. */
const toTheRight = new Set<number>([2, 3, 6, 7]);

const cellsOf = (figure: string, row: Row): readonly string[] => [
  figure,
  row.what,
  withUnit(row.measured, row.unit),
  row.budget === undefined ? '' : formatLimit(row.budget, row.unit),
  verdict(row),
  row.peer === undefined ? '' : `${withUnit(row.peer.measured, row.unit)} (${row.peer.name})`,
  row.peer === undefined ? '' : formatNumber(row.measured / row.peer.measured),
  String(row.runs),
];

/** Plain text, one line a row, columns aligned. */
export const formatTable = (
  figures: readonly { readonly name: string; readonly rows: readonly Row[] }[],
): string => {
  const lines = [headings, ...figures.flatMap(({ name, rows }) => rows.map((row) => cellsOf(name, row)))];
  const widths = headings.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)));
  const formatLine = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return toTheRight.has(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  const [head = headings, ...rest] = lines;
  return [
    formatLine(head),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...rest.map(formatLine),
  ].join('\n');
};
