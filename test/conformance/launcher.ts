import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Launcher,
  type RunHandle,
  type RunRecord,
  type RunSpec,
  startCursor,
} from '../../src/engine/study/launcher.ts';
import { aScriptRun, hostileFolder, removeFolder, reportsIn, untilOver } from '../runtime/aScriptRun.ts';

export interface LauncherCase {
  readonly name: string;
  /** A new launcher over the same folder: as another window, or the same one after a restart, would have it. */
  readonly create: (folder: string) => Launcher;
  /** Before a run is started that shall really be started, and not only asked for. */
  readonly prepare?: (launcher: Launcher, run: RunSpec) => Promise<void>;
}

/** Those of the processes that are alive. */
const alive = (pids: readonly number[]): readonly number[] =>
  pids.filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return !/\) [ZX] /.test(stat);
    } catch {
      return false; // gone
    }
  });

const logOf = (handle: RunHandle): string => readFileSync(path.join(handle.folder, 'log'), 'utf8');

const untilLogHas = async (handle: RunHandle, text: string): Promise<string> => {
  const deadline = performance.now() + 10_000;
  while (!logOf(handle).includes(text)) {
    if (performance.now() > deadline) throw new Error(`${text} was never printed: ${logOf(handle)}`);
    await delay(10);
  }
  return logOf(handle);
};

const isFrom =
  (source: 'api' | 'print') =>
  (record: RunRecord): boolean =>
    record.kind === 'report' && record.source === source;

