import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LocalLauncher, localLauncher } from '../../src/engine/launch/local.ts';
import { readStat } from '../../src/engine/launch/processIdentity.ts';
import type { RunSpec } from '../../src/engine/study/launcher.ts';
import {
  aScriptRun,
  boundIn,
  hostileFolder,
  noticesIn,
  type Outcome,
  removeFolder,
  reportsIn,
  runtimeFolder,
  type ScriptRun,
  untilOver,
} from './aScriptRun.ts';
import { pythons } from './pythons.ts';

let folder: string;
let said: string[];
let warm: LocalLauncher;
let cold: LocalLauncher;
beforeEach(() => {
  folder = hostileFolder();
  said = [];
  const runsFolder = path.join(folder, 'runs');
  warm = localLauncher({ runtimeFolder, runsFolder, onLog: (_, text) => said.push(text) });
  cold = localLauncher({ runtimeFolder, runsFolder, warm: false });
});
afterEach(() => {
  warm.close();
  removeFolder(folder);
});

/** A library of this test's own, where Python looks for libraries. */
const addLibrary = (name: string, source: string): Readonly<Record<string, string>> => {
  const site = path.join(folder, 'site-packages');
  mkdirSync(site, { recursive: true });
  writeFileSync(path.join(site, `${name}.py`), source);
  return { PYTHONPATH: site };
};

const runWith = async (launcher: LocalLauncher, run: RunSpec): Promise<Outcome> =>
  untilOver(launcher, await launcher.start(run));

/** The same script cold and warm, as two trials. */
const bothWays = async (script: ScriptRun): Promise<{ readonly cold: Outcome; readonly warm: Outcome }> => {
  const first = await runWith(cold, aScriptRun(folder, { ...script, trial: 0 }));
  const run = aScriptRun(folder, { ...script, trial: 1 });
  expect(await warm.warmUp(run)).toMatchObject({ kind: 'ready' });
  const second = await runWith(warm, run);
  expect(isWarm(run)).toBe(true);
  return { cold: first, warm: second };
};

/** A leader that `run.sh` is leaves no other trace than a forked one; the parent of the parent tells them apart. */
const isWarm = (run: RunSpec): boolean =>
  readFileSync(path.join(run.input.folder, 'leader'), 'utf8') === 'warm';

/** Put before a script: writes down which kind of leader it has. */
const tellLeader = `import os as _os
with open("/proc/%d/comm" % _os.getppid()) as _comm:
    _kind = "cold" if _comm.read().strip() == "sh" else "warm"
with open(_os.path.join(_os.path.dirname(_os.getenv("TUNELENS_RUN")), "leader"), "w") as _file:
    _file.write(_kind)
`;

const sameBothWays = async (script: ScriptRun): Promise<Outcome> => {
  const sources = Object.fromEntries(
    Object.entries(script.sources).map(([name, text]) => [
      name,
      name === 'train.py' ? tellLeader + text : text,
    ]),
  );
  const outcome = await bothWays({ ...script, sources });
  const plain = (of: Outcome): unknown => [of.log, of.state, boundIn(of), reportsIn(of), noticesIn(of)];
  expect(plain(outcome.warm)).toEqual(plain(outcome.cold));
  return outcome.warm;
};

const lookAround = `
import json, os, signal, sys
print(json.dumps([sys.argv, sys.path, sys.flags, sys.executable, __file__, __name__, str(__spec__), os.getcwd(), list(globals()), sys.warnoptions]))
print(sorted(name for name in os.environ if not name.startswith("TUNELENS_")), os.environ["TUNELENS_SEED"])
print([str(signal.getsignal(number)).split(" at ")[0] for number in range(1, 32) if number not in (9, 19)], signal.pthread_sigmask(signal.SIG_BLOCK, []))
print(getattr(sys, "orig_argv", None), sorted(os.listdir("/proc/self/fd"))[:4], sys.stdin.read() == "")
print(sys.stdout.encoding, sys.stdout.line_buffering, sys.stdout.write_through, hash("tunelens"), {"a", "b", "c", "d", "e"})
print(sys.modules["__main__"].__dict__ is globals(), os.getpid() == os.getpgrp(), os.getsid(0) == os.getppid())
with open("/proc/self/environ", "rb") as file:
    print(("TUNELENS_RUN=" + os.environ["TUNELENS_RUN"]).encode() in file.read().split(b"\\0"))
`;

