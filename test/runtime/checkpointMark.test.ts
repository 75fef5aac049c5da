import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { checkpointMark } from '../../src/engine/launch/checkpointMark.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'märk '));
afterAll(() => rmSync(folder, { recursive: true }));

const byPython = (): number =>
  Number(
    execFileSync(
      'python3',
      [
        '-c',
        'import os, sys; from _tunelens import trial; print(trial.checkpoint_mark(os.fsencode(sys.argv[1])))',
        folder,
      ],
      { env: { ...process.env, PYTHONPATH: path.resolve('src/runtime') }, encoding: 'utf8' },
    ),
  );

const write = (name: string, text: string): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
};

test('engine and runtime tell by the same number whether a checkpoint was saved anew', () => {
  const seen: number[] = [];
  const look = (): void => {
    seen.push(checkpointMark(folder));
  };
  look();
  expect(seen).toEqual([0]);
  write('état.json', '{}');
  look();
  write('état.json', '{"epoch": 1}');
  look();
  write('epoch 2/weights.bin', 'w');
  look();
  write('epoch 2/weights.bin', 'ww');
  look();
  write('next', '{"epoch": 1}');
  renameSync(path.join(folder, 'next'), path.join(folder, 'état.json'));
  look();
  expect(new Set(seen).size).toBe(seen.length);
  expect(byPython()).toBe(seen.at(-1));
  write('état.json.tmp', 'half');
  expect(checkpointMark(folder)).toBe(seen.at(-1));
  expect(byPython()).toBe(seen.at(-1));
});
