import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { mostBacklogBytes } from '../../../src/extension/terminals/logTail.ts';
import { type FollowedRun, SlotFeed } from '../../../src/extension/terminals/slotFeed.ts';

let folder: string;
let feed: SlotFeed;
let shown: string;
const ended = new Map<number, string>();

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tunelens feed '));
  shown = '';
  ended.clear();
  feed = new SlotFeed({
    onText: (text) => {
      shown += text;
    },
    onRun: () => undefined,
    endOf: ({ trial }) => ended.get(trial),
    intervalMs: 5,
  });
});

afterEach(() => {
  feed.dispose();
  rmSync(folder, { recursive: true });
});

const aRun = (trial: number): FollowedRun => ({
  study: 's1',
  trial,
  attempt: 1,
  log: path.join(folder, `${trial}.log`),
  header: `trial ${trial}`,
});
const untilShown = (text: string): Promise<void> =>
  vi.waitFor(() => expect(shown).toContain(text), { timeout: 5_000, interval: 5 });

test('a run is shown from its header to its end, as it writes', async () => {
  feed.follow(aRun(1)); // its log does not exist yet
  await untilShown('── trial 1 ──');
  writeFileSync(aRun(1).log, 'epoch 1\n');
  await untilShown('epoch 1\r\n');
  appendFileSync(aRun(1).log, 'epoch 2\n');
  ended.set(1, 'trial 1 · complete');
  await untilShown('trial 1 · complete');
  expect(shown.indexOf('epoch 2')).toBeLessThan(shown.indexOf('trial 1 · complete'));
});

test('the next run waits until the last byte of the one before', async () => {
  writeFileSync(aRun(1).log, 'one\n');
  writeFileSync(aRun(2).log, 'two\n');
  feed.follow(aRun(1));
  feed.follow(aRun(2));
  await untilShown('one');
  expect(shown).not.toContain('two');
  ended.set(1, 'first is over');
  await untilShown('two');
  expect(shown.indexOf('first is over')).toBeLessThan(shown.indexOf('two'));
});

test('of megabytes of output only the newest part is shown, and that is said', async () => {
  writeFileSync(aRun(1).log, `${'x'.repeat(3 * mostBacklogBytes)}\nlast line\n`);
  feed.follow(aRun(1));
  await untilShown('last line');
  expect(shown.length).toBeLessThan(mostBacklogBytes + 1_000);
  expect(shown).toContain('left out here');
});

test('a run that has ended stays the one shown until the next begins', async () => {
  expect(feed.shown).toBeUndefined();
  ended.set(1, 'first is over');
  feed.follow(aRun(1));
  await untilShown('first is over');
  expect(feed.run).toBeUndefined();
  expect(feed.shown?.trial).toBe(1);
  feed.follow(aRun(2));
  await untilShown('── trial 2 ──');
  expect(feed.shown?.trial).toBe(2);
});
