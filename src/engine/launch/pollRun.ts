import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue, RunCursor, RunHandle, RunState, RunUpdate } from '../study/launcher.ts';
import { isAlive, toIdentity } from './processIdentity.ts';
import { readLog } from './readLog.ts';
import { readSpool } from './readSpool.ts';
import { isObject } from './jsonObject.ts';
import { reportedMetrics, toNames, withoutMetrics } from './reportedElsewhere.ts';
import { runFile } from './runFolder.ts';
import { recordedLeader } from './startRun.ts';

/** What a run has written since `from`, and how it stands. An end is told only with the last records. */
export const pollRun = (handle: RunHandle, from: RunCursor): RunUpdate => {
  // Before reading: what is over now has written everything that is read below.
  const state = currentState(handle);
  const final = state.kind === 'ended' || state.kind === 'lost';
  const spool = readSpool(path.join(handle.folder, runFile.spool), from.spool, handle.key.attempt, final);
  const { lines, reported: before } = toPrint(from.print);
  const log = readLog(path.join(handle.folder, runFile.log), from.log, lines, final);
  const reported = reportedMetrics(before, spool.records);
  const more = spool.more || log.more;
  return {
    cursor: { spool: spool.offset, log: log.offset, print: { lines: log.print, reported } },
    records: [...spool.records, ...withoutMetrics(log.records, [...assignedIn(handle), ...reported])],
    state: final && more ? { kind: 'running' } : state,
    more,
  };
};

/** `lines`: state of the printed-line parser; `reported`: metrics that the script reported by `tunelens.report`. */
const toPrint = (print: JsonValue): { readonly lines: JsonValue; readonly reported: readonly string[] } => {
  if (!isObject(print)) return { lines: null, reported: [] };
  return { lines: print.lines ?? null, reported: toNames(print.reported) };
};

const assignedIn = (handle: RunHandle): readonly string[] =>
  isObject(handle.ref) ? toNames(handle.ref.assigned) : [];

const currentState = (handle: RunHandle): RunState => {
  const before = exitCode(handle.folder);
  if (before !== undefined) return { kind: 'ended', exitCode: before };
  const leader = toIdentity(handle.ref) ?? recordedLeader(handle.folder);
  if (leader !== undefined && isAlive(leader))
    return existsSync(path.join(handle.folder, runFile.pid)) ? { kind: 'running' } : { kind: 'starting' };
  // It may have ended between the two looks.
  const after = exitCode(handle.folder);
  return after === undefined ? { kind: 'lost' } : { kind: 'ended', exitCode: after };
};

/** Without its newline the file is half written, as on a full disk. */
const exitCode = (folder: string): number | undefined => {
  const file = path.join(folder, runFile.exit);
  if (!existsSync(file)) return undefined; // it runs, or was killed
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return undefined; // removed since
  }
  return /^\d+\n$/.test(text) ? Number(text) : undefined;
};
