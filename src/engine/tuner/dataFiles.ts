import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/** What a data file was, so that a later run can tell whether it still is. */
export interface DataFile {
  readonly bytes: number;
  /** Of the whole file; of its two ends where it is larger than a gibibyte. */
  readonly sha256: string;
}

/** Relative paths with forward slashes. */
export type DataFiles = Readonly<Record<string, DataFile>>;

/** Reading a larger file whole at the start of each study would slow its first trials. */
const readWholeBytes = 2 ** 30;
const endBytes = 2 ** 24;
/** More files than this are a pattern gone wrong. */
const mostFiles = 10_000;

const isPattern = (segment: string): boolean => /[*?]/.test(segment);

/** `*` and `?` within a name, `**` across folders; everything below a folder that is named whole. */
const toExpression = (pattern: string): RegExp => {
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('?', '[^/]')
    .replaceAll(/\*\*\/|\*\*|\*/g, (stars) => (stars === '*' ? '[^/]*' : stars === '**' ? '.*' : '(?:.*/)?'));
  return new RegExp(`^${source}(?:/.*)?$`);
};

const filesBelow = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => undefined);
  if (entries === undefined) return [folder]; // a file, or nothing: asking for its size tells
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map(({ parentPath, name }) => path.join(parentPath, name));
};

const matching = async (folder: string, pattern: string): Promise<readonly string[]> => {
  const segments = path.normalize(pattern).split(/[\\/]/);
  const first = segments.findIndex(isPattern);
  const base = path.resolve(folder, segments.slice(0, first < 0 ? segments.length : first).join('/') || '.');
  const expression = toExpression(path.resolve(folder, segments.join('/')).split(path.sep).join('/'));
  return (await filesBelow(base)).filter((file) => expression.test(file.split(path.sep).join('/')));
};

const hashOf = async (file: string, bytes: number): Promise<string> => {
  const hash = createHash('sha256');
  const ranges =
    bytes <= readWholeBytes ? [{}] : [{ end: endBytes - 1 }, { start: bytes - endBytes, end: bytes - 1 }];
  for (const range of ranges) for await (const chunk of createReadStream(file, range)) hash.update(chunk);
  return hash.digest('hex');
};

const describe = async (file: string): Promise<DataFile | undefined> => {
  try {
    const { size: bytes } = await stat(file);
    return { bytes, sha256: await hashOf(file, bytes) };
  } catch {
    return undefined; // a folder, removed meanwhile, or not ours to read
  }
};

/** Size and hash of every file that the patterns name, which are relative to a folder or absolute. */
export const describeDataFiles = async (folder: string, patterns: readonly string[]): Promise<DataFiles> => {
  const found = await Promise.all(patterns.map((pattern) => matching(folder, pattern)));
  const files = [...new Set(found.flat())].sort().slice(0, mostFiles);
  const described: Record<string, DataFile> = {};
  for (const file of files) {
    const data = await describe(file);
    if (data !== undefined) described[path.relative(folder, file).split(path.sep).join('/')] = data;
  }
  return described;
};
