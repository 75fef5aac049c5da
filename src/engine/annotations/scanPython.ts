import { scanSource } from './scanSource.ts';
import type { FileAnnotations } from './tunable.ts';

/** `scanSource` for Python. */
export const scanPython = (text: string, otherNames: Iterable<string> = []): FileAnnotations =>
  scanSource('python', text, otherNames);
