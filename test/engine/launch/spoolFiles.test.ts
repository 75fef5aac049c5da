import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { localLauncher } from '../../../src/engine/launch/local.ts';
import { identify } from '../../../src/engine/launch/processIdentity.ts';
import {
  type Launcher,
  type RunHandle,
  type RunLook,
  type RunRecord,
  startCursor,
} from '../../../src/engine/study/launcher.ts';

interface FakeRun {
  readonly handle: RunHandle;
  readonly spool: string;
  readonly log: string;
  end(): void;
}

/** The folder of a run whose process is this one, so that it lives until it is said to have ended. */
const aRun = (): FakeRun => {
  const home = mkdtempSync(path.join(tmpdir(), 'spool fïles '));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const folder = path.join(home, '1');
  mkdirSync(folder);
  const leader = identify(process.pid);
  writeFileSync(path.join(folder, 'pid'), `${leader.pid} ${leader.startTime} ${leader.bootId}\n`);
  const log = path.join(folder, 'log');
  writeFileSync(log, '');
  const key = { study: 's1', trial: 1, attempt: 1 };
  const handle = { launcher: 'local', key, folder, ref: { ...leader, assigned: [] } };
  return {
    handle,
    spool: path.join(folder, 'spool.jsonl'),
    log,
    end: () => writeFileSync(path.join(folder, 'exit'), '0\n'),
  };
};

const line = (step: number, metrics: Record<string, number> = { loss: step / 2 }): string => {
  const body = JSON.stringify({ a: 1, k: 'report', t: 1, s: step, m: metrics, from: 'api' });
  return `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`;
};

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => line(from + index)).join('');

/** Reads on and on with one launcher, as a driver does; what came is told by kind, reports by their step. */
const aReader = (
  { handle }: FakeRun,
  launcher: Launcher = localLauncher({ runtimeFolder: path.resolve('src/runtime') }),
): ((look?: RunLook) => Promise<readonly (number | string)[]>) => {
  let cursor = startCursor;
  onTestFinished(() => launcher.watch(handle, () => undefined)()); // closes its files
  return async (look) => {
    const seen: (number | string)[] = [];
    for (let more = true; more; ) {
      const update = await launcher.poll(handle, cursor, look);
      cursor = JSON.parse(JSON.stringify(update.cursor));
      seen.push(...update.records.map(show));
      more = update.more;
    }
    return seen;
  };
};

const show = (record: RunRecord): number | string =>
  record.kind === 'report' ? record.step : record.kind === 'corrupt' ? 'corrupt' : record.kind;

const output: RunLook = { at: 'output', mostBytes: 1 << 14 };

test('a half-written last line waits while the run lives, and is corrupt when it has ended', async () => {
  const run = aRun();
  const read = aReader(run);
  appendFileSync(run.spool, `${line(1)}${line(2).slice(0, 30)}`);
  expect(await read()).toEqual([1]);
  expect(await read(output)).toEqual([]);
  appendFileSync(run.spool, line(2).slice(30));
  expect(await read(output)).toEqual([2]);
  appendFileSync(run.spool, line(3).slice(0, 30));
  run.end();
  expect(await read()).toEqual(['corrupt']);
});

test('a line of more than 1 MiB is one corrupt record, and what follows is read', async () => {
  const run = aRun();
  const read = aReader(run);
  appendFileSync(run.spool, `${line(1)}${'x'.repeat(3 << 20)}`);
  expect(await read(output)).toEqual([1, 'corrupt']);
  appendFileSync(run.spool, `${'y'.repeat(3 << 20)}\n${line(2)}`);
  expect(await read(output)).toEqual([2]);
});

test('a long line that is a record is read, however little is read at a time', async () => {
  const run = aRun();
  const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`metric ${index}`, index]));
  appendFileSync(run.spool, `${line(1)}${line(2, many)}${line(3)}`);
  expect(await aReader(run)(output)).toEqual([1, 2, 3]);
});

test('bytes that are no text, NUL and truncated UTF-8 are corrupt records around which nothing is lost', async () => {
  const run = aRun();
  const bare = Buffer.from('{"k":"report","s":9,"m":{"größe":1}}');
  const cut = Buffer.concat([bare.subarray(0, bare.indexOf(0xb6)), bare.subarray(bare.indexOf(0xb6) + 1)]);
  const wounds = [
    Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x1b, 0x5b]),
    Buffer.alloc(100),
    cut,
    bare.subarray(0, 30),
  ];
  appendFileSync(run.spool, line(0));
  for (const [index, wound] of wounds.entries())
    appendFileSync(run.spool, Buffer.concat([wound, Buffer.from(`\n${line(index + 1)}`)]));
  const launcher = localLauncher({ runtimeFolder: path.resolve('src/runtime') });
  const { records } = await launcher.poll(run.handle, startCursor);
  expect(records.map(show)).toEqual([0, 'corrupt', 1, 'corrupt', 2, 'corrupt', 3, 'corrupt', 4]);
  const texts = records.flatMap((record) => (record.kind === 'corrupt' ? [record.text] : []));
  expect(texts[0]).toContain('\\x00');
  for (const text of texts) expect(text).not.toMatch(/\p{Cc}/u);
  run.end();
  await launcher.poll(run.handle, startCursor);
});

