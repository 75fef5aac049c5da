import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';

/** A database's pages as they stand in its file and its write-ahead log, whatever state those are in. */
export interface DatabaseImage {
  readonly pageSize: number;
  /** Pages that there are, some perhaps only in the log. Pages count from 1. */
  readonly pageCount: number;
  /** Undefined where the file ends before it. */
  page(number: number): Buffer | undefined;
  close(): void;
}

const magic = 'SQLite format 3\0';
/** What SQLite takes by default, and we with it. */
const usualPageSize = 4096;

const walHeaderLength = 32;
const frameHeaderLength = 24;
const littleEndianWal = 0x377f0682;
const bigEndianWal = 0x377f0683;

const isPageSize = (size: number): boolean => size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;

/** Reads a damaged database. Nobody of this process may have it open: closing a file drops SQLite's locks on it. */
export const openImage = (file: string): DatabaseImage => {
  const log = readLog(`${file}-wal`);
  const descriptor = openSync(file, 'r');
  const length = fstatSync(descriptor).size;
  const head = Buffer.alloc(100);
  readSync(descriptor, head, 0, head.length, 0);
  const pageSize = pageSizeIn(head) ?? log?.pageSize ?? usualPageSize;
  const frames = log?.pageSize === pageSize ? log.frames : new Map<number, Buffer>();
  return {
    pageSize,
    pageCount: Math.max(Math.floor(length / pageSize), ...frames.keys()),
    page: (number) => {
      const logged = frames.get(number);
      if (logged !== undefined) return logged;
      const page = Buffer.alloc(pageSize);
      const read = readSync(descriptor, page, 0, pageSize, (number - 1) * pageSize);
      return read === pageSize ? page : undefined;
    },
    close: () => closeSync(descriptor),
  };
};

const pageSizeIn = (head: Buffer): number | undefined => {
  if (head.toString('latin1', 0, magic.length) !== magic) return undefined;
  const stored = head.readUInt16BE(16);
  const size = stored === 1 ? 65_536 : stored;
  return isPageSize(size) ? size : undefined;
};

type Sums = readonly [number, number];

/** The log's checksum (https://www.sqlite.org/fileformat2.html#checksum_algorithm), over a multiple of 8 bytes. */
const checksum = (bytes: Buffer, bigEndian: boolean, before: Sums): Sums => {
  let [first, second] = before;
  const word = (at: number): number => (bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at));
  for (let at = 0; at < bytes.length; at += 8) {
    first = (first + word(at) + second) >>> 0;
    second = (second + word(at + 4) + first) >>> 0;
  }
  return [first, second];
};

interface Log {
  readonly pageSize: number;
  /** The newest committed content of each page in the log. */
  readonly frames: Map<number, Buffer>;
}

/** What was committed of a log: frames up to the last whole transaction before the first one that is not right. */
const readLog = (file: string): Log | undefined => {
  if (!existsSync(file)) return undefined;
  const bytes = readFileSync(file);
  if (bytes.length < walHeaderLength) return undefined;
  const kind = bytes.readUInt32BE(0);
  const pageSize = bytes.readUInt32BE(8);
  if ((kind !== littleEndianWal && kind !== bigEndianWal) || !isPageSize(pageSize)) return undefined;
  const bigEndian = kind === bigEndianWal;
  let sums = checksum(bytes.subarray(0, 24), bigEndian, [0, 0]);
  if (sums[0] !== bytes.readUInt32BE(24) || sums[1] !== bytes.readUInt32BE(28)) return undefined;
  const salts = bytes.subarray(16, 24);
  const frames = new Map<number, Buffer>();
  let pending = new Map<number, Buffer>();
  const frameLength = frameHeaderLength + pageSize;
  for (let at = walHeaderLength; at + frameLength <= bytes.length; at += frameLength) {
    const header = bytes.subarray(at, at + frameHeaderLength);
    const content = bytes.subarray(at + frameHeaderLength, at + frameLength);
    if (!header.subarray(8, 16).equals(salts)) break;
    sums = checksum(content, bigEndian, checksum(header.subarray(0, 8), bigEndian, sums));
    if (sums[0] !== header.readUInt32BE(16) || sums[1] !== header.readUInt32BE(20)) break;
    pending.set(header.readUInt32BE(0), content);
    if (header.readUInt32BE(4) === 0) continue; // not the last of its transaction
    for (const [number, page] of pending) frames.set(number, page);
    pending = new Map();
  }
  return { pageSize, frames };
};
