import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { notebookProgram, readNotebook } from '../../../src/engine/annotations/notebook/notebookProgram.ts';
import type { Engine } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

interface Cell {
  readonly type?: 'code' | 'markdown';
  readonly text: string;
  readonly tags?: readonly string[];
}

const aNotebook = (...cells: readonly (Cell | string)[]): string =>
  JSON.stringify(
    {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { language_info: { name: 'python' } },
      cells: cells
        .map((cell) => (typeof cell === 'string' ? { text: cell } : cell))
        .map(({ type = 'code', text, tags = [] }: Cell) => ({
          cell_type: type,
          metadata: { tags },
          source: text.split(/(?<=\n)/u),
          ...(type === 'code' && {
            execution_count: 7,
            outputs: [{ output_type: 'stream', name: 'stdout', text: ['kept\n'] }],
          }),
        })),
    },
    null,
    1,
  );

const logOf = (engine: Engine, study: string, trial: number): string =>
  readFileSync(path.join(engine.store.trial(study, trial).handle?.folder ?? '', 'log'), 'utf8');

const ended = (engine: Engine, study: string): Promise<void> =>
  eventually(() => !['running', 'paused'].includes(engine.store.study(study).state), 20_000);

test('a notebook is tuned by running its cells in order; its file and outputs stay as they are', async () => {
  const bench = aWorkbench();
  bench.write('helper.py', 'def shift(x):\n    return x - 0.3\n');
  const text = aNotebook(
    { type: 'markdown', text: '# Größe\n' },
    'from __future__ import annotations\n%matplotlib inline\n!pip install -q nothing\nfrom helper import shift\nimport os, sys',
    "lr = 0.1  # tune: 0..1\nname = 'é😀'; wide = 8  # tune: wide: [4, 8]",
    { text: 'raise SystemExit("never")', tags: ['tunelens-skip'] },
    'async def later(x):\n    return x\nloss = await later(shift(lr) ** 2 + wide)  # tune: minimize\nloss',
    "if True:\n    %config x\ndisplay({'lr': lr})\nassert '__file__' not in globals() and get_ipython() is None",
    "def f(x: Unknown): pass\nprint('at the end', '%r' % lr == repr(lr), name, wide, os.path.basename(os.getcwd()) in sys.path[0])",
  );
  const file = bench.write('nötebook.ipynb', text);
  const engine = bench.engine();
  const study = begin(engine, aRequest(file, { trials: 6 }));
  await ended(engine, study);
  expect(bench.problems).toEqual([]);
  const trials = engine.store.trials(study);
  expect(trials.map(({ state }) => state)).toEqual(Array(6).fill('complete'));
  for (const trial of trials) {
    const { lr, wide } = trial.params;
    expect(Number.isFinite(lr)).toBe(true);
    expect(trial.values?.[0]).toBeCloseTo((Number(lr) - 0.3) ** 2 + Number(wide), 10);
    expect(logOf(engine, study, trial.number)).toContain(`at the end True é😀 ${wide} True`);
  }
  expect(trials[0]?.params).toEqual({ lr: 0.1, wide: 8 });
  expect(bench.read('nötebook.ipynb')).toBe(text);
});

test('an error names its cell and line, with the text of the line', async () => {
  const bench = aWorkbench();
  const file = bench.write(
    'broken.ipynb',
    aNotebook(
      'lr = 0.1  # tune: 0..1\n# tune: minimize loss',
      { type: 'markdown', text: 'x' },
      'x = 1\nboom(lr)',
    ),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(file));
  await ended(engine, study);
  const log = logOf(engine, study, 0);
  expect(log).toContain(`broken.ipynb, cell 3", line 2`);
  expect(log).toContain('boom(lr)');
  expect(log).not.toContain('_tunelens');
});

test('what a plain Python cannot do is said when it is reached', async () => {
  const bench = aWorkbench();
  const file = bench.write(
    'magic.ipynb',
    aNotebook('lr = 0.1  # tune: 0..1', '%run other.py', '# tune: minimize loss'),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(file));
  await ended(engine, study);
  expect(logOf(engine, study, 0)).toMatch(/cannot do: %run other\.py.*tunelens-skip/);
});

test('an error in an annotation is told with its cell', () => {
  const bench = aWorkbench();
  const file = bench.write('wrong.ipynb', aNotebook('a = 1', '\nlr = 0.1  # tune: 1..'));
  const made = bench.onlooker().createStudy(aRequest(file));
  expect(made.ok).toBe(false);
  expect(!made.ok && made.error.map(({ cell, line, column }) => [cell, line, column])).toEqual([
    [2, 1, expect.any(Number)],
  ]);
});

test.each([
  ['{', /it is not JSON/],
  [JSON.stringify({ cells: [], metadata: { language_info: { name: 'R' } } }), /only Python notebooks/],
  [aNotebook('x = 1'), /Nothing to tune yet/],
])('a file that cannot be tuned is refused with a sentence: %#', (text, message) => {
  const bench = aWorkbench();
  const made = bench.onlooker().createStudy(aRequest(bench.write('no.ipynb', text)));
  expect(!made.ok && made.error[0]?.message).toMatch(message);
});

test('values are inserted at their place in the program as it is now', async () => {
  const bench = aWorkbench();
  const cells = ['x = 1', '%matplotlib inline\nlr = 0.1  # tune: 0..1\nloss = lr  # tune: minimize'] as const;
  const file = bench.write('best.ipynb', aNotebook(...cells));
  const engine = bench.engine();
  const study = begin(engine, aRequest(file, { trials: 3 }));
  await ended(engine, study);
  bench.write('best.ipynb', aNotebook('# new\ny = 2', ...cells));
  const read = readNotebook(bench.read('best.ipynb'));
  const program = notebookProgram(read.ok ? read.value : []);
  const { edits, skipped } = engine.insertEdits(study, 1, { texts: {} });
  expect(skipped).toEqual([]);
  expect(edits.map(({ start, end, expected }) => [program.text.slice(start, end), expected])).toEqual([
    ['0.1', '0.1'],
  ]);
  expect(await engine.differences(study, 1)).toContain(
    'best.ipynb changed since; the trial runs what stood there when the study was started.',
  );
});
