import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { readEnvironment, recordEnvironment } from '../../../src/engine/tuner/environment.ts';
import { aWorkbench } from './workbench.ts';

test('interpreter, packages and the commit are recorded', async () => {
  const bench = aWorkbench();
  bench.write('train.py', 'x = 1\n');
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: bench.folder,
      encoding: 'utf8',
    });
  git('init', '-q');
  git('add', 'train.py');
  git('commit', '-qm', 'first');
  const commit = git('rev-parse', 'HEAD').trim();
  const where = { interpreter: 'python3', cwd: bench.folder };
  const clean = await recordEnvironment(bench.folder, 's1', where);
  expect(clean).toMatchObject({ interpreter: 'python3', git: { commit, dirty: false } });
  expect(clean.pythonVersion).toMatch(/^3\.\d+\.\d+$/);
  expect(Object.values(clean.packages).every((version) => typeof version === 'string')).toBe(true);
  bench.write('train.py', 'x = 2\n');
  await recordEnvironment(bench.folder, 's1', where);
  expect((await readEnvironment(bench.folder, 's1'))?.git).toEqual({ commit, dirty: true });
});

test('without an interpreter or a repository that is recorded too', async () => {
  const bench = aWorkbench();
  const environment = await recordEnvironment(bench.folder, 's1', {
    interpreter: '/no/python',
    cwd: bench.folder,
  });
  expect(environment).toEqual({ interpreter: '/no/python', pythonVersion: null, packages: {}, git: null });
  expect(await readEnvironment(bench.folder, 'other')).toBeUndefined();
});