test('a spool that is cut short is said to be, and read again from its beginning', async () => {
  const run = aRun();
  const read = aReader(run);
  appendFileSync(run.spool, lines(0, 10));
  expect(await read()).toHaveLength(10);
  truncateSync(run.spool, lines(0, 3).length);
  expect(await read()).toEqual(['corrupt', 0, 1, 2]);
  appendFileSync(run.spool, lines(3, 5));
  expect(await read(output)).toEqual([3, 4]);
});

test('a spool that is replaced by another file is read from its beginning', async () => {
  const run = aRun();
  const read = aReader(run);
  appendFileSync(run.spool, lines(0, 10));
  expect(await read()).toHaveLength(10);
  writeFileSync(`${run.spool}.new`, lines(5, 25));
  renameSync(`${run.spool}.new`, run.spool);
  expect(await read()).toEqual(['corrupt', ...Array.from({ length: 20 }, (_, index) => index + 5)]);
});

test('a log that the script itself begins anew is read on', async () => {
  const run = aRun();
  const read = aReader(run);
  appendFileSync(run.log, 'epoch 1 loss=0.5\nepoch 2 loss=0.4\n');
  expect(await read()).toEqual([1, 2]);
  truncateSync(run.log, 0);
  appendFileSync(run.log, 'epoch 3 loss=0.3\n');
  expect(await read()).toEqual([3]);
});

test('whatever is written between whole lines, and however it is cut into writes and reads, every whole line comes once', async () => {
  const part = fc.oneof(
    { weight: 3, arbitrary: fc.constant('line' as const) },
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(part, { maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
      async (parts, cuts) => {
        const run = aRun();
        let step = 0;
        const bytes = Buffer.concat(
          parts.map((one) =>
            one === 'line' ? Buffer.from(line(step++)) : Buffer.concat([one, Buffer.from('\n')]),
          ),
        );
        const read = aReader(run);
        const seen: (number | string)[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1;
          appendFileSync(run.spool, bytes.subarray(at, at + length));
          at += length;
          seen.push(...(await read(turn % 3 === 0 ? undefined : output)));
        }
        run.end();
        seen.push(...(await read()));
        expect(seen.filter((one) => one !== 'corrupt')).toEqual(Array.from({ length: step }, (_, at) => at));
      },
    ),
    { seed: 11, numRuns: 60 },
  );
});

test.runIf(process.platform === 'linux')(
  'files of runs that ended or are not watched any more are closed',
  async () => {
    const run = aRun();
    const launcher = localLauncher({ runtimeFolder: path.resolve('src/runtime') });
    const openFiles = (): readonly string[] =>
      readdirSync('/proc/self/fd').flatMap((fd) => {
        try {
          const target = readlinkSync(`/proc/self/fd/${fd}`);
          return target.startsWith(run.handle.folder) ? [path.basename(target)] : [];
        } catch {
          return []; // closed meanwhile
        }
      });
    appendFileSync(run.spool, lines(0, 2));
    await launcher.poll(run.handle, startCursor);
    expect(openFiles().toSorted()).toEqual(['log', 'spool.jsonl']);
    launcher.watch(run.handle, () => undefined)();
    expect(openFiles()).toEqual([]);
    await launcher.poll(run.handle, startCursor);
    run.end();
    await launcher.poll(run.handle, startCursor);
    expect(openFiles()).toEqual([]);
  },
);

test('a look at whether a run lives tells its end as well, with its last records, and its loss', async () => {
  const life: RunLook = { at: 'life', mostBytes: 1 << 14 };
  const launcher = localLauncher({ runtimeFolder: path.resolve('src/runtime') });
  const run = aRun();
  appendFileSync(run.spool, lines(0, 2));
  const { cursor } = await launcher.poll(run.handle, startCursor);
  expect((await launcher.poll(run.handle, cursor, life)).state).toEqual({ kind: 'running' });
  const gone = { ...run.handle, ref: { pid: 2 ** 30, startTime: '1', bootId: '-', assigned: [] } };
  expect((await launcher.poll(gone, cursor, life)).state).toEqual({ kind: 'lost' });
  appendFileSync(run.spool, line(2));
  run.end();
  const last = await launcher.poll(run.handle, cursor, life);
  expect(last.state).toEqual({ kind: 'ended', exitCode: 0 });
  expect(last.records.map(show)).toEqual([2]);
});
