import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { type LocalLauncher, localLauncher } from '../../src/engine/launch/local.ts';
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

if (process.platform === 'linux')
  launcherConformance({
    name: 'local, warm',
    create: (folder) => localLauncher({ runtimeFolder, runsFolder: path.join(folder, 'runs') }),
    prepare: async (launcher, run) => {
      // Made by the case above.
      expect(await (launcher as LocalLauncher).warmUp(run)).toMatchObject({ kind: 'ready' });
    },
  });

test.each(['cold', 'warm'])(
  'a local run that started %s outlives the process that started it, killed without notice',
  async (how) => {
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
const launcher = localLauncher({ runtimeFolder: ${JSON.stringify(runtimeFolder)} });
if (${how === 'warm'}) await launcher.warmUp(${JSON.stringify(run)});
await launcher.start(${JSON.stringify(run)});
process.kill(process.pid, 'SIGKILL');`,
      );
      const code = await new Promise((resolve) =>
        spawn(process.execPath, [parent], { stdio: 'ignore' }).once('exit', (_, signal) => resolve(signal)),
      );
      expect(code).toBe('SIGKILL');
      // Its leader writes itself down within milliseconds.
      const listed = vi.waitUntil(async () => (await aLocalLauncher(folder).list('study'))[0], 5_000);
      const handle = (await listed) ?? expect.fail('the run is not listed');
      const outcome = await untilOver(aLocalLauncher(folder), handle);
      expect(reportsIn(outcome)).toEqual(Array.from({ length: 8 }, (_, e) => `acc@${e + 1}=${e}`));
      expect(outcome.state).toEqual({ kind: 'ended', exitCode: 0 });
    } finally {
      removeFolder(folder);
    }
  },
);
