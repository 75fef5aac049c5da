import { crc32 } from 'node:zlib';

/** A report as the Python runtime writes it to the spool of a first attempt: step and metrics, checksum in front. */
export const spoolLine = (report: {
  readonly s: number;
  readonly m: Readonly<Record<string, number>>;
}): string => {
  const body = JSON.stringify({ a: 1, k: 'report', t: 1_700_000_000.25, from: 'api', ...report });
  return `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`;
};
