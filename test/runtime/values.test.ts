import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  aLocalLauncher,
  aScriptRun,
  boundIn,
  hostileFolder,
  noticesIn,
  removeFolder,
  runScript,
  untilOver,
} from './aScriptRun.ts';
import { pythons } from './pythons.ts';

let folder: string;
beforeEach(() => {
  folder = hostileFolder();
});
afterEach(() => removeFolder(folder));

const everywhere = {
  sources: {
    'train.py': `# coding: utf-8
"""Sch\u00f6n."""
import dataclasses, multiprocessing, pickle, subprocess, sys, traceback
from pkg import model

name = 'é'; lr = 0.1  # tune


@dataclasses.dataclass
class Config:
    width: int = 8  # tune
    depth: int = (
        3
    )


def wd(value=0.5):
    return value


def show(where):
    print(where, lr, Config().width, Config().depth, wd(), model.rate, flush=True)


if __name__ == '__main__':
    show('main')
    worker = multiprocessing.get_context('spawn').Process(target=show, args=('spawn',))
    worker.start(); worker.join()
    if 'again' not in sys.argv:
        subprocess.run([sys.executable, '-u', __file__, 'again'])
    assert pickle.loads(pickle.dumps(Config())) == Config()
    print(__name__, sys.argv[1:], sys.path[0] == __file__.rsplit('/', 1)[0], sys.modules['__main__'].lr)
`,
    'pkg/__init__.py': '',
    'pkg/model.py': 'rate = 0.25\n',
  },
  change: [
    { at: "'é'; lr = «0.1»", to: '0.0371', id: 'lr' },
    { at: 'width: int = «8»', to: '16', id: 'width' },
    { at: 'depth: int = «(\n        3\n    )»', to: '5', id: 'depth' },
    { at: 'value=«0.5»', to: '1e-05', id: 'wd' },
    { file: 'pkg/model.py', at: 'rate = «0.25»', to: '0.75', id: 'rate' },
  ],
} as const;

test.each([...pythons()])(
  'Python %s sees the values in the script, spawned workers, subprocesses and imports',
  async (_, python) => {
    const outcome = await runScript(folder, { ...everywhere, python });
    const values = '0.0371 16 5 1e-05 0.75';
    expect(outcome.log.trimEnd().split('\n')).toEqual([
      `main ${values}`,
      `spawn ${values}`,
      `main ${values}`,
      `spawn ${values}`,
      "__main__ ['again'] True 0.0371",
      '__main__ [] True 0.0371',
    ]);
    expect(boundIn(outcome)).toEqual({ lr: 0.0371, width: 16, depth: 5, wd: 1e-5, rate: 0.75 });
    expect(outcome.state).toEqual({ kind: 'ended', exitCode: 0 });
  },
);

test.each([
  ['options', ['-u', '-W', 'ignore']],
  ['bundled options', ['-uBWignore']],
])('the values are there with interpreter %s before the script', async (_, options) => {
  const outcome = await runScript(folder, {
    sources: { 'train.py': 'lr = 0.1\nprint(lr)\n' },
    change: [{ at: 'lr = «0.1»', to: '0.5' }],
    options,
  });
  expect(outcome.log).toBe('0.5\n');
});

test('a module run by -m sees its values', async () => {
  const run = aScriptRun(folder, {
    sources: { 'train.py': '', 'pkg/__init__.py': '', 'pkg/go.py': 'lr = 0.1\nprint(__name__, lr)\n' },
    change: [{ file: 'pkg/go.py', at: 'lr = «0.1»', to: '0.5' }],
  });
  const launcher = aLocalLauncher(folder);
  const outcome = await untilOver(
    launcher,
    await launcher.start({ ...run, argv: ['python3', '-m', 'pkg.go'] }),
  );
  expect(outcome.log).toBe('__main__ 0.5\n');
  expect(boundIn(outcome)).toEqual({ x: 0.5 });
});

test('an edit of a source after the snapshot changes nothing', async () => {
  const run = aScriptRun(folder, {
    sources: {
      'train.py': 'import other\nlr = 0.1\nprint(lr, other.a)\nraise ValueError("end")\n',
      'other.py': 'a = 1\n',
    },
    change: [{ at: 'lr = «0.1»', to: '0.5' }],
  });
  writeFileSync(path.join(folder, 'train.py'), 'print("edited")\n');
  writeFileSync(path.join(folder, 'other.py'), 'a = 2\n');
  const launcher = aLocalLauncher(folder);
  const outcome = await untilOver(launcher, await launcher.start(run));
  expect(outcome.log).toMatch(/^0\.5 1\nTraceback/);
  expect(outcome.log).toContain('raise ValueError("end")');
});

test('bytecode files are neither believed nor made for patched modules', async () => {
  // Empty means that bytecode is written, whatever the machine these tests run on prefers.
  const env = { PYTHONDONTWRITEBYTECODE: '', PYTHONPYCACHEPREFIX: '' };
  const python = (code: string): string =>
    execFileSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8', env: { ...process.env, ...env } });
  const cached = (): readonly string[] =>
    readdirSync(path.join(folder, '__pycache__')).map((name) => name.split('.')[0] ?? '');
  writeFileSync(path.join(folder, 'plain.py'), '');
  writeFileSync(path.join(folder, 'conf.py'), 'lr = 0.1\n');
  python('import conf');
  expect(cached()).toEqual(['conf']);
  const sources = {
    'train.py': 'import conf, plain, late\nprint(conf.lr)\n',
    'conf.py': 'lr = 0.1\n',
    'late.py': 'a = 1\n',
  };
  const change = [
    { file: 'conf.py', at: 'lr = «0.1»', to: '0.5' },
    { file: 'late.py', at: 'a = «1»', to: '2', id: 'a' },
  ];
  expect((await runScript(folder, { sources, change, env })).log).toBe('0.5\n');
  expect(cached().toSorted()).toEqual(['conf', 'plain']);
  expect(python('import conf; print(conf.lr)')).toBe('0.1\n');
});

