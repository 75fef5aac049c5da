import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { aRequest, aWorkbench, begin } from './workbench.ts';

const execute = promisify(execFile);

const training = `
import os, sys
import helper
lr = 0.5  # tune: 0..1
loss = lr * helper.width
print(f"loss={loss!r} {__name__} {os.path.basename(__file__)} {sys._getframe().f_lineno}")
# tune: minimize loss
`;

/**
 * Starts the script as debuggers do: Python's debugger for editors has a copy of the library's `runpy` under this name,
 * and runs the program by it.
 */
const likeADebugger = `
import inspect, os, runpy, sys
folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "_pydevd_bundle")
os.makedirs(folder, exist_ok=True)
open(os.path.join(folder, "__init__.py"), "w").close()
with open(os.path.join(folder, "pydevd_runpy.py"), "w") as file:
    file.write(open(inspect.getsourcefile(runpy)).read())
from _pydevd_bundle import pydevd_runpy
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(sys.argv[0]))
pydevd_runpy.run_path(sys.argv[0], run_name="__main__")
`;

test('a debugger runs the script itself with the values of a trial, as the source is now', async () => {
  const bench = aWorkbench();
  bench.write('helper.py', 'width = 8  # tune: 4..64\n');
  const script = bench.write('train.py', training);
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 2, parallel: 1, sampler: 'random' }));
  await engine.untilIdle(study);
  const trial = engine.store.trial(study, 1);
  bench.write('train.py', `# two more\n# lines\n${training}`);
  const run = await engine.debugRun(study, 1);
  expect(run).toMatchObject({ program: script, args: [], cwd: bench.folder, notes: [] });
  const debuggerFile = bench.write('debugger.py', likeADebugger);
  const { stdout } = await execute(run.python, [debuggerFile, run.program], {
    cwd: run.cwd,
    env: { ...process.env, ...run.env },
  });
  expect(stdout).toBe(`loss=${trial.values?.[0]} __main__ train.py 8\n`);
  // Nothing of it is a report of the trial's, and its checkpoint is its own.
  expect(run.env.TUNELENS_CHECKPOINT_DIR).toBe(
    path.join(bench.folder, '.tunelens/runs', study, '1/debug/checkpoint'),
  );
  expect(engine.store.trial(study, 1)).toEqual(trial);
});

test('a literal that is gone from the source is named', async () => {
  const bench = aWorkbench();
  bench.write('helper.py', 'width = 8  # tune: 4..64\n');
  const script = bench.write('train.py', training);
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 1 }));
  await engine.untilIdle(study);
  bench.write('helper.py', 'width = 8\n');
  const { notes, env } = await engine.debugRun(study, 0);
  expect(notes).toEqual(['No longer in the source, and so not set: width.']);
  expect(existsSync(env.TUNELENS_RUN ?? '')).toBe(true);
});
