import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './processIdentity.ts';
import { processTree } from './processTree.ts';

const pollMs = 20;
/** A killed process can take this long to vanish when it is stuck in the kernel (a dead network disk). */
const killLimitMs = 10_000;

const signal = (pid: number, name: 'SIGTERM' | 'SIGKILL'): void => {
  try {
    process.kill(pid, name);
  } catch {
    // gone meanwhile
  }
};

/**
 * Ends a whole run: SIGTERM to the leader only (a group-wide one also hits data loaders, whose death may end
 * the script before it has saved), up to `graceMs`, then SIGKILL to everything that is left, until a look finds
 * nothing. Rejects when something survives that too.
 */
export const stopTree = async (
  leader: ProcessIdentity | undefined,
  marker: string,
  graceMs: number,
): Promise<void> => {
  if (process.platform !== 'linux') return stopWithoutProc(leader, graceMs);
  if (leader !== undefined && isAlive(leader)) {
    signal(leader.pid, 'SIGTERM');
    await gone(leader, graceMs);
  }
  const deadline = performance.now() + killLimitMs;
  for (;;) {
    const left = processTree(leader, marker);
    if (left.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`Processes ${left.map((stat) => stat.pid).join(', ')} of the run could not be ended.`);
    for (const stat of left) signal(stat.pid, 'SIGKILL');
    await delay(pollMs);
  }
};

const gone = async (leader: ProcessIdentity, limitMs: number): Promise<void> => {
  const deadline = performance.now() + limitMs;
  while (isAlive(leader) && performance.now() < deadline) await delay(pollMs);
};

/** Not tested: macOS ends the process group; Windows has no SIGTERM for others and ends the tree by `taskkill`. */
const stopWithoutProc = async (leader: ProcessIdentity | undefined, graceMs: number): Promise<void> => {
  if (leader === undefined || !isAlive(leader)) return;
  if (process.platform === 'win32') {
    execFileSync('taskkill', ['/T', '/F', '/PID', String(leader.pid)], { stdio: 'ignore' });
    return;
  }
  signal(leader.pid, 'SIGTERM');
  await gone(leader, graceMs);
  signal(-leader.pid, 'SIGKILL');
  await gone(leader, killLimitMs);
  if (isAlive(leader)) throw new Error(`Process ${identify(leader.pid).pid} of the run could not be ended.`);
};
