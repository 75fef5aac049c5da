import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity, type ProcessStat } from './processIdentity.ts';
import { scanProcesses } from './processTree.ts';

/** First pause between two looks at a leader that was asked to end; pauses grow to the longest. */
const firstPollMs = 5;
const longestPollMs = 80;
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
  let known: readonly ProcessStat[] = [];
  if (leader !== undefined && isAlive(leader)) {
    signal(leader.pid, 'SIGTERM');
    const ending = gone(leader, graceMs);
    // Whoever is a descendant now is known by name later, when those in between are gone.
    known = (await scanProcesses()).tree(leader, marker);
    await ending;
  }
  const deadline = performance.now() + killLimitMs;
  for (;;) {
    const left = (await scanProcesses()).tree(leader, marker, known);
    if (left.length === 0) return;
    if (performance.now() > deadline)
      throw new Error(`Processes ${left.map((stat) => stat.pid).join(', ')} of the run could not be ended.`);
    kill(left, leader);
    known = left;
  }
};

/** The leader last: while it lives it inherits those whose parents are killed, and they stay its descendants. */
const kill = (left: readonly ProcessStat[], leader: ProcessIdentity | undefined): void => {
  const others = left.filter((stat) => stat.pid !== leader?.pid);
  for (const stat of others.length > 0 ? others : left) signal(stat.pid, 'SIGKILL');
};

const gone = async (leader: ProcessIdentity, limitMs: number): Promise<void> => {
  const deadline = performance.now() + limitMs;
  let pauseMs = firstPollMs;
  while (isAlive(leader) && performance.now() < deadline) {
    await delay(Math.min(pauseMs, Math.max(1, deadline - performance.now())));
    pauseMs = Math.min(2 * pauseMs, longestPollMs);
  }
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
