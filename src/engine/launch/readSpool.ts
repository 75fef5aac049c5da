import type { RunRecord } from '../study/launcher.ts';
import { corruptRecord, parseSpoolLine } from './spoolLine.ts';

export interface SpoolLines {
  readonly records: readonly RunRecord[];
  /** Bytes that need not be given again; the rest is an unfinished line. */
  readonly consumed: number;
  /** Inside a line that is too long to be a record. */
  readonly skipping: boolean;
}

/** No record is longer; the runtime's own are far shorter. */
export const longestSpoolLine = 1 << 20;

const newline = 0x0a;

/**
 * Records of a spool's bytes, given as they came: `bytes` begin where the last call's `consumed` ended. A line that is
 * too long is one corrupt record, however many reads it takes to pass it. With `final`, what stands behind the last
 * newline counts too: nobody will complete it any more. Never throws.
 */
export const readSpoolLines = (
  bytes: Buffer,
  { attempt, final, skipping: within }: { attempt: number; final: boolean; skipping: boolean },
): SpoolLines => {
  const records: RunRecord[] = [];
  let start = 0;
  if (within) {
    const end = bytes.indexOf(newline);
    if (end < 0) return { records, consumed: bytes.length, skipping: !final };
    start = end + 1;
  }
  for (;;) {
    const end = bytes.indexOf(newline, start);
    if (end < 0) break;
    const record = parseSpoolLine(bytes, attempt, start, end);
    if (record !== undefined) records.push(record);
    start = end + 1;
  }
  const left = bytes.length - start;
  if (final && left > 0) {
    const record = parseSpoolLine(bytes, attempt, start, bytes.length);
    if (record !== undefined) records.push(record);
    return { records, consumed: bytes.length, skipping: false };
  }
  if (left < longestSpoolLine) return { records, consumed: start, skipping: false };
  records.push(corruptRecord(bytes, start, bytes.length));
  return { records, consumed: bytes.length, skipping: true };
};