test('a literal that is not where it was expected ends the run with code 97 and says where', async () => {
  const run = aScriptRun(folder, {
    sources: { 'train.py': 'try:\n    lr = 0.1\nexcept:\n    pass\n' },
    change: [{ at: 'lr = «0.1»', to: '0.5' }],
  });
  const [file] = run.input.files;
  writeFileSync(file?.snapshot ?? '', 'try:\n    lr = 0.2\nexcept:\n    pass\n');
  const launcher = aLocalLauncher(folder);
  const outcome = await untilOver(launcher, await launcher.start(run));
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 97 });
  expect(outcome.log).toBe(`${path.join(folder, 'train.py')}:2: expected '0.1', found '0.2'\n`);
});

test('an argparse default is proved by what the parser gave', async () => {
  const source = `import argparse
parser = argparse.ArgumentParser()
parser.add_argument('--lr', type=float, default=0.1)
parser.add_argument('--wd', type=float, default='0.5')
args = parser.parse_args()
print(args.lr, args.wd)
`;
  const change = [
    { at: 'type=float, default=«0.1»', to: '0.25', id: 'lr', binding: { kind: 'argparse', dest: 'lr' } },
    {
      at: "default=«'0.5'»",
      to: "'0.75'",
      value: '0.75',
      id: 'wd',
      binding: { kind: 'argparse', dest: 'wd' },
    },
  ] as const;
  const asked = await runScript(folder, { sources: { 'train.py': source }, change });
  expect(asked.log).toBe('0.25 0.75\n');
  expect(boundIn(asked)).toEqual({ lr: 0.25, wd: '0.75' });
  const overridden = await runScript(folder, {
    sources: { 'train.py': source },
    change,
    args: ['--lr', '9'],
    trial: 1,
  });
  expect(boundIn(overridden)).toEqual({ lr: 9, wd: '0.75' });
});

test('the same flag of two subparsers is proved for the one that ran', async () => {
  const source = `import argparse
parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest='command')
train = commands.add_parser('train')
train.add_argument('--lr', type=float, default=0.1)
tune = commands.add_parser('tune')
tune.add_argument('--lr', type=float, default=0.2)
print(parser.parse_args().lr)
`;
  const binding = { kind: 'argparse', dest: 'lr' } as const;
  const change = [
    { at: 'default=«0.1»', to: '0.25', id: 'train.lr', binding },
    { at: 'default=«0.2»', to: '0.75', id: 'tune.lr', binding },
  ];
  const sources = { 'train.py': source };
  const first = await runScript(folder, { sources, change, args: ['train'] });
  expect([first.log, boundIn(first)]).toEqual(['0.25\n', { 'train.lr': 0.25 }]);
  const second = await runScript(folder, { sources, change, args: ['tune'], trial: 1 });
  expect([second.log, boundIn(second)]).toEqual(['0.75\n', { 'tune.lr': 0.75 }]);
});

test('a name that is assigned again is warned of', async () => {
  const outcome = await runScript(folder, {
    sources: { 'train.py': 'lr = 0.1\nwd = 1\nlr = lr * 2\n' },
    change: [
      { at: 'lr = «0.1»', to: '0.5', id: 'lr', binding: { kind: 'module', name: 'lr' } },
      { at: 'wd = «1»', to: '2', id: 'wd', binding: { kind: 'module', name: 'wd' } },
    ],
  });
  expect(noticesIn(outcome)).toEqual([
    'lr was assigned again: this trial asked for 0.5, and it ended as 1.0.',
  ]);
});

test('a traceback shows the script as if nothing stood between', async () => {
  const outcome = await runScript(folder, {
    sources: { 'train.py': 'lr = 0.1\ndef f():\n    acc = 1 / 0\n\nf()\n' },
    change: [{ at: 'lr = «0.1»', to: '0.5' }],
    reports: [{ after: 'acc = 1 / 0', name: 'acc' }],
  });
  const script = path.join(folder, 'train.py');
  const lines = outcome.log.split('\n').filter((line) => !/^\s*[~^]+\s*$/.test(line));
  expect(lines).toEqual([
    'Traceback (most recent call last):',
    `  File "${script}", line 5, in <module>`,
    '    f()',
    `  File "${script}", line 3, in f`,
    '    acc = 1 / 0',
    'ZeroDivisionError: division by zero',
    '',
  ]);
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 1 });
});

test('the exit code of the script is kept, and so is its own sitecustomize', async () => {
  writeFileSync(path.join(folder, 'sitecustomize.py'), 'import builtins\nbuiltins.mine = "chained"\n');
  const outcome = await runScript(folder, {
    sources: { 'train.py': 'import sys\nprint(mine)\nsys.exit(3)\n' },
    env: { PYTHONPATH: folder },
  });
  expect(outcome.log).toBe('chained\n');
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 3 });
});
