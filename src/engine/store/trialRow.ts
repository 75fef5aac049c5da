import type { RunCursor, RunHandle } from '../study/launcher.ts';
import type { Assignment } from '../space/parameter.ts';
import {
  type Losses,
  type RungResult,
  StoreError,
  type TrialChange,
  type TrialRecord,
} from '../study/store.ts';
import { canBecome, type IntermediateValue, type TrialState } from '../study/trial.ts';
import { decodeJson, encodeJson } from '../study/json.ts';
import { newestValues } from './newestMetrics.ts';

/** A trial as its table has it. */
export interface TrialRow {
  readonly key: number;
  readonly study: number;
  readonly number: number;
  readonly state: TrialState;
  readonly params: string;
  readonly reason: string;
  readonly seed: number;
  readonly objective_values: string | null;
  readonly constraint_values: string | null;
  readonly fidelity: number | null;
  readonly rungs: string | null;
  readonly parent: number | null;
  readonly parent_step: number | null;
  readonly replica_of: number | null;
  readonly losses: string | null;
  readonly metrics: string;
  readonly rewrites: number;
  readonly attempt: number;
  readonly slot: number | null;
  readonly handle: string | null;
  readonly cursor: string | null;
  readonly folder: string | null;
  readonly created_ms: number;
  readonly started_ms: number | null;
  readonly ended_ms: number | null;
  readonly message: string | null;
  readonly asked: 'stop' | 'prune' | 'pause' | null;
  readonly star: 0 | 1;
  readonly note: string | null;
  readonly tags: string | null;
  readonly revision: number;
  /** Not of the table: how many records of the trial could not be read. */
  readonly corrupt: number;
}

/** The part of a row that reports change. */
export type ProgressRow = Pick<TrialRow, 'key' | 'attempt' | 'metrics' | 'rewrites' | 'cursor' | 'revision'>;

const present = <Name extends string, Value>(
  name: Name,
  value: Value | null,
): { readonly [N in Name]?: Value } =>
  // A computed key is typed as any string; it is `name`.
  (value === null ? {} : { [name]: value }) as { readonly [N in Name]?: Value };

const decoded = <Name extends string, Value>(
  name: Name,
  text: string | null,
): { readonly [N in Name]?: Value } =>
  // Written by changedRow from a value of this type.
  text === null ? {} : present(name, decodeJson(text) as Value);

export const toTrialRecord = (
  study: string,
  row: TrialRow,
  intermediate: readonly IntermediateValue[],
): TrialRecord => ({
  study,
  number: row.number,
  state: row.state,
  params: decodeJson(row.params) as Assignment, // written by TrialTable.add
  reason: row.reason,
  seed: row.seed,
  ...decoded<'values', readonly number[]>('values', row.objective_values),
  ...decoded<'constraints', readonly number[]>('constraints', row.constraint_values),
  ...present('fidelity', row.fidelity),
  ...decoded<'rungs', readonly RungResult[]>('rungs', row.rungs),
  ...present('parent', row.parent),
  ...present('parentStep', row.parent_step),
  ...present('replicaOf', row.replica_of),
  ...decoded<'losses', Losses>('losses', row.losses),
  intermediate,
  metrics: newestValues(row.metrics),
  attempt: row.attempt,
  ...present('slot', row.slot),
  ...decoded<'handle', RunHandle>('handle', row.handle),
  ...decoded<'cursor', RunCursor>('cursor', row.cursor),
  ...present('folder', row.folder),
  createdAtMs: row.created_ms,
  ...present('startedAtMs', row.started_ms),
  ...present('endedAtMs', row.ended_ms),
  ...present('message', row.message),
  ...present('asked', row.asked),
  star: row.star === 1,
  ...present('note', row.note),
  ...decoded<'tags', readonly string[]>('tags', row.tags),
  ...(row.corrupt === 0 ? {} : { corrupt: row.corrupt }),
  revision: row.revision,
});

const checkState = (row: TrialRow, to: TrialState): void => {
  if (to !== row.state && !canBecome(row.state, to))
    throw new StoreError('illegal-state', `Trial ${row.number} is ${row.state} and cannot become ${to}.`);
};

/** Fencing compares attempts, so an older one must never be the newest again. */
const checkAttempt = (row: TrialRow, to: number): void => {
  if (to < row.attempt)
    throw new StoreError(
      'illegal-state',
      `Trial ${row.number} is at attempt ${row.attempt} and cannot go back to ${to}.`,
    );
};

/** `undefined` keeps what is there; `null` takes it away. */
const changed = <T>(old: T, change: T | undefined): T => (change === undefined ? old : change);

const changedJson = (old: string | null, change: unknown): string | null =>
  change === undefined ? old : change === null ? null : encodeJson(change);

/** The row after a change. Throws `StoreError` with reason `illegal-state`. */
export const changedRow = (row: TrialRow, change: TrialChange, revision: number): TrialRow => {
  if (change.state !== undefined) checkState(row, change.state);
  if (change.attempt !== undefined) checkAttempt(row, change.attempt);
  return {
    ...row,
    state: changed(row.state, change.state),
    objective_values: changedJson(row.objective_values, change.values),
    constraint_values: changedJson(row.constraint_values, change.constraints),
    fidelity: changed(row.fidelity, change.fidelity),
    rungs: changedJson(row.rungs, change.rungs),
    losses: changedJson(row.losses, change.losses),
    attempt: changed(row.attempt, change.attempt),
    slot: changed(row.slot, change.slot),
    handle: changedJson(row.handle, change.handle),
    cursor: changedJson(row.cursor, change.cursor),
    folder: changed(row.folder, change.folder),
    started_ms: changed(row.started_ms, change.startedAtMs),
    ended_ms: changed(row.ended_ms, change.endedAtMs),
    message: changed(row.message, change.message),
    asked: changed(row.asked, change.asked),
    star: change.star === undefined ? row.star : change.star ? 1 : 0,
    note: changed(row.note, change.note),
    tags: changedJson(row.tags, change.tags),
    revision,
  };
};
