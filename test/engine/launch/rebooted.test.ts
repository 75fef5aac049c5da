import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localLauncher } from '../../../src/engine/launch/local.ts';
import { identify } from '../../../src/engine/launch/processIdentity.ts';
import { startCursor } from '../../../src/engine/study/launcher.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rebööted '));
afterAll(() => rmSync(folder, { recursive: true }));

test('a run of before the last start of the machine is lost with it, whoever has its pid now', async () => {
  const launcher = localLauncher({ runtimeFolder: path.resolve('src/runtime') });
  const { pid, startTime } = identify(process.pid);
  const key = { study: 's', trial: 1, attempt: 1 };
  const ref = { pid, startTime, bootId: '00000000-0000-4000-8000-000000000000', assigned: [] };
  const handle = { launcher: 'local', key, folder, ref };
  expect((await launcher.poll(handle, startCursor)).state).toEqual({ kind: 'lost', rebooted: true });
  writeFileSync(path.join(folder, 'exit'), '0\n');
  expect((await launcher.poll(handle, startCursor)).state).toEqual({ kind: 'ended', exitCode: 0 });
});
