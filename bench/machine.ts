import { execFile } from 'node:child_process';
import { cpus, loadavg, release, type } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Above this share of all cores in use by others, times are not to be trusted. */
const busyShare = 0.2;

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly system: string;
  readonly node: string;
  readonly python: string;
}

export const describeMachine = async (): Promise<Machine> => ({
  cores: cpus().length,
  processor: cpus()[0]?.model ?? 'unknown processor',
  system: `${type()} ${release()}`,
  node: process.version,
  python: (await pythonVersion()) ?? 'none',
});

/** What `python3` says of itself; undefined when there is none. */
export const pythonVersion = async (): Promise<string | undefined> => {
  try {
    const { stdout } = await promisify(execFile)('python3', ['--version']);
    return stdout.trim().replace(/^Python /, '');
  } catch {
    return undefined;
  }
};

const ticks = (): { readonly busy: number; readonly all: number } => {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const sum = times.user + times.nice + times.sys + times.idle + times.irq;
    all += sum;
    busy += sum - times.idle;
  }
  return { busy, all };
};

/** Share of all cores that other programs use, 0 to 1, watched for a second in which we do nothing. */
export const watchOthers = async (): Promise<number> => {
  const before = ticks();
  await delay(1_000);
  const after = ticks();
  return (after.busy - before.busy) / Math.max(1, after.all - before.all);
};

/** `load 1.20; others used 43 % of the cores`, with a warning when that is too much. */
export const describeLoad = (othersShare: number): string => {
  const percent = Math.round(100 * othersShare);
  const warning = othersShare > busyShare ? '  WARNING: a busy machine; measure again when it is quiet' : '';
  return `load ${loadavg()[0]?.toFixed(2)}; others used ${percent} % of the cores${warning}`;
};
