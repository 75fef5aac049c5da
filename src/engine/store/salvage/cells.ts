import type { DatabaseImage } from './image.ts';

/** A value as SQLite stores it; blobs do not occur in our tables and count as unreadable. */
export type Stored = number | string | null;

export interface StoredRow {
  /** Absent in indexes and in tables without row ids. */
  readonly rowid?: number;
  readonly values: readonly Stored[];
}

/** First byte of a b-tree page (https://www.sqlite.org/fileformat2.html#b_tree_pages). */
export const pageKind = { indexInterior: 2, tableInterior: 5, indexLeaf: 10, tableLeaf: 13 } as const;

/** The database's header stands before the b-tree of page 1. */
const startOf = (number: number): number => (number === 1 ? 100 : 0);

export const kindOf = (page: Buffer, number: number): number => page[startOf(number)] ?? 0;

const isInterior = (kind: number): boolean =>
  kind === pageKind.indexInterior || kind === pageKind.tableInterior;

interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Throws `RangeError` beyond the end. Numbers above 2⁵³ lose their last digits; none of ours are. */
const readVarint = (bytes: Buffer, at: number): Varint => {
  let value = 0;
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes.readUInt8(at + index);
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return { value: value * 256 + bytes.readUInt8(at + 8), end: at + 9 };
};

/** Where the cells of a page begin; none where the page is no b-tree's. */
const cellOffsets = (page: Buffer, number: number): readonly number[] => {
  const start = startOf(number);
  const count = page.readUInt16BE(start + 3);
  const first = start + (isInterior(kindOf(page, number)) ? 12 : 8);
  if (first + 2 * count > page.length) return [];
  return Array.from({ length: count }, (_, index) => page.readUInt16BE(first + 2 * index));
};

/** Pages below an interior page. */
export const childrenOf = (page: Buffer, number: number): readonly number[] => {
  if (!isInterior(kindOf(page, number))) return [];
  const children = cellOffsets(page, number).flatMap((at) =>
    at + 4 <= page.length ? [page.readUInt32BE(at)] : [],
  );
  return [...children, page.readUInt32BE(startOf(number) + 8)];
};

/** Every row that stands in a page and can be read whole. */
export const rowsOf = (image: DatabaseImage, page: Buffer, number: number): readonly StoredRow[] => {
  const kind = kindOf(page, number);
  if (kind !== pageKind.tableLeaf && kind !== pageKind.indexLeaf && kind !== pageKind.indexInterior)
    return [];
  return cellOffsets(page, number).flatMap((at) => {
    try {
      const row = readCell(image, page, kind, at);
      return row === undefined ? [] : [row];
    } catch (error) {
      if (error instanceof RangeError) return []; // reads beyond a page's end: not a cell, or a damaged one
      throw error;
    }
  });
};

const readCell = (image: DatabaseImage, page: Buffer, kind: number, at: number): StoredRow | undefined => {
  const length = readVarint(page, kind === pageKind.indexInterior ? at + 4 : at);
  if (kind === pageKind.tableLeaf) {
    const rowid = readVarint(page, length.end);
    const values = readRecord(payloadOf(image, page, kind, rowid.end, length.value));
    return values === undefined ? undefined : { rowid: rowid.value, values };
  }
  const values = readRecord(payloadOf(image, page, kind, length.end, length.value));
  return values === undefined ? undefined : { values };
};

/** A row's longest possible length; a damaged one must not make us ask for gigabytes. */
const mostPayload = 1 << 28;

/** The bytes of a row, those on overflow pages included; undefined where the chain of these is broken. */
const payloadOf = (
  image: DatabaseImage,
  page: Buffer,
  kind: number,
  at: number,
  length: number,
): Buffer | undefined => {
  if (length > mostPayload) return undefined;
  const usable = page.length; // no reserved bytes in our databases
  const most = kind === pageKind.tableLeaf ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) return at + length <= page.length ? page.subarray(at, at + length) : undefined;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const filled = least + ((length - least) % (usable - 4));
  const local = filled <= most ? filled : least;
  const parts = [page.subarray(at, at + local)];
  let next = page.readUInt32BE(at + local);
  for (let left = length - local; left > 0; ) {
    const overflow = next === 0 ? undefined : image.page(next);
    if (overflow === undefined) return undefined;
    const part = overflow.subarray(4, 4 + Math.min(left, usable - 4));
    parts.push(part);
    left -= part.length;
    next = overflow.readUInt32BE(0);
  }
  return Buffer.concat(parts);
};

/** Bytes of an integer by its serial type, 1 to 6. */
const integerBytes = [0, 1, 2, 3, 4, 6, 8];

/** https://www.sqlite.org/fileformat2.html#record_format */
const readRecord = (payload: Buffer | undefined): readonly Stored[] | undefined => {
  if (payload === undefined) return undefined;
  const header = readVarint(payload, 0);
  if (header.value > payload.length) return undefined;
  const values: Stored[] = [];
  let body = header.value;
  for (let at = header.end; at < header.value; ) {
    const type = readVarint(payload, at);
    at = type.end;
    const read = readValue(payload, body, type.value);
    if (read === undefined) return undefined;
    values.push(read.value);
    body = read.end;
  }
  return body === payload.length ? values : undefined;
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const readValue = (
  payload: Buffer,
  at: number,
  type: number,
): { readonly value: Stored; readonly end: number } | undefined => {
  if (type === 0) return { value: null, end: at };
  if (type === 8 || type === 9) return { value: type - 8, end: at };
  if (type === 7) return { value: payload.readDoubleBE(at), end: at + 8 };
  if (type === 6) return { value: Number(payload.readBigInt64BE(at)), end: at + 8 };
  const bytes = integerBytes[type];
  if (bytes !== undefined) return { value: payload.readIntBE(at, bytes), end: at + bytes };
  if (type < 13 || type % 2 === 0) return undefined; // a blob, or a type of the future
  const end = at + (type - 13) / 2;
  if (end > payload.length) return undefined;
  try {
    return { value: utf8.decode(payload.subarray(at, end)), end };
  } catch {
    return undefined; // overwritten text
  }
};
