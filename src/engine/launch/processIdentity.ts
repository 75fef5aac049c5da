import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { JsonValue } from '../study/launcher.ts';
import { isObject } from './jsonObject.ts';

/**
 * Names one process for good: a pid alone may belong to another process later. `startTime` is in clock ticks
 * since boot on Linux (so it needs `bootId`), a date elsewhere; `-` where the system does not say.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startTime: string;
  readonly bootId: string;
}

export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
  /** Ended but not yet reaped: as good as gone. */
  readonly dead: boolean;
}

/** One line of Linux's `/proc/PID/stat`; undefined when there is no such process. */
export const readStat = (pid: number): ProcessStat | undefined => {
  let line: string;
  try {
    line = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // gone, or not Linux
  }
  // The name, in parentheses, may hold spaces and parentheses itself: count fields from the last one on.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const [state = '', parent = '', group = '', session = ''] = fields;
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: fields[19] ?? '-',
    dead: state === 'Z' || state === 'X',
  };
};

let bootId: string | undefined;

/** Changes at every start of the machine; `-` where the system does not say. */
export const currentBootId = (): string => {
  if (bootId === undefined) {
    try {
      bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    } catch {
      bootId = '-'; // not Linux: the start time is a date and needs none
    }
  }
  return bootId;
};

/** macOS and other systems without /proc (not tested there): the date by `ps`, `-` where there is no `ps`. */
const startDate = (pid: number): string => {
  if (process.platform === 'win32' || process.platform === 'linux') return '-';
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || '-';
  } catch {
    return '-'; // no such process
  }
};

/** Who has this pid now; for a child of ours that was just started, also when it has ended already. */
export const identify = (pid: number): ProcessIdentity => ({
  pid,
  startTime: readStat(pid)?.startTime ?? startDate(pid),
  bootId: currentBootId(),
});

/** Is there a process with this number, whoever it is? */
export const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // it exists and is not ours; `kill` throws only errno errors
  }
};

/** Was the machine restarted since this process ran? */
export const isOfEarlierBoot = ({ bootId: then }: ProcessIdentity): boolean =>
  then !== '-' && then !== currentBootId();

/** Is it this very process that runs? */
export const isAlive = (identity: ProcessIdentity): boolean => {
  if (isOfEarlierBoot(identity)) return false;
  if (process.platform === 'linux') {
    const stat = readStat(identity.pid);
    return stat !== undefined && !stat.dead && stat.startTime === identity.startTime;
  }
  return (
    exists(identity.pid) && (identity.startTime === '-' || startDate(identity.pid) === identity.startTime)
  );
};

/** From a stored handle or the wrapper's `pid` file; undefined for anything else. */
export const toIdentity = (value: JsonValue): ProcessIdentity | undefined => {
  if (!isObject(value)) return undefined;
  const { pid, startTime, bootId: boot } = value;
  if (typeof pid !== 'number' || typeof startTime !== 'string' || typeof boot !== 'string') return undefined;
  return { pid, startTime, bootId: boot };
};

export const parsePidFile = (text: string): ProcessIdentity | undefined => {
  const match = /^(\d+) (\S+) (\S+)\n$/.exec(text);
  if (match === null) return undefined;
  const [, pid = '', startTime = '', boot = ''] = match;
  return { pid: Number(pid), startTime, bootId: boot };
};
