import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../launch/writeWhole.ts';

/**
 * Stores bytes under their SHA-256 and returns the file's absolute path. Content already there is left alone,
 * so unchanged sources cost nothing the second time. The file appears whole.
 */
export const keepSnapshot = (folder: string, bytes: Uint8Array): string => {
  const hash = createHash('sha256').update(bytes).digest('hex');
  const target = path.join(folder, hash.slice(0, 2), hash.slice(2));
  if (!existsSync(target)) writeWhole(target, bytes);
  return target;
};
