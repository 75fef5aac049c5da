import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type Engine,
  hasKeeperPlace,
  keeperOf,
  leaveKeeperPlace,
  takeKeeperPlace,
  wantedKeeper,
} from '../engine/node.ts';
import { existingFolder, layoutWithStudies, openEngine } from './openEngine.ts';
import { UsageError } from './usageError.ts';

const lookMs = 250;

/** A window that opens, or reloads, comes first: a study is taken only when it has been free for so long. */
const patienceMs = 1_500;

/** No study has needed a driver for so long: nothing is left to do. */
const idleMs = 1_500;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: { folder: { type: 'string' }, token: { type: 'string' } },
    }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} See tunelens help.`);
  }
};

const say = (text: string): void => void process.stdout.write(`${new Date().toISOString()} ${text}\n`);

/** Resolves with why there is nothing more to do here. */
const untilDone = async (engine: Engine, isUnwanted: () => string | undefined): Promise<string> => {
  let neededMs = performance.now();
  for (;;) {
    const unwanted = isUnwanted();
    if (unwanted !== undefined) return unwanted;
    if (isNeeded(engine)) neededMs = performance.now();
    if (performance.now() - neededMs >= idleMs) return 'No study is left to go on with.';
    await sleep(lookMs);
  }
};

/** A database that cannot be read just now is no reason to leave: the engine says so, and it may be mended. */
const isNeeded = (engine: Engine): boolean => {
  try {
    return engine.store.needingDriver().length > 0;
  } catch {
    return true;
  }
};

/**
 * `tunelens keep`: stands by, goes on with every study of a folder whose driver is gone, and ends when none is left to
 * go on with. An editor's window starts it with a token; the newest window's token in the folder decides who stays.
 */
export const keep = async (args: readonly string[]): Promise<number> => {
  const { folder = '.', token } = parse(args);
  // Meant for us, not for the trials.
  delete process.env.ELECTRON_RUN_AS_NODE;
  const layout = layoutWithStudies(existingFolder(folder));
  if (!takeKeeperPlace(layout)) {
    say(`Process ${keeperOf(layout) ?? 'another'} keeps the studies of this folder already.`);
    return 0;
  }
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      interrupted = true;
    });
  const isUnwanted = (): string | undefined => {
    if (interrupted) return 'Asked to leave; trials that run go on.';
    if (!hasKeeperPlace(layout)) return 'Another process keeps the studies now.';
    if (token !== undefined && wantedKeeper(layout) !== token) return 'A window takes over.';
    return undefined;
  };
  let engine: Engine | undefined;
  try {
    engine = openEngine(layout.folder, {
      place: 'keeper',
      adoptOthers: true,
      patienceMs: token === undefined ? 0 : patienceMs,
      onProblem: (_, message) => say(message),
      onNote: (message) => say(message),
      onLog: (level, text) => (level === 'debug' ? undefined : say(text)),
    });
    say('Standing by.');
    say(await untilDone(engine, isUnwanted));
  } finally {
    await engine?.close();
    leaveKeeperPlace(layout);
  }
  return 0;
};
