import type { Interval, Table } from './analyse.ts';

const number = (value: number, digits: number): string => value.toFixed(digits);

const interval = (value: Interval | undefined, digits: number): string =>
  value === undefined
    ? '—'
    : `${number(value.mean, digits)} [${number(value.low, digits)}, ${number(value.high, digits)}]`;

const percent = (value: Interval | undefined): string =>
  value === undefined
    ? '—'
    : `${number(100 * value.mean, 0)} % [${number(100 * value.low, 0)}, ${number(100 * value.high, 0)}]`;

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '—' : value < 10 ? number(value, 1) : number(value, 0);

const align = (lines: readonly (readonly string[])[]): string => {
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const format = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const [head = [], ...rest] = lines;
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [format(head), rule, ...rest.map(format)].join('\n');
};

/** Ranks over fewer pairs would be chance. */
const fewestPairs = 5;

/** A table as Markdown, best rank first; those without a rank after them by regret. */
export const formatTable = (table: Table, unit: string): string => {
  const [first] = table.rows;
  const rows = [...table.rows].sort(
    (a, b) => (a.rank?.mean ?? 1e3) - (b.rank?.mean ?? 1e3) || a.regret.mean - b.regret.mean,
  );
  /** Slow methods have fewer runs; then the ranks on the pairs that all share stand in a column of their own. */
  const uneven = table.pairsOfAll < table.rankedPairs && table.pairsOfAll >= fewestPairs;
  const about = uneven
    ? `ranks over ${table.rankedPairs} runs, over the ${table.pairsOfAll} that all share, `
    : `ranks over ${table.rankedPairs} runs `;
  return [
    `**${table.family}, ${table.budget} ${unit}** (${about}of ${table.problems} problems)`,
    '',
    align([
      [
        'method',
        'mean rank',
        ...(uneven ? ['rank where all ran'] : []),
        'normalised regret',
        `${first?.method ?? 'first'} better`,
        'runs',
        'ms/proposal',
      ],
      ...rows.map((row) => [
        row.method,
        interval(row.rank, 2),
        ...(uneven ? [interval(row.rankOfAll, 2)] : []),
        interval(row.regret, 3),
        percent(row.beaten),
        String(row.runs),
        milliseconds(row.suggestMs),
      ]),
    ]),
  ].join('\n');
};

/** Median regrets problem by problem. */
export const formatDetail = (
  title: string,
  methods: readonly string[],
  rows: readonly { readonly problem: string; readonly medians: readonly (number | undefined)[] }[],
): string =>
  [
    title,
    '',
    align([
      ['problem', ...methods],
      ...rows.map(({ problem, medians }) => [
        problem,
        ...medians.map((value) => (value === undefined ? '—' : value.toPrecision(3))),
      ]),
    ]),
  ].join('\n');

/** A plain table. */
export const formatGrid = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  align([head, ...rows]);
