import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** A process as /proc shows it; Linux only, as is the whole harness. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** The words of the command line. */
  readonly command: readonly string[];
}

export function processInfo(pid: number): ProcessInfo | undefined {
  try {
    // The name in brackets may hold spaces and brackets itself, so count from its last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return { pid, parent: Number(parent), group: Number(group), command };
  } catch {
    return undefined; // ended between the look and the read
  }
}

export function isAlive(pid: number): boolean {
  return processInfo(pid) !== undefined;
}

export function allProcesses(): ProcessInfo[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processInfo(Number(name)))
    .filter((info) => info !== undefined);
}

/** Children, their children and so on; detached ones count as long as their parent lives. */
export function descendants(ancestor: number): ProcessInfo[] {
  const all = allProcesses();
  const found: ProcessInfo[] = [];
  const parents = new Set([ancestor]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const info of all) {
      if (parents.has(info.parent) && !parents.has(info.pid)) {
        parents.add(info.pid);
        found.push(info);
        grown = true;
      }
    }
  }
  return found;
}

/** Process ids of a server's extension hosts, the newest window's last. */
export function extensionHosts(serverPid: number): number[] {
  return descendants(serverPid)
    .filter((info) => info.command.includes('--type=extensionHost'))
    .map((info) => info.pid)
    .sort((a, b) => a - b);
}

/** The id of the only (or newest) extension host, once there is one. */
export function extensionHost(serverPid: number): Promise<number> {
  return until('an extension host', () => extensionHosts(serverPid).at(-1));
}

/** Kills the extension host as a crash would, and returns the id of the one VS Code starts in its place. */
export async function crashExtensionHost(serverPid: number): Promise<number> {
  const old = await extensionHost(serverPid);
  process.kill(old, 'SIGKILL');
  await until('the extension host to be gone', () => !isAlive(old));
  return until('a new extension host', () => extensionHosts(serverPid).find((pid) => pid !== old));
}

export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // Nobody of the group is left, which is what the caller wants.
  }
}
