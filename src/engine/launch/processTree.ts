import { readdirSync, readFileSync } from 'node:fs';
import { type ProcessIdentity, type ProcessStat, readStat } from './processIdentity.ts';

const hasMarker = (pid: number, marker: Buffer): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(marker);
  } catch {
    return false; // gone, or another user's
  }
};

const allProcesses = (): readonly ProcessStat[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat !== undefined);

/**
 * Every live process of a run, on Linux: those of its leader's group and session, those that carry `marker` (a
 * `NAME=value` of their environment that no other run has), and all descendants of these. What escapes is an
 * orphan in a session of its own that also wiped its environment. Never this process itself.
 */
export const processTree = (leader: ProcessIdentity | undefined, marker: string): readonly ProcessStat[] => {
  const all = allProcesses().filter((stat) => !stat.dead && stat.pid !== process.pid);
  const bytes = Buffer.from(`${marker}\0`);
  // Groups and sessions keep their leader's number while a member lives, and the number is not given anew meanwhile.
  const found = new Set(
    all
      .filter((stat) => (leader !== undefined && ownedByLeader(stat, leader)) || hasMarker(stat.pid, bytes))
      .map((stat) => stat.pid),
  );
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const stat of all) if (found.has(stat.parent)) found.add(stat.pid);
  }
  return all.filter((stat) => found.has(stat.pid));
};

/** A process older than the leader only shares a number that the leader's pid had before. */
const ownedByLeader = (stat: ProcessStat, leader: ProcessIdentity): boolean =>
  (stat.group === leader.pid || stat.session === leader.pid) &&
  Number(stat.startTime) >= Number(leader.startTime);
