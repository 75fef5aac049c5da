import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, type ProcessIdentity, type ProcessStat, readStat } from './processIdentity.ts';
import { runVariable } from './runCommand.ts';

/** The run that a process says it belongs to, by its environment at its start; undefined when it says nothing. */
const markerOf = (pid: number): string | undefined => {
  let environment: Buffer;
  try {
    environment = readFileSync(`/proc/${pid}/environ`);
  } catch {
    return undefined; // gone, or another user's
  }
  const name = `${runVariable}=`;
  const found = environment.indexOf(name);
  if (found < 0 || (found > 0 && environment[found - 1] !== 0)) return undefined;
  const end = environment.indexOf(0, found);
  return environment.toString('utf8', found, end < 0 ? environment.length : end);
};

const groupBy = <K>(all: readonly ProcessStat[], keyOf: (stat: ProcessStat) => K): Map<K, ProcessStat[]> => {
  const groups = new Map<K, ProcessStat[]>();
  for (const stat of all) {
    const key = keyOf(stat);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [stat]);
    else group.push(stat);
  }
  return groups;
};

/** All live processes of this machine but our own, as one look at Linux's `/proc` found them. */
export class ProcessScan {
  private readonly byPid: ReadonlyMap<number, ProcessStat>;
  private readonly byParent: ReadonlyMap<number, readonly ProcessStat[]>;
  private readonly byGroup: ReadonlyMap<number, readonly ProcessStat[]>;
  private readonly bySession: ReadonlyMap<number, readonly ProcessStat[]>;
  private readonly byMarker: ReadonlyMap<string | undefined, readonly ProcessStat[]>;

  constructor() {
    const all = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readStat(Number(name)))
      .filter((stat) => stat !== undefined && !stat.dead && stat.pid !== process.pid)
      .filter((stat) => stat !== undefined);
    this.byPid = new Map(all.map((stat) => [stat.pid, stat]));
    this.byParent = groupBy(all, (stat) => stat.parent);
    this.byGroup = groupBy(all, (stat) => stat.group);
    this.bySession = groupBy(all, (stat) => stat.session);
    this.byMarker = groupBy(all, (stat) => markerOf(stat.pid));
  }

  /**
   * Every process of a run: its leader, those of the leader's group and session, those that carry `marker` (a
   * `NAME=value` of their environment that no other run has), those known from an earlier look, and all descendants
   * of these. The leader inherits orphans where it is their subreaper; where it is not, or was killed, an orphan
   * escapes that is in a session of its own, has wiped its environment, and was not there at an earlier look.
   */
  tree(
    leader: ProcessIdentity | undefined,
    marker: string,
    known: readonly ProcessStat[] = [],
  ): readonly ProcessStat[] {
    const found = new Set<ProcessStat>(this.byMarker.get(marker));
    if (leader !== undefined && !this.isNumberGivenAnew(leader)) {
      // A process older than the leader only shares a number that the leader's pid had before.
      for (const members of [this.byGroup, this.bySession])
        for (const stat of members.get(leader.pid) ?? [])
          if (Number(stat.startTime) >= Number(leader.startTime)) found.add(stat);
    }
    for (const { pid, startTime } of known) {
      const stat = this.byPid.get(pid);
      if (stat?.startTime === startTime) found.add(stat);
    }
    // A set is walked in order of insertion, so that children of children come up too.
    for (const stat of found) for (const child of this.byParent.get(stat.pid) ?? []) found.add(child);
    return [...found];
  }

  /**
   * Groups and sessions keep their leader's number while a member lives, and no new process gets it meanwhile. So where
   * another process has the leader's pid by now, or the machine was started again, nobody of the group is left, and
   * whoever has that number for a group or session is a stranger.
   */
  private isNumberGivenAnew({ pid, startTime, bootId }: ProcessIdentity): boolean {
    if (bootId !== '-' && bootId !== identify(process.pid).bootId) return true;
    const now = this.byPid.get(pid);
    return now !== undefined && now.startTime !== startTime;
  }
}

/** Looks follow each other at this distance, and leave the engine's thread twice the time that a look takes. */
const leastPauseMs = 20;

let coming: Promise<ProcessScan> | undefined;
let earliestMs = 0;

const scanLater = async (): Promise<ProcessScan> => {
  await delay(Math.max(0, earliestMs - performance.now()));
  coming = undefined; // who asks from here on wants a later look
  const begunMs = performance.now();
  const scan = new ProcessScan();
  const endedMs = performance.now();
  earliestMs = endedMs + Math.max(leastPauseMs, 2 * (endedMs - begunMs));
  return scan;
};

/** A look that begins after this call. All who ask before it begins share it: a thousand stops are a few looks. */
export const scanProcesses = (): Promise<ProcessScan> => {
  coming ??= scanLater();
  return coming;
};