/** What every launcher owes the tuner, with real processes. */
export const launcherConformance = ({ name, create: make, prepare }: LauncherCase): void => {
  describe(`the ${name} launcher`, () => {
    let folder: string;
    const started: { launcher: Launcher; handle: RunHandle }[] = [];
    const made: Launcher[] = [];
    const create = (of: string): Launcher => {
      const launcher = make(of);
      made.push(launcher);
      return launcher;
    };
    beforeEach(() => {
      folder = hostileFolder();
    });
    afterEach(async () => {
      for (const { launcher, handle } of started.splice(0)) await launcher.stop(handle, 0);
      for (const launcher of made.splice(0)) launcher.close?.();
      removeFolder(folder);
    });
    const script = (source: string, args: readonly string[] = []): RunSpec =>
      aScriptRun(folder, { sources: { 'train.py': source }, args });
    const start = async (run: RunSpec): Promise<{ launcher: Launcher; handle: RunHandle }> => {
      const launcher = create(folder);
      await prepare?.(launcher, run);
      const handle = await launcher.start(run);
      started.push({ launcher, handle });
      return { launcher, handle };
    };

    test('starting the same key again, from here or another window, starts nothing and gives the same handle', async () => {
      const run = script('print("here")\n');
      const launcher = create(folder);
      await prepare?.(launcher, run);
      const [first, second] = await Promise.all([launcher.start(run), launcher.start(run)]);
      const third = await create(folder).start(run);
      expect([second, third]).toEqual([first, first]);
      await untilOver(launcher, first);
      expect(await create(folder).start(run)).toEqual(first);
      expect(logOf(first)).toBe('here\n');
    });

    test('arguments and paths arrive as they are', async () => {
      const args = ['a b', '"', "'", '$HOME', '*', '-x', '', 'ü\n\u{1f600}', '; exit 1', '`id`'];
      const { launcher, handle } = await start(
        script('import json, sys\nprint(json.dumps(sys.argv[1:]))\n', args),
      );
      expect(JSON.parse((await untilOver(launcher, handle)).log)).toEqual(args);
    });

    test('read from any cursor it gave out, the rest comes once and in order', async () => {
      const source =
        'import tunelens\nfor e in range(40):\n    tunelens.report(step=e, acc=e)\n    print(f"epoch {e} loss {e}")\n';
      const { launcher, handle } = await start(script(source));
      const cursors = [startCursor];
      const seen: RunRecord[][] = [];
      for (let ended = false; !ended; ) {
        const update = await launcher.poll(handle, cursors.at(-1) ?? startCursor);
        ended = update.state.kind === 'ended';
        seen.push([...update.records]);
        cursors.push(update.cursor);
        await delay(10);
      }
      const all = seen.flat();
      expect(all.filter((record) => record.kind === 'report')).toHaveLength(80);
      for (const [index, cursor] of cursors.entries()) {
        const rest: RunRecord[] = [];
        let from = JSON.parse(JSON.stringify(cursor));
        for (let ended = false; !ended; ) {
          const update = await create(folder).poll(handle, from);
          rest.push(...update.records);
          from = update.cursor;
          ended = update.state.kind === 'ended';
        }
        for (const source of ['api', 'print'] as const)
          expect(rest.filter(isFrom(source))).toEqual(seen.slice(index).flat().filter(isFrom(source)));
      }
    });

    test('an end is told only with the last records, however much there is', async () => {
      const source =
        'import sys\nfor e in range(60000):\n    sys.stdout.write("epoch %d loss=%d %s\\n" % (e, e, "." * 10))\nsys.exit(4)\n';
      const { launcher, handle } = await start(aScriptRun(folder, { sources: { 'train.py': source } }));
      const outcome = await untilOver(launcher, handle);
      expect(outcome.state).toEqual({ kind: 'ended', exitCode: 4 });
      expect(outcome.log.split('\n')).toHaveLength(60_001);
      expect(outcome.records).toHaveLength(60_000);
      expect(
        await launcher.poll(handle, {
          ...startCursor,
          log: Number.MAX_SAFE_INTEGER,
          spool: Number.MAX_SAFE_INTEGER,
        }),
      ).toMatchObject({ records: [] });
    });

    test('a half-written line at the end of the spool is reported as corrupt, the lines around it are not lost', async () => {
      const { launcher, handle } = await start(script('import tunelens\ntunelens.report(acc=1)\n'));
      await untilOver(launcher, handle);
      const spool = path.join(handle.folder, 'spool.jsonl');
      const good = readFileSync(spool, 'utf8');
      appendFileSync(spool, `${good.slice(0, 30)}\n${good}${good.slice(0, 20)}`);
      const outcome = await untilOver(launcher, handle);
      expect(outcome.records.map((record) => record.kind)).toEqual([
        'report',
        'corrupt',
        'report',
        'corrupt',
      ]);
    });

    test('stop empties the tree: a child that ignores SIGTERM, one in its own session, a daemon', async () => {
      const source = `import os, signal, subprocess, sys, time
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
pids = [subprocess.Popen([sys.executable, "-c", stubborn]).pid,
        subprocess.Popen([sys.executable, "-c", stubborn], start_new_session=True).pid]
reader, writer = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writer, str(os.getpid()).encode())
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(300)
    os._exit(0)
pids += [int(os.read(reader, 20)), os.getpid(), os.getppid()]
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("pids", *pids, "ready", flush=True)
time.sleep(300)
`;
      const { launcher, handle } = await start(script(source));
      const pids = (await untilLogHas(handle, 'ready')).split(' ').slice(1, 6).map(Number);
      expect(alive(pids)).toEqual(pids);
      await Promise.all([launcher.stop(handle, 200), create(folder).stop(handle, 200)]);
      expect(alive(pids)).toEqual([]);
      await launcher.stop(handle, 200);
      expect(['ended', 'lost']).toContain((await untilOver(launcher, handle)).state.kind);
    });

    test('daemons that shed session, parent and environment end too, with a polite stop and with a forced one', async () => {
      const source = `import os, signal, sys, time
def daemon():
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.set_inheritable(writer, True)
            code = "import os, signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
            code += "os.write(%d, str(os.getpid()).encode()); time.sleep(300)" % writer
            os.execve(sys.executable, [sys.executable, "-S", "-c", code], {})
        os._exit(0)
    os.wait()
    return int(os.read(reader, 20))
pids = [os.getpid(), os.getppid(), daemon(), daemon()]
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("pids", *pids, "ready", flush=True)
time.sleep(300)
`;
      const polite = await start(script(source));
      const forced = await start(
        aScriptRun(folder, { sources: { 'train.py': source }, args: ['stubborn'], trial: 1 }),
      );
      for (const { launcher, handle } of [polite, forced]) {
        const pids = (await untilLogHas(handle, 'ready')).split(' ').slice(1, 5).map(Number);
        expect(alive(pids)).toEqual(pids);
        await launcher.stop(handle, 400);
        expect(alive(pids)).toEqual([]);
      }
      // Forced, the leader saw its script killed and could say so.
      expect((await untilOver(forced.launcher, forced.handle)).state).toEqual({
        kind: 'ended',
        exitCode: 137,
      });
    });

    test('a run whose processes were all killed is lost, with what it had said', async () => {
      const { launcher, handle } = await start(
        script(
          'import os, time\nprint("acc=1\\npids", os.getpid(), os.getppid(), "ready", flush=True)\ntime.sleep(300)\n',
        ),
      );
      const [, own = '', parent = ''] = /pids (\d+) (\d+)/.exec(await untilLogHas(handle, 'ready')) ?? [];
      process.kill(Number(parent), 'SIGKILL');
      process.kill(Number(own), 'SIGKILL');
      const outcome = await untilOver(launcher, handle);
      expect(outcome.state).toEqual({ kind: 'lost' });
      expect(reportsIn(outcome)).toEqual(['acc@1=1']);
    });

    test('a run that was killed from outside alone ends with the code a shell would give', async () => {
      const { launcher, handle } = await start(
        script('import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n'),
      );
      expect((await untilOver(launcher, handle)).state).toEqual({ kind: 'ended', exitCode: 137 });
    });

    test('changed source ends the run with code 97', async () => {
      const run = aScriptRun(folder, {
        sources: { 'train.py': 'lr = 0.1\n' },
        change: [{ at: 'lr = «0.1»', to: '0.5' }],
      });
      writeFileSync(run.input.files[0]?.snapshot ?? '', 'lr = 0.2\n');
      const { launcher, handle } = await start(run);
      expect((await untilOver(launcher, handle)).state).toEqual({ kind: 'ended', exitCode: 97 });
    });

    test('the runs of a study are listed by another window, and others are not', async () => {
      const { handle } = await start(script('print(1)\n'));
      await untilOver(create(folder), handle);
      expect(await create(folder).list('study')).toEqual([handle]);
      expect(await create(folder).list('other')).toEqual([]);
    });

    test('a missing interpreter is said before anything is started', async () => {
      const run = script('print(1)\n');
      const start = create(folder).start({ ...run, argv: ['no-such-python', ...run.argv.slice(1)] });
      await expect(start).rejects.toMatchObject({ name: 'LaunchError', reason: 'interpreter-missing' });
      expect(await create(folder).list('study')).toEqual([]);
    });

    test('a folder that cannot be written is said', async () => {
      const run = script('print(1)\n');
      writeFileSync(path.join(folder, 'runs'), 'a file stands where the folder should be');
      await expect(create(folder).start(run)).rejects.toMatchObject({ reason: 'folder-not-writable' });
    });

    test('news come by watching', async () => {
      const { launcher, handle } = await start(
        script('import time, tunelens\ntime.sleep(0.2)\ntunelens.report(acc=1)\n'),
      );
      let unwatch = (): void => undefined;
      await new Promise<void>((resolve) => {
        unwatch = launcher.watch(handle, () => resolve());
      });
      unwatch();
      expect(reportsIn(await untilOver(launcher, handle))).toEqual(['acc@1=1']);
    });
  });
};