describe.runIf(process.platform === 'linux')('a trial that starts warm is like one that starts cold', () => {
  test.each([...pythons()])(
    'on Python %s: arguments, paths, environment, signals, descriptors',
    async (_, python) => {
      await sameBothWays({
        python,
        sources: { 'train.py': lookAround },
        args: ['a b', '', '-x', 'ü\n\u{1f600}'],
      });
    },
  );

  test('values are bound and reported, in the script and in modules of its own, edited ones from their snapshots', async () => {
    const outcome = await sameBothWays({
      sources: {
        'train.py': 'import json\nimport model\nlr = 0.1\nacc = lr * model.width\nprint(acc)\n',
        'model.py': 'import decimal\nwidth = 4\n',
      },
      change: [
        { at: 'lr = «0.1»', to: '0.5', id: 'lr', binding: { kind: 'module', name: 'lr' } },
        { file: 'model.py', at: 'width = «4»', to: '8', id: 'width' },
      ],
      reports: [{ after: 'acc = lr * model.width', name: 'acc' }],
    });
    expect(boundIn(outcome)).toEqual({ lr: 0.5, width: 8 });
    expect(reportsIn(outcome)).toEqual(['acc@1=4']);
  });

  test.each([
    ['a traceback', 'import json\ndef f():\n    json.loads("{")\nf()\n'],
    ['sys.exit with a code', 'import sys\nsys.exit(7)\n'],
    ['sys.exit with a sentence', 'import sys\nsys.exit("no data")\n'],
    ['os._exit', 'import os\nprint("a", flush=True)\nos._exit(9)\n'],
    ['a signal', 'import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n'],
    ['atexit', 'import atexit\natexit.register(print, "last")\n1 / 0\n'],
    [
      'a thread that outlives the script',
      'import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.2), print("done"))).start()\n',
    ],
    [
      'an exception in a thread',
      'import threading\nt = threading.Thread(target=lambda: 1 / 0, name="T")\nt.start()\nt.join()\n',
    ],
    [
      'a subprocess',
      'import subprocess, sys\nprint(subprocess.run([sys.executable, "-c", "import os, sys; print(sys.stdin.read(), len(os.environ[\'TUNELENS_RUN\']) > 9); sys.exit(3)"]).returncode, flush=True)\n',
    ],
    [
      'a pickled class',
      'import pickle\nclass A:\n    pass\nprint(pickle.loads(pickle.dumps(A())).__class__ is A)\n',
    ],
    [
      'warnings',
      'import warnings\nwarnings.warn("careful")\nimport asyncio\nprint(asyncio.run(asyncio.sleep(0, 4)))\n',
    ],
  ])('%s', async (_, source) => {
    await sameBothWays({ sources: { 'train.py': source } });
  });

  test.each(['fork', 'spawn', 'forkserver'])('multiprocessing by %s', async (method) => {
    const source = `
import multiprocessing
lr = 0.1
def work(x):
    return x * lr
if __name__ == "__main__":
    with multiprocessing.get_context("${method}").Pool(2) as pool:
        print(pool.map(work, [10, 20]))
`;
    const outcome = await sameBothWays({
      sources: { 'train.py': source },
      change: [{ at: 'lr = «0.1»', to: '0.5' }],
    });
    expect(outcome.log).toBe('[5.0, 10.0]\n');
  });

  test('what a library says when it is imported is in each log', async () => {
    const env = addLibrary('talkative', 'print("hello from a library")\n');
    const outcome = await sameBothWays({ sources: { 'train.py': 'import talkative\nprint("go")\n' }, env });
    expect(outcome.log).toBe('hello from a library\ngo\n');
  });

  test('random numbers differ between trials, as those of fresh processes do', async () => {
    const sources = { 'train.py': 'import random, uuid\nprint(random.random(), uuid.uuid4())\n' };
    const logs = [];
    for (const trial of [0, 1, 2]) {
      const run = aScriptRun(folder, { sources, trial });
      await warm.warmUp(run);
      logs.push((await runWith(warm, run)).log);
    }
    expect(new Set(logs).size).toBe(3);
  });
});

