import { type BigIntStats, readdirSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/**
 * By its name a file that is renamed once it is whole. One that a kill left behind is no checkpoint, and no sign that one
 * was saved.
 */
export const isWrittenAside = (name: string): boolean =>
  /^(?:\.|tmp)|(?:\.(?:new|tmp|temp|part|partial)|~)$/.test(name);

const namesIn = (folder: Buffer): readonly Buffer[] => {
  try {
    return readdirSync(folder, { encoding: 'buffer' })
      .filter((name) => !isWrittenAside(name.toString('latin1')))
      .sort(Buffer.compare);
  } catch {
    return []; // never made
  }
};

const statOf = (file: Buffer): BigIntStats | undefined => {
  try {
    return statSync(file, { bigint: true });
  } catch {
    return undefined; // replaced just now
  }
};

/**
 * Another number whenever a file in the folder, or in one inside it, was written or replaced; 0 for none. The runtime's
 * `checkpoint_mark` works out the same, by bytes, since names may be no text.
 */
export const checkpointMark = (folder: string | Buffer, inner = true): number => {
  const own = Buffer.from(folder);
  let mark = 0;
  for (const name of namesIn(own)) {
    const entry = Buffer.concat([own, Buffer.from('/'), name]);
    const stat = statOf(entry);
    if (stat === undefined) continue;
    const facts = Buffer.from(`:${stat.ino}:${stat.size}:${stat.mtimeNs}\n`);
    mark = crc32(Buffer.concat([name, facts]), mark);
    if (inner && stat.isDirectory()) mark = crc32(`${checkpointMark(entry, false)}\n`, mark);
  }
  return mark;
};
