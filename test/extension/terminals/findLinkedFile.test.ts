import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findLinkedFile, type LinkedStudy } from '../../../src/extension/terminals/findLinkedFile.ts';

let folder: string;
const at = (...names: readonly string[]): string => path.join(folder, ...names);
const study = (): LinkedStudy => ({ id: 's1', folder, script: 'src/train.py' });

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunelens links '));
  for (const name of ['src', 'elsewhere', '.tunelens/runs/s1/0/1/source', '.tunelens/snapshots/ab'])
    mkdirSync(at(name), { recursive: true });
  for (const name of ['src/train.py', 'src/model.py', 'elsewhere/helper.py', '.tunelens/snapshots/ab/cd'])
    writeFileSync(at(name), '');
  const plan = {
    cwd: at('elsewhere'),
    runner: { root: at('src') },
    files: [{ path: at('src/train.py'), snapshot: at('.tunelens/snapshots/ab/cd') }],
  };
  writeFileSync(at('.tunelens/runs/s1/study.json'), JSON.stringify({ v: 1, plan: JSON.stringify(plan) }));
});

afterAll(() => rmSync(folder, { recursive: true }));

test('a path is looked for where the study ran, beside its script and in the folder', async () => {
  expect(await findLinkedFile(study(), 'helper.py')).toBe(at('elsewhere/helper.py'));
  expect(await findLinkedFile(study(), 'model.py')).toBe(at('src/model.py'));
  expect(await findLinkedFile(study(), 'src/model.py')).toBe(at('src/model.py'));
  expect(await findLinkedFile(study(), at('src/train.py'))).toBe(at('src/train.py'));
});

test('what is not there is no link', async () => {
  expect(await findLinkedFile(study(), 'nowhere.py')).toBeUndefined();
  expect(await findLinkedFile(study(), 'src')).toBeUndefined();
});

test('a snapshot leads to the file that it was made of', async () => {
  expect(await findLinkedFile(study(), at('.tunelens/snapshots/ab/cd'))).toBe(at('src/train.py'));
});

test('a copy in a run’s folder leads to the file it was copied from', async () => {
  expect(await findLinkedFile(study(), at('.tunelens/runs/s1/0/1/source/model.py'))).toBe(at('src/model.py'));
});

test('a study whose plan is gone is looked for beside its script', async () => {
  expect(await findLinkedFile({ ...study(), id: 'gone' }, 'model.py')).toBe(at('src/model.py'));
});
