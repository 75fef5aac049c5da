import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localLauncher } from '../../src/engine/launch/local.ts';
import {
  aLocalLauncher,
  aScriptRun,
  boundIn,
  hostileFolder,
  noticesIn,
  removeFolder,
  runScript,
  runtimeFolder,
  untilOver,
} from './aScriptRun.ts';
import { pythons } from './pythons.ts';

let folder: string;
beforeEach(() => {
  folder = hostileFolder();
});
afterEach(() => removeFolder(folder));

const config = '{\r\n  "naïve": "é",\r\n  "lr": 0.1\r\n}\r\n';
const change = [{ file: 'conf/base.json', at: '"lr": «0.1»', to: '0.007', id: 'lr' }];

const everyWay = `
import builtins, codecs, io, json, multiprocessing, os, pathlib, pickle, shutil, subprocess, sys
here = os.path.dirname(os.path.abspath(__file__))
target = os.path.join(here, 'conf', 'base.json')

def show(way, text):
    print(way, json.loads(text)['lr'], json.loads(text)['na\\u00efve'] == '\\u00e9', flush=True)

def child():
    show('spawn', open(target, encoding='utf-8').read())

if __name__ == '__main__':
    if 'child' in sys.argv:
        show('subprocess', open(target, encoding='utf-8').read())
        sys.exit()
    with open(target, encoding='utf-8') as file:
        assert file.name == target, file.name
        show('open', file.read())
    assert '\\r\\n' in io.open(target, 'rt', -1, 'utf-8', None, '').read()
    assert '\\r' not in open(file=target, encoding='utf-8').read()
    show('bytes', open(os.fsencode(target), 'rb').read().decode('utf-8'))
    show('pathlib', pathlib.Path(target).read_text(encoding='utf-8'))
    show('path open', (pathlib.Path(here) / 'conf' / 'base.json').open(encoding='utf-8').read())
    show('read_bytes', pathlib.Path(target).read_bytes().decode('utf-8'))
    show('codecs', codecs.open(target, encoding='utf-8').read())
    os.chdir(os.path.join(here, 'conf'))
    show('relative', open('base.json', encoding='utf-8').read())
    show('link', open('../current.json', encoding='utf-8').read())
    shutil.copyfile(target, os.path.join(here, 'copied'))
    show('copy', open(os.path.join(here, 'copied'), encoding='utf-8').read())
    os.chdir(here)
    worker = multiprocessing.get_context('spawn').Process(target=child)
    worker.start(); worker.join()
    subprocess.check_call([sys.executable, __file__, 'child'])
    show('disk', os.fdopen(os.open(target, os.O_RDONLY), 'rb').read().decode('utf-8'))
    assert pickle.loads(pickle.dumps(open)) is open and open is io.open and callable(open)
    print(open.__name__, open(sys.argv[0]).readline() == '\\n', open(0, closefd=False).fileno())
    try:
        open(target, encoding='utf-8').write('x')
    except io.UnsupportedOperation:
        print('read only')
`;

const ways = [
  'open',
  'bytes',
  'pathlib',
  'path open',
  'read_bytes',
  'codecs',
  'relative',
  'link',
  'copy',
  'spawn',
];

describe.each([...pythons()])('Python %s', (_version, python) => {
  test('every way to read a file gives the trial its text, here and in child processes', async () => {
    mkdirSync(path.join(folder, 'conf'), { recursive: true });
    symlinkSync(path.join('conf', 'base.json'), path.join(folder, 'current.json'));
    const sources = { 'train.py': everyWay, 'conf/base.json': config };
    const outcome = await runScript(folder, { sources, change, python });
    expect(outcome.log.split('\n')).toEqual([
      ...[...ways, 'subprocess'].map((way) => `${way} 0.007 True`),
      'disk 0.1 True',
      'open True 0',
      'read only',
      '',
    ]);
    expect(boundIn(outcome)).toEqual({ lr: 0.007 });
    expect(readFileSync(path.join(folder, 'conf/base.json'), 'utf8')).toBe(config);
  });
});

test('a study without configuration files leaves open alone', async () => {
  const sources = { 'train.py': 'x = 0.1\nimport io, _io\nprint(open is _io.open is io.open)\n' };
  const outcome = await runScript(folder, { sources, change: [{ at: '«0.1»', to: '0.2' }] });
  expect(outcome.log).toBe('True\n');
});

test('a file that the script never reads leaves its values unproved', async () => {
  const sources = { 'train.py': 'print(1)\n', 'conf/base.json': config };
  expect(boundIn(await runScript(folder, { sources, change }))).toEqual({});
});

