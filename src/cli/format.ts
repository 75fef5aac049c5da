import type { SourceValue } from '../engine/index.ts';

/** A value in few characters: six significant digits, exponents without padding. */
export const shortValue = (value: SourceValue | undefined): string => {
  if (value === undefined) return '–';
  if (typeof value === 'object' && value !== null) return `[${value.map(shortValue).join(', ')}]`;
  if (typeof value !== 'number') return value === null ? 'None' : String(value);
  return String(Number(value.toPrecision(6)));
};

export const shortDuration = (ms: number | undefined): string => {
  if (ms === undefined) return '–';
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60
    ? `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

const isNumeric = (text: string): boolean => /^[-–]?[\d.]*(?:e[-+]?\d+)?(?: s)?$/.test(text);

/** A plain text table; columns of numbers are aligned right. */
export const textTable = (header: readonly string[], rows: readonly (readonly string[])[]): string => {
  const columns = header.map((title, index) => {
    const cells = rows.map((row) => row[index] ?? '');
    const width = Math.max(title.length, ...cells.map((text) => text.length));
    const right = cells.length > 0 && cells.every(isNumeric);
    return (text: string): string => (right ? text.padStart(width) : text.padEnd(width));
  });
  const line = (row: readonly string[]): string =>
    columns
      .map((pad, index) => pad(row[index] ?? ''))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
};
