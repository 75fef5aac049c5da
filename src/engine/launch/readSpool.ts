import type { RunRecord } from '../study/launcher.ts';
import { readChunk } from './readChunk.ts';
import { parseSpoolLine } from './spoolLine.ts';

export interface SpoolRead {
  readonly records: readonly RunRecord[];
  /** Offset after the last line taken. */
  readonly offset: number;
  /** There are more lines already. */
  readonly more: boolean;
}

/** Also the longest line there can be; the runtime's own are far shorter. */
const mostBytes = 1 << 20;

/**
 * The whole lines of a spool from `offset` on, up to 1 MiB of them. With `final`, also what stands behind the last
 * newline: nobody will complete it any more.
 */
export const readSpool = (file: string, offset: number, attempt: number, final: boolean): SpoolRead => {
  const { bytes, more } = readChunk(file, offset, mostBytes);
  const lastNewline = bytes.lastIndexOf(0x0a);
  // A full read without any newline is garbage that must not stop the reading for good.
  const takeAll = (final && !more) || (lastNewline < 0 && bytes.length === mostBytes);
  const length = takeAll ? bytes.length : lastNewline + 1;
  const records: RunRecord[] = [];
  for (let start = 0; start < length; ) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline < 0 || newline > length ? length : newline;
    const record = parseSpoolLine(bytes.subarray(start, end), attempt);
    if (record !== undefined) records.push(record);
    start = end + 1;
  }
  return { records, offset: offset + length, more };
};
