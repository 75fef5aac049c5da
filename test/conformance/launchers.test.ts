import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  aLocalLauncher,
  aScriptRun,
  hostileFolder,
  removeFolder,
  reportsIn,
  runtimeFolder,
  untilOver,
} from '../runtime/aScriptRun.ts';
import { launcherConformance } from './launcher.ts';

launcherConformance({ name: 'local', create: aLocalLauncher });

test('a local run outlives the process that started it, killed without notice', async () => {
  const folder = hostileFolder();
  try {
    const run = aScriptRun(folder, {
      sources: {
        'train.py':
          'import time, tunelens\nfor e in range(8):\n    tunelens.report(acc=e)\n    time.sleep(0.1)\n',
      },
    });
    const launcher = fileURLToPath(new URL('../../src/engine/launch/local.ts', import.meta.url));
    const parent = path.join(folder, 'parent.mts');
    writeFileSync(
      parent,
      `import { localLauncher } from ${JSON.stringify(launcher)};
await localLauncher({ runtimeFolder: ${JSON.stringify(runtimeFolder)} }).start(${JSON.stringify(run)});
process.kill(process.pid, 'SIGKILL');`,
    );
    const code = await new Promise((resolve) =>
      spawn(process.execPath, [parent], { stdio: 'ignore' }).once('exit', (_, signal) => resolve(signal)),
    );
    expect(code).toBe('SIGKILL');
    const [handle] = await aLocalLauncher(folder).list('study');
    if (handle === undefined) throw new Error('the run is not listed');
    const outcome = await untilOver(aLocalLauncher(folder), handle);
    expect(reportsIn(outcome)).toEqual(Array.from({ length: 8 }, (_, e) => `acc@${e + 1}=${e}`));
    expect(outcome.state).toEqual({ kind: 'ended', exitCode: 0 });
  } finally {
    removeFolder(folder);
  }
});