describe.runIf(process.platform === 'linux')('a warm parent', () => {
  const importedBy = async (script: ScriptRun): Promise<readonly string[]> => {
    const state = await warm.warmUp(aScriptRun(folder, script));
    return state.kind === 'ready' ? state.imported : [JSON.stringify(state)];
  };

  test('imports libraries in the order of the script and its modules, and nothing of the person’s', async () => {
    const sources = {
      'train.py': `import json, pack.part
from . import nothing
try:
    import decimal
except ImportError:
    pass
if False:
    import never_here
def late():
    import wave
from helper import *
if __name__ == "__main__":
    import colorsys
`,
      'helper.py': 'raise RuntimeError("run")\nimport fractions\n',
      'pack/__init__.py': 'from .other import x\n',
      'pack/part.py': 'from . import sibling\nimport csv\n',
      'pack/other.py': 'import tomllib_of_old, bisect\n',
      'pack/sibling.py': 'import base64\n',
    };
    expect(await importedBy({ sources })).toEqual([
      'json',
      'bisect',
      'base64',
      'csv',
      'decimal',
      'fractions',
      'colorsys',
    ]);
  });

  test('leaves to the trial what comes after a change of the environment', async () => {
    const inFunction =
      'import os, json\ndef setup():\n    os.environ["A"] = "1"\nimport csv\nsetup()\nimport wave\n';
    expect(await importedBy({ sources: { 'train.py': inFunction } })).toEqual(['os', 'json', 'csv']);
    const direct = 'import os, sys\nsys.path.insert(0, "x")\nimport json\n';
    expect(await importedBy({ sources: { 'train.py': direct }, env: { OTHER: '1' } })).toEqual(['os', 'sys']);
  });

  test.each([
    [
      'a thread',
      'import threading, time\nthreading.Thread(target=time.sleep, args=(60,), name="side", daemon=True).start()\n',
      'runs a thread (side)',
    ],
    ['a process', 'import subprocess\nchild = subprocess.Popen(["sleep", "1"])\n', 'has started a process'],
    ['a connection', 'import socket\npair = socket.socketpair()\n', 'has opened a connection'],
  ])(
    'with %s of a library starts nothing: trials start cold, and it is said once',
    async (_, library, reason) => {
      const env = addLibrary('odd', library);
      const script = {
        sources: { 'train.py': `${tellLeader}import odd, os\nprint("ran", flush=True)\nos._exit(0)\n` },
        env,
      };
      const run = aScriptRun(folder, script);
      expect(await warm.warmUp(run)).toMatchObject({
        kind: 'unfit',
        reason: expect.stringContaining(reason),
      });
      expect((await runWith(warm, run)).log).toBe('ran\n');
      expect(isWarm(run)).toBe(false);
      await runWith(warm, aScriptRun(folder, { ...script, trial: 1 }));
      expect(said).toEqual([expect.stringContaining(reason)]);
    },
  );

  test('never loads a file of the person’s that is named like a library’s module', async () => {
    const env = addLibrary('outer', 'try:\n    import inner\nexcept ImportError:\n    pass\n');
    const sources = { 'train.py': 'import outer\n', 'inner.py': 'raise SystemExit("loaded")\n' };
    expect(await warm.warmUp(aScriptRun(folder, { sources, env }))).toMatchObject({
      kind: 'unfit',
      reason: expect.stringContaining('inner is imported by a library'),
    });
  });

  test('with a library that was changed since starts nothing more; another takes its place', async () => {
    const env = addLibrary('mine', 'version = 1\n');
    const sources = { 'train.py': `${tellLeader}import mine\nprint(mine.version)\n` };
    const run = aScriptRun(folder, { sources, env });
    await warm.warmUp(run);
    expect((await runWith(warm, run)).log).toBe('1\n');
    addLibrary('mine', 'version = 2 # newer\n');
    utimesSync(path.join(folder, 'site-packages', 'mine.py'), 1e9, 1e9);
    await delay(1_100);
    const second = aScriptRun(folder, { sources, env, trial: 1 });
    expect((await runWith(warm, second)).log).toBe('2\n');
    expect(isWarm(second)).toBe(false);
    const third = aScriptRun(folder, { sources, env, trial: 2 });
    await warm.warmUp(third);
    expect((await runWith(warm, third)).log).toBe('2\n');
    expect(isWarm(third)).toBe(true);
  });

  test('that hangs or dies while it is asked costs a trial nothing but time, and starts none twice', async () => {
    const sources = {
      'train.py': `import os\nfd = os.open("ran", os.O_WRONLY | os.O_CREAT | os.O_APPEND)\nos.write(fd, os.environ["TUNELENS_SEED"].encode())\n`,
    };
    const times = Number(process.env.TUNELENS_TEST_STOPS ?? 12);
    for (let trial = 0; trial < times; trial++) {
      const name = trial === 0 ? 'SIGSTOP' : 'SIGKILL';
      const run = aScriptRun(folder, { sources, trial });
      await warm.warmUp(run);
      const start = warm.start(run);
      await delay(trial % 6); // before it is asked, while it forks, when it has answered
      for (const pid of warmParents()) process.kill(pid, name);
      const handle = await start;
      expect((await untilOver(warm, handle)).state).toEqual({ kind: 'ended', exitCode: 0 });
      expect(readFileSync(path.join(folder, 'ran'), 'utf8')).toHaveLength(trial + 1);
    }
  }, 300_000);

  test('is gone when its launcher is closed; a trial it forked goes on', async () => {
    const sources = {
      'train.py': 'import time\nprint("ready", flush=True)\ntime.sleep(0.6)\nprint("end")\n',
    };
    const run = aScriptRun(folder, { sources });
    await warm.warmUp(run);
    const handle = await warm.start(run);
    warm.close();
    await vi.waitUntil(() => warmProcesses().length === 0, 5_000);
    expect((await untilOver(cold, handle)).log).toBe('ready\nend\n');
  });

  test('is made ready by the first run, and starts the later ones within 20 ms', async () => {
    const sources = {
      'train.py': `import time\nprint(time.monotonic_ns(), flush=True)\n${tellLeader}time.sleep(0.2)\n`,
    };
    const times: number[] = [];
    for (let trial = 0; trial < 20; trial++) {
      const run = aScriptRun(folder, { sources, trial });
      const begin = process.hrtime.bigint();
      const outcome = await runWith(warm, run);
      if (isWarm(run)) times.push(Number(BigInt(outcome.log.trim()) - begin) / 1e6);
    }
    times.sort((a, b) => a - b);
    console.log(
      `warm start to first line: median ${times[times.length >> 1]?.toFixed(1)} ms, ${times.length} of 20`,
    );
    expect(times.length).toBeGreaterThan(12);
    expect(times[times.length >> 1]).toBeLessThan(60); // 20 ms, and slack for a busy machine
  });

  test('is not made where it is switched off', async () => {
    const run = aScriptRun(folder, { sources: { 'train.py': '' }, env: { TUNELENS_WARM: '0' } });
    expect(await warm.warmUp(run)).toMatchObject({ kind: 'unfit' });
    expect(await cold.warmUp(run)).toMatchObject({ kind: 'unfit' });
    expect(noticesIn(await runWith(warm, run))).toEqual([]);
  });
});

/** Warm parents of this folder, with what they have ready. */
const warmProcesses = (): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('tunelens_warm.py') &&
          readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder)
        );
      } catch {
        return false; // gone
      }
    });

/** Warm parents alone: a stopped process that they have ready would never notice that they are gone. */
const warmParents = (): readonly number[] =>
  warmProcesses().filter((pid) => readStat(pid)?.parent === process.pid);
