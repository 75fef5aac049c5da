import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Stores bytes under their SHA-256 and returns the file's absolute path. Content already there is left alone,
 * so unchanged sources cost nothing the second time. The file appears whole (written aside, then renamed).
 */
export const keepSnapshot = (folder: string, bytes: Uint8Array): string => {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const target = path.join(folder, hash.slice(0, 2), hash.slice(2));
  if (existsSync(target)) return target;
  mkdirSync(path.dirname(target), { recursive: true });
  const aside = `${target}.${process.pid}.tmp`;
  writeFileSync(aside, bytes);
  renameSync(aside, target);
  return target;
};
