import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { identify } from '../../../src/engine/launch/processIdentity.ts';
import { ownerOf, OwnerWatch } from '../../../src/engine/tuner/ownerWatch.ts';
import type { LeaseOwner } from '../../../src/engine/study/store.ts';

const own = ownerOf('window-own', identify(process.pid));

/** A process that lives until the test ends it, as the owner of a lease. */
const aLivingOwner = async (): Promise<{ owner: LeaseOwner; end: () => Promise<void> }> => {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const owner = ownerOf('window-other', identify(child.pid ?? 0));
  return {
    owner,
    end: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
};

test('an owner lives as long as its process, and not a moment longer', async () => {
  const { owner, end } = await aLivingOwner();
  const watch = new OwnerWatch(own);
  expect(watch.isAlive('s1', owner, 1)).toBe(true);
  await end();
  expect(watch.isAlive('s1', owner, 2)).toBe(false);
});

test('a pid that another process has now is not the owner, nor is one from before the machine was started', async () => {
  const { owner, end } = await aLivingOwner();
  const watch = new OwnerWatch(own);
  const [startTime = '', bootId = ''] = owner.startTime.split(' ');
  expect(watch.isAlive('s1', { ...owner, startTime: `${Number(startTime) - 1} ${bootId}` }, 1)).toBe(false);
  expect(watch.isAlive('s1', { ...owner, startTime: `${startTime} another-boot` }, 1)).toBe(false);
  await end();
});

test('an owner that hangs is given up when its heartbeat has stood still for long enough by our own clock', async () => {
  const { owner, end } = await aLivingOwner();
  let ms = 0;
  const watch = new OwnerWatch(own, { expiryMs: 10_000, nowMs: () => ms });
  const heartbeat = Date.now();
  const looks: boolean[] = [];
  for (; ms <= 10_000; ms += 500) looks.push(watch.isAlive('s1', owner, heartbeat));
  expect(looks.lastIndexOf(true)).toBe(19);
  expect(looks.at(-1)).toBe(false);
  expect(watch.isAlive('s1', owner, heartbeat + 1)).toBe(true);
  await end();
});

test('no clock that jumps takes a study away: a heartbeat of any time counts as long as it changes', async () => {
  const { owner, end } = await aLivingOwner();
  let ms = 0;
  const watch = new OwnerWatch(own, { expiryMs: 10_000, nowMs: () => ms });
  for (const hours of [0, 5, -7, 0, 1_000_000]) {
    ms += 9_000;
    expect(watch.isAlive('s1', owner, Date.now() + hours * 3_600_000)).toBe(true);
  }
  await end();
});

test('whoever was suspended itself has seen nobody be silent', async () => {
  const { owner, end } = await aLivingOwner();
  let ms = 0;
  const watch = new OwnerWatch(own, { expiryMs: 10_000, nowMs: () => ms });
  expect(watch.isAlive('s1', owner, 1)).toBe(true);
  ms += 3_600_000;
  expect(watch.isAlive('s1', owner, 1)).toBe(true);
  await end();
});

test('silence is counted per study: one that is heard of does not speak for another', async () => {
  const { owner, end } = await aLivingOwner();
  let ms = 0;
  const watch = new OwnerWatch(own, { expiryMs: 10_000, nowMs: () => ms });
  let spoken = 0;
  for (; ms < 11_000; ms += 500) {
    watch.isAlive('hangs', owner, 1);
    watch.isAlive('speaks', owner, ++spoken);
  }
  expect([watch.isAlive('hangs', owner, 1), watch.isAlive('speaks', owner, ++spoken)]).toEqual([false, true]);
  await end();
});

test('an engine’s thread that crashed is dead to the next one of the same process, where one says so', () => {
  const before: LeaseOwner = { ...own, id: 'window-before' };
  expect(new OwnerWatch(own).isAlive('s1', before, 1)).toBe(true);
  expect(new OwnerWatch(own, { aloneInProcess: true }).isAlive('s1', before, 1)).toBe(false);
  expect(new OwnerWatch(own, { aloneInProcess: true }).isAlive('s1', own, 1)).toBe(true);
});

test('processes of another machine cannot be seen from here, and are believed until they are silent', () => {
  let ms = 0;
  const watch = new OwnerWatch(own, { expiryMs: 10_000, nowMs: () => ms });
  const far: LeaseOwner = { id: 'window-far', pid: 1, startTime: '1 -', host: `not-${hostname()}` };
  expect(watch.isAlive('s1', far, 1)).toBe(true);
  for (; ms < 12_000; ms += 1_000) watch.isAlive('s1', far, 1);
  expect(watch.isAlive('s1', far, 1)).toBe(false);
});
