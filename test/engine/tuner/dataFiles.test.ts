import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { describeDataFiles } from '../../../src/engine/tuner/dataFiles.ts';
import { aWorkbench } from './workbench.ts';

test('patterns name files within a folder, across folders and whole folders', async () => {
  const bench = aWorkbench();
  mkdirSync(path.join(bench.folder, 'data/größe'), { recursive: true });
  for (const name of ['data/a.csv', 'data/b.csv', 'data/größe/c.csv', 'data/größe/d.npy', 'e+1.csv'])
    bench.write(name, name);
  const found = async (...patterns: string[]): Promise<readonly string[]> =>
    Object.keys(await describeDataFiles(bench.folder, patterns));
  expect(await found('data/*.csv')).toEqual(['data/a.csv', 'data/b.csv']);
  expect(await found('**/*.csv')).toEqual(['data/a.csv', 'data/b.csv', 'data/größe/c.csv', 'e+1.csv']);
  expect(await found('data/größe')).toEqual(['data/größe/c.csv', 'data/größe/d.npy']);
  expect(await found('e+1.csv', path.join(bench.folder, 'data/?.csv'), 'e+1.csv')).toEqual([
    'data/a.csv',
    'data/b.csv',
    'e+1.csv',
  ]);
  expect(await found('nothing/*.csv', 'gone.bin')).toEqual([]);
  const described = await describeDataFiles(bench.folder, ['data/a.csv']);
  expect(described).toEqual({
    'data/a.csv': { bytes: 10, sha256: createHash('sha256').update('data/a.csv').digest('hex') },
  });
});
