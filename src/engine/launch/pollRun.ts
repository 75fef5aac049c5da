import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type {
  JsonValue,
  RunCursor,
  RunHandle,
  RunLook,
  RunRecord,
  RunState,
  RunUpdate,
} from '../study/launcher.ts';
import { type FollowedFiles, mostBytesAtOnce } from './followedFiles.ts';
import { exists, isAlive, isOfEarlierBoot, toIdentity } from './processIdentity.ts';
import { readLogLines } from './readLog.ts';
import { longestSpoolLine, readSpoolLines } from './readSpool.ts';
import { isObject } from './jsonObject.ts';
import { reportedMetrics, toNames, withoutMetrics } from './reportedElsewhere.ts';
import { runFile } from './runFolder.ts';
import { recordedLeader } from './startRun.ts';

const everything: RunLook = { at: 'all', mostBytes: mostBytesAtOnce };

/** What a run has written since `from`, and how it stands. An end is told only with the last records. */
export const pollRun = (
  handle: RunHandle,
  from: RunCursor,
  files: FollowedFiles,
  look = everything,
): RunUpdate => {
  // Before reading: what is over now has written everything that is read below.
  const state = look.at === 'output' ? running : stateAt(look.at, handle, from.spool + from.log > 0);
  const final = state.kind === 'ended' || state.kind === 'lost';
  const print = toPrint(from.print);
  const reading: Reading = { handle, files, look, final };
  const spool = readSpool(reading, from.spool, print.skipping);
  const log = readLog(reading, from.log, print.lines ?? countedBefore(handle));
  const reported = reportedMetrics(print.reported, spool.records);
  const more = spool.more || log.more;
  if (final && !more) forgetFiles(handle, files);
  const skipping = spool.skipping ? { skipping: true } : {};
  return {
    cursor: { spool: spool.offset, log: log.offset, print: { lines: log.print, reported, ...skipping } },
    records: [...spool.records, ...withoutMetrics(log.records, assignedIn(handle), reported)],
    state: final && more ? running : state,
    more,
  };
};

/** Closes what polling keeps open of a run. */
export const forgetFiles = (handle: RunHandle, files: FollowedFiles): void => {
  files.forget(spoolOf(handle));
  files.forget(logOf(handle));
};

const running: RunState = { kind: 'running' };

// Folders are absolute and end in no slash; `path.join` a thousand times a second would be felt.
const spoolOf = (handle: RunHandle): string => `${handle.folder}${path.sep}${runFile.spool}`;
const logOf = (handle: RunHandle): string => `${handle.folder}${path.sep}${runFile.log}`;
const exitFileOf = (folder: string): string => `${folder}${path.sep}${runFile.exit}`;

interface Reading {
  readonly handle: RunHandle;
  readonly files: FollowedFiles;
  readonly look: RunLook;
  readonly final: boolean;
}

interface SpoolRead {
  readonly records: readonly RunRecord[];
  readonly offset: number;
  readonly more: boolean;
  readonly skipping: boolean;
}

const readSpool = (reading: Reading, offset: number, skipping: boolean): SpoolRead => {
  const { handle, files, look, final } = reading;
  const read = (mostBytes: number): SpoolRead => {
    const { bytes, more, anew } = files.read(spoolOf(handle), offset, mostBytes, look.at === 'all');
    if (bytes.length === 0) return { records: [], offset, more, skipping };
    const { attempt } = handle.key;
    const lines = readSpoolLines(bytes, { attempt, final: final && !more, skipping: skipping && !anew });
    const lost: readonly RunRecord[] = anew ? [{ kind: 'corrupt', text: beganAnew(offset) }] : [];
    return {
      records: anew ? [...lost, ...lines.records] : lines.records,
      offset: (anew ? 0 : offset) + lines.consumed,
      more,
      skipping: lines.skipping,
    };
  };
  const some = read(look.mostBytes);
  // Not even one line: with all the bytes that a line may have, it is whole or passed over.
  return some.more && some.offset === offset && look.mostBytes < longestSpoolLine
    ? read(longestSpoolLine)
    : some;
};

/** Reports read twice change nothing, so that all there is now is read. */
const beganAnew = (offset: number): string =>
  `After ${offset} bytes the spool was replaced or cut short by another program; it was read again from its beginning.`;

interface LogRead {
  readonly records: readonly RunRecord[];
  readonly offset: number;
  readonly more: boolean;
  readonly print: JsonValue;
}

/** More than the longest line that is looked at, so that every read gets on. */
const fewestLogBytes = 1 << 17;

/** A log that begins anew (`> log` by the script itself) is read on from there, counting its lines on. */
const readLog = (reading: Reading, offset: number, print: JsonValue): LogRead => {
  const { handle, files, look, final } = reading;
  const most = Math.max(look.mostBytes, fewestLogBytes);
  const { bytes, more, anew } = files.read(logOf(handle), offset, most, look.at === 'all');
  if (bytes.length === 0) return { records: [], offset, more, print };
  const lines = readLogLines(bytes, print, final && !more);
  return {
    records: lines.records,
    offset: (anew ? 0 : offset) + lines.consumed,
    more,
    print: lines.print,
  };
};

/**
 * `lines`: state of the printed-line parser; `reported`: metrics that the script reported by `tunelens.report`;
 * `skipping`: inside a line of the spool that is too long.
 */
interface Print {
  readonly lines: JsonValue;
  readonly reported: readonly string[];
  readonly skipping: boolean;
}

const toPrint = (print: JsonValue): Print => {
  if (!isObject(print)) return { lines: null, reported: [], skipping: false };
  return { lines: print.lines ?? null, reported: toNames(print.reported), skipping: print.skipping === true };
};

/** Where counting of printed metrics begins: a run that goes on from a checkpoint counts on. */
const countedBefore = (handle: RunHandle): JsonValue =>
  isObject(handle.ref) && isObject(handle.ref.steps) ? { counts: handle.ref.steps } : null;

const assignedIn = (handle: RunHandle): readonly string[] =>
  isObject(handle.ref) ? toNames(handle.ref.assigned) : [];

/** `wrote`: the run is known to have begun. */
const stateAt = (at: 'life' | 'all', handle: RunHandle, wrote: boolean): RunState => {
  const leader = at === 'life' && wrote ? toIdentity(handle.ref) : undefined;
  const seemsAlive = leader !== undefined && exists(leader.pid) && !existsSync(exitFileOf(handle.folder));
  return seemsAlive ? running : currentState(handle, wrote);
};

const currentState = (handle: RunHandle, wrote: boolean): RunState => {
  const before = exitCode(handle.folder);
  if (before !== undefined) return { kind: 'ended', exitCode: before };
  const leader = toIdentity(handle.ref) ?? recordedLeader(handle.folder);
  if (leader !== undefined && isAlive(leader))
    return wrote || existsSync(path.join(handle.folder, runFile.pid)) ? running : { kind: 'starting' };
  // It may have ended between the two looks.
  const after = exitCode(handle.folder);
  if (after !== undefined) return { kind: 'ended', exitCode: after };
  return leader !== undefined && isOfEarlierBoot(leader)
    ? { kind: 'lost', rebooted: true }
    : { kind: 'lost' };
};

/** Without its newline the file is half written, as on a full disk. */
const exitCode = (folder: string): number | undefined => {
  const file = exitFileOf(folder);
  if (!existsSync(file)) return undefined; // it runs, or was killed
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return undefined; // removed since
  }
  return /^\d+\n$/.test(text) ? Number(text) : undefined;
};
