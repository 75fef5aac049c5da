import type { RunSpec } from '../study/launcher.ts';
import type { ProcessIdentity } from './processIdentity.ts';
import { isWrapped } from './runCommand.ts';
import { WarmParent, type WarmState } from './warmParent.ts';

/** A run as it is about to start. */
export interface PreparedRun {
  readonly run: RunSpec;
  /** The program found, then what it is given. */
  readonly command: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface WarmPool {
  /** Undefined when the run has to start cold. Never waits for a warm parent; has one prepared for the next runs. */
  start(prepared: PreparedRun): Promise<{ readonly leader: ProcessIdentity | undefined } | undefined>;
  /** Waits until it is known whether runs like this one start warm. */
  warmUp(prepared: PreparedRun): Promise<WarmState>;
  /** Ends the parents; trials go on. */
  close(): void;
}

export interface WarmPoolOptions {
  readonly runtimeFolder: string;
  /** Told once for each kind of run that cannot start warm. */
  readonly onUnfit: (reason: string) => void;
}

/** The first run has the machine to itself for a moment. */
const prepareAfterMs = 300;
/** Trials further apart than this take so long that how they start does not matter. */
const longApartMs = 150_000;
/** Of different studies; the one used longest ago gives way. */
const mostParents = 2;
/** What begins with this may differ among the runs of one parent. */
const ours = 'TUNELENS_';

const isOurs = ([name]: readonly [string, unknown]): boolean => name.startsWith(ours);

/** Only plain `python SCRIPT …` runs on Linux: elsewhere forking without an exec is not safe, or not there. */
const suits = ({ run, env }: PreparedRun): boolean =>
  process.platform === 'linux' && isWrapped(run) && env.TUNELENS_WARM !== '0';

const sharedEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter((entry) => !isOurs(entry)));

/** Runs with the same key are started by the same parent. */
const keyOf = ({ run, command, env }: PreparedRun): string =>
  JSON.stringify([
    command[0],
    run.cwd,
    run.argv[1],
    run.input.files.map((file) => [file.path, file.snapshot]),
    Object.entries(sharedEnv(env)).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);

const isWorthPreparing = (parent: WarmParent | undefined): boolean => {
  if (parent?.state.kind !== 'idle') return parent === undefined || parent.state.kind === 'gone';
  const nowMs = performance.now();
  const apartMs = nowMs - parent.usedMs;
  parent.usedMs = nowMs;
  return apartMs < longApartMs;
};

const startOf = ({ run, command: [program = ''], env }: PreparedRun): Parameters<WarmParent['start']>[0] => ({
  folder: run.input.folder,
  argv: [program, ...run.argv.slice(1)],
  env: Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => isOurs(entry) && entry[1] !== undefined),
  ),
});

export const createWarmPool = ({ runtimeFolder, onUnfit }: WarmPoolOptions): WarmPool => {
  const parents = new Map<string, WarmParent>();
  const timers = new Map<string, NodeJS.Timeout>();

  const forget = (key: string): void => {
    parents.get(key)?.close();
    parents.delete(key);
  };

  const makeRoom = (): void => {
    const alive = [...parents].filter(
      ([, { state }]) => state.kind === 'ready' || state.kind === 'preparing',
    );
    const oldest = alive.sort(([, a], [, b]) => a.usedMs - b.usedMs)[0];
    if (alive.length >= mostParents && oldest !== undefined) forget(oldest[0]);
  };

  const prepare = (
    key: string,
    { run, command: [program = ''], env }: PreparedRun,
  ): WarmParent | undefined => {
    clearTimeout(timers.get(key));
    timers.delete(key);
    const known = parents.get(key);
    if (known !== undefined && known.state.kind !== 'gone' && known.state.kind !== 'idle') return known;
    makeRoom();
    try {
      const parent = new WarmParent(run, program, sharedEnv(env), runtimeFolder);
      parents.set(key, parent);
      void parent.settled.then(() => {
        if (parent.state.kind === 'unfit') onUnfit(parent.state.reason);
      });
      return parent;
    } catch {
      return undefined; // no processes or descriptors left: the next run asks again
    }
  };

  return {
    start: async (prepared) => {
      if (!suits(prepared)) return undefined;
      const key = keyOf(prepared);
      const parent = parents.get(key);
      if (parent?.state.kind === 'ready') return { leader: await parent.start(startOf(prepared)) };
      if (isWorthPreparing(parent) && !timers.has(key))
        timers.set(key, setTimeout(() => prepare(key, prepared), prepareAfterMs).unref());
      return undefined;
    },
    warmUp: async (prepared) => {
      if (!suits(prepared)) return { kind: 'unfit', reason: 'it is no plain Python script on Linux' };
      const parent = prepare(keyOf(prepared), prepared);
      await parent?.untilSettled();
      return parent?.state ?? { kind: 'gone' };
    },
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      for (const key of [...parents.keys()]) forget(key);
    },
  };
};