test('a file edited since the study began does not matter; a snapshot that does not fit ends the run', async () => {
  const sources = {
    'train.py': 'import json\nprint(json.load(open("conf/base.json", encoding="utf-8"))["lr"])\n',
    'conf/base.json': config,
  };
  const launcher = aLocalLauncher(folder);
  const run = aScriptRun(folder, { sources, change });
  writeFileSync(path.join(folder, 'conf/base.json'), '{"lr": 5, "other": 1}');
  expect((await untilOver(launcher, await launcher.start(run))).log).toBe('0.007\n');
  const snapshot = run.input.files[1]?.snapshot ?? '';
  writeFileSync(snapshot, readFileSync(snapshot, 'utf8').replace('0.1', '0.2'));
  const later = {
    ...run,
    input: { ...run.input, key: { ...run.input.key, attempt: 2 }, folder: `${run.input.folder}b` },
  };
  const outcome = await untilOver(launcher, await launcher.start(later));
  expect(outcome.state).toMatchObject({ kind: 'ended', exitCode: 97 });
  expect(outcome.log).toContain("base.json:3: expected '0.1', found '0.2'");
});

test('a script that writes the file reads what it wrote, and that is said', async () => {
  const sources = {
    'train.py': `import json
path = "conf/base.json"
values = json.load(open(path, encoding="utf-8"))
values["lr"] *= 2
with open(path, "w") as file:
    json.dump(values, file)
print(json.load(open(path))["lr"])
`,
    'conf/base.json': config,
  };
  const outcome = await runScript(folder, { sources, change });
  expect(outcome.log).toBe('0.014\n');
  expect(noticesIn(outcome).join()).toContain('base.json itself');
});

test('a list with fewer lines is written as it is, and the libraries of configuration files read it', async () => {
  const sources = {
    'train.py': `import importlib
for name, read in (
    ("tomllib", lambda m: m.load(open("c.toml", "rb"))),
    ("yaml", lambda m: m.safe_load(open("c.yaml"))),
    ("omegaconf", lambda m: m.OmegaConf.to_container(m.OmegaConf.load("c.yaml"))),
):
    try:
        module = importlib.import_module(name)
    except ImportError:
        print(name, "absent")
        continue
    print(name, read(module))
`,
    'c.yaml': 'hidden:  # tune\n  - 1\n  - 2\nlr: 1e-3\n',
    'c.toml': 'hidden = [\n 1,\n 2\n]\nlr = 1e-3\n',
  };
  const changes = [
    { file: 'c.yaml', at: 'tune«\n  - 1\n  - 2»', to: '\n  - 3', id: 'a', value: [3] },
    { file: 'c.yaml', at: 'lr: «1e-3»', to: '2.5e-4', id: 'b', value: 0.00025 },
    { file: 'c.toml', at: '«[\n 1,\n 2\n]»', to: '[3]', id: 'c', value: [3] },
    { file: 'c.toml', at: 'lr = «1e-3»', to: '2.5e-4', id: 'd', value: 0.00025 },
  ];
  const outcome = await runScript(folder, { sources, change: changes });
  const lines = outcome.log.trim().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines)
    if (!line.endsWith('absent')) expect(line).toMatch(/^\w+ \{'hidden': \[3\], 'lr': 0\.00025\}$/u);
});

test('a trial forked from a warm parent reads its own text, also through a library imported before', async () => {
  const runsFolder = path.join(folder, 'runs');
  const launcher = localLauncher({ runtimeFolder, runsFolder });
  const sources = {
    'train.py':
      'import pathlib, configparser, json\nprint(json.loads(pathlib.Path("conf/base.json").read_text(encoding="utf-8"))["lr"])\n',
    'conf/base.json': config,
  };
  try {
    const seen: string[] = [];
    for (const trial of [0, 1, 2, 3]) {
      const to = `0.${trial + 1}`;
      const run = aScriptRun(folder, {
        sources,
        change: [{ ...change[0], file: 'conf/base.json', at: '"lr": «0.1»', to, id: 'lr' }],
        trial,
      });
      await launcher.warmUp(run);
      const outcome = await untilOver(launcher, await launcher.start(run));
      seen.push(outcome.log);
      expect(boundIn(outcome)).toEqual({ lr: Number(to) });
    }
    expect(seen).toEqual(['0.1\n', '0.2\n', '0.3\n', '0.4\n']);
  } finally {
    launcher.close();
  }
});
