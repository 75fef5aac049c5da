import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { readRunInput, runFile } from '../launch/runFolder.ts';
import { baselineAssignment, completeAssignment } from '../space/assignment.ts';
import { searchedFromShown } from '../space/composite.ts';
import type { Assignment, SourceValue } from '../space/parameter.ts';
import {
  type JsonValue,
  type Launcher,
  type RunHandle,
  type RunInput,
  type RunState,
  startCursor,
} from '../study/launcher.ts';
import type {
  IngestBatch,
  LeaseOwner,
  Report,
  StudyRecord,
  TrialChange,
  TrialRecord,
} from '../study/store.ts';
import { isFinished } from '../study/trial.ts';
import type { KeptStore, PortableTrial } from '../study/upkeep.ts';
import type { Layout } from './layout.ts';
import { readTail } from './logTail.ts';
import type { RunPlan } from './plan.ts';
import { isCopiedRun } from './relocate.ts';
import { settle } from './settle.ts';
import { readStudyFile, studyFolders } from './studyFile.ts';

export interface RebuildPorts {
  readonly store: KeptStore;
  readonly launcher: Launcher;
  readonly layout: Layout;
  readonly nowMs: number;
  /** Whether nobody else drives the study; called once it is known to the store. */
  readonly take: (study: string) => LeaseOwner | undefined;
}

export interface Rebuilt {
  readonly studies: number;
  readonly trials: number;
}

const trialNumbers = (runs: string, study: string): readonly number[] => {
  try {
    return readdirSync(path.join(runs, study))
      .filter((name) => /^\d{1,15}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return []; // removed meanwhile
  }
};

/**
 * Studies of whose run folders the store lacks some: after a power cut, a lost write-ahead log, a database that was
 * replaced by an older one. Reads only names.
 */
export const studiesToRebuild = ({ runs }: Layout, store: KeptStore): readonly string[] =>
  studyFolders(runs).filter((study) => {
    const numbers = trialNumbers(runs, study); // before the store, which knows of a trial before it has a folder
    const known = store.upkeep.knows(study);
    if (known === 'now') return (numbers.at(-1) ?? -1) >= store.upkeep.trialCount(study);
    return known === undefined && readStudyFile(runs, study) !== undefined;
  });

/**
 * Puts back into the store what the run folders of a study show: the study itself, trials with their values, reports,
 * and how ended runs ended. Runs that go on are left to a driver. What is there already stays as it is.
 */
export const rebuildStudy = async (id: string, ports: RebuildPorts): Promise<Rebuilt> => {
  const { store, layout } = ports;
  const isNew = store.upkeep.knows(id) === undefined;
  const lost = isNew ? readStudyFile(layout.runs, id) : undefined;
  if (lost !== undefined) store.upkeep.restore(lost, []);
  const none = { studies: 0, trials: 0 };
  if (store.upkeep.knows(id) !== 'now') return none;
  const owner = ports.take(id);
  if (owner === undefined) return none;
  try {
    const rebuilt = await new StudyRebuild(store.study(id), owner, ports).run();
    return { studies: lost === undefined ? 0 : 1, trials: rebuilt };
  } finally {
    store.releaseLease(id, owner);
  }
};

interface Reading {
  readonly state: RunState;
  readonly batch: Omit<IngestBatch, 'study' | 'trial'>;
  readonly bound: Readonly<Record<string, JsonValue>>;
  readonly metrics: Readonly<Record<string, number>>;
}

const modifiedMs = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

class StudyRebuild {
  private readonly study: StudyRecord;
  private readonly owner: LeaseOwner;
  private readonly ports: RebuildPorts;
  private readonly plan: RunPlan;

  constructor(study: StudyRecord, owner: LeaseOwner, ports: RebuildPorts) {
    this.study = study;
    this.owner = owner;
    this.ports = ports;
    this.plan = JSON.parse(study.plan) as RunPlan; // of our own store, or checked to be JSON when it was read
  }

  /** Returns how many trials were not there. */
  async run(): Promise<number> {
    const { launcher, store } = this.ports;
    const runs = new Map<number, RunHandle[]>();
    for (const handle of await launcher.list(this.study.id)) {
      const own = runs.get(handle.key.trial) ?? [];
      own.push(handle);
      runs.set(handle.key.trial, own);
    }
    const added = this.addLost(runs);
    for (const [number, handles] of runs) {
      const known = store.trial(this.study.id, number);
      for (const handle of handles.filter(({ key }) => key.attempt >= known.attempt))
        await this.replay(handle);
    }
    return added;
  }

  /** Numbers have no gaps: between trials that have a folder there may be some that had none yet. */
  private addLost(runs: ReadonlyMap<number, readonly RunHandle[]>): number {
    const { store } = this.ports;
    const known = new Set(store.trials(this.study.id).map(({ number }) => number));
    const last = Math.max(-1, ...runs.keys(), ...known);
    const lost = Array.from({ length: last + 1 }, (_, number) => number).filter(
      (number) => !known.has(number),
    );
    store.upkeep.restoreTrials(
      this.study.id,
      lost.map((number) => ({
        trial: this.lostTrial(number, runs.get(number)?.[0]),
        curves: [],
        corrupt: [],
      })),
    );
    return lost.length;
  }

  private lostTrial(number: number, first: RunHandle | undefined): PortableTrial {
    const input = first === undefined ? undefined : readRunInput(first.folder);
    const createdAtMs =
      (first === undefined ? undefined : modifiedMs(path.join(first.folder, runFile.input))) ??
      this.ports.nowMs;
    const common = {
      number,
      params: this.paramsOf(number, input),
      reason: 'Rebuilt from its run folder.',
      seed: input?.seed ?? 0,
      metrics: {},
      attempt: 0,
      createdAtMs,
      star: false,
    };
    if (input !== undefined) return { ...common, state: 'waiting' };
    const message = 'Its record was lost with the damaged database, and it has no run folder.';
    return { ...common, state: 'failed', message, endedAtMs: createdAtMs };
  }

  private paramsOf(number: number, input: RunInput | undefined): Assignment {
    const { space } = this.study.spec;
    if (number === 0 || input === undefined) return baselineAssignment(space, this.plan.baseline);
    const shown = input.params as Readonly<Record<string, SourceValue>>; // written by runSpecOf
    const parts = Object.entries(searchedFromShown(space, shown)).filter(([, value]) => value !== undefined);
    return completeAssignment(space, Object.fromEntries(parts) as Assignment); // none is undefined
  }

  private async replay(handle: RunHandle): Promise<void> {
    const { store, launcher } = this.ports;
    const { trial: number, attempt } = handle.key;
    const before = store.trial(this.study.id, number);
    if (isFinished(before.state) && attempt > before.attempt) return; // of a trial that was ended otherwise
    const read = await readRun(launcher, handle, this.ports.nowMs);
    const isElsewhere = read.state.kind === 'running' && isCopiedRun(handle.folder);
    const reading: Reading = isElsewhere ? { ...read, state: { kind: 'lost' } } : read;
    const input = readRunInput(handle.folder);
    if (!isFinished(before.state)) this.change(number, this.started(before, handle, input));
    store.ingest([{ study: this.study.id, trial: number, ...reading.batch }], this.owner);
    if (isFinished(before.state) || input === undefined) return;
    if (reading.state.kind === 'ended' || reading.state.kind === 'lost')
      this.change(number, this.ended(store.trial(this.study.id, number), handle, input, reading));
  }

  private change(number: number, change: TrialChange): void {
    this.ports.store.changeTrial(this.study.id, number, change, this.owner);
  }

  private started(before: TrialRecord, handle: RunHandle, input: RunInput | undefined): TrialChange {
    const startedAtMs = modifiedMs(path.join(handle.folder, runFile.input));
    const fidelity = input === undefined ? undefined : this.fidelityIn(input);
    return {
      ...(before.state === 'running' ? {} : { state: 'running' as const }),
      attempt: handle.key.attempt,
      handle,
      folder: handle.folder,
      ...(startedAtMs === undefined ? {} : { startedAtMs }),
      ...(fidelity === undefined ? {} : { fidelity }),
    };
  }

  private fidelityIn(input: RunInput): number | undefined {
    const budget = this.plan.tunables.find(({ role }) => role === 'budget')?.name;
    const value = input.files.flatMap(({ patches }) => patches).find(({ id }) => id === budget)?.value;
    return budget === undefined || typeof value !== 'number' ? undefined : value;
  }

  /** As the driver would have settled it, but that it can only be guessed who stopped it. */
  private ended(record: TrialRecord, handle: RunHandle, input: RunInput, reading: Reading): TrialChange {
    const { spec } = this.study;
    const wasAsked = existsSync(path.join(handle.folder, runFile.stop));
    const patches = input.files.flatMap((file) => file.patches);
    const settlement = settle({
      record: wasAsked ? { asked: spec.pruner.name === 'none' ? 'stop' : 'prune', ...record } : record,
      state: reading.state,
      objectives: spec.objectives,
      limits: spec.limits ?? [],
      metrics: reading.metrics,
      expected: Object.fromEntries(patches.map(({ id, value }) => [id, value])),
      bound: reading.bound,
      logTail: readTail(path.join(handle.folder, runFile.log)),
    });
    const endedAtMs =
      modifiedMs(path.join(handle.folder, runFile.exit)) ??
      modifiedMs(path.join(handle.folder, runFile.log)) ??
      this.ports.nowMs;
    const { state, values, constraints, message } = settlement;
    const told = message === undefined ? {} : { message };
    if (state === 'waiting') return { state, handle: null, cursor: null, ...told };
    const budget = this.plan.tunables.find(({ role }) => role === 'budget')?.budget;
    const isPartial = values !== undefined && record.fidelity !== undefined && budget !== undefined;
    const rungs = isPartial ? [...(record.rungs ?? []), { fidelity: record.fidelity, values }] : undefined;
    if (rungs !== undefined && (record.fidelity ?? 0) < (budget ?? 0))
      return { state: 'paused', rungs, handle: null, cursor: null, ...told };
    return {
      state,
      endedAtMs,
      ...(values === undefined ? {} : { values }),
      ...(constraints === undefined ? {} : { constraints }),
      ...(rungs === undefined ? {} : { rungs }),
      ...told,
    };
  }
}

/** All that a run has written by now. */
const readRun = async (launcher: Launcher, handle: RunHandle, nowMs: number): Promise<Reading> => {
  const reports: Report[] = [];
  const corrupt: string[] = [];
  const bound: Record<string, JsonValue> = {};
  const metrics: Record<string, number> = {};
  let cursor = startCursor;
  for (;;) {
    const update = await launcher.poll(handle, cursor);
    ({ cursor } = update);
    for (const record of update.records) {
      if (record.kind === 'bound') Object.assign(bound, record.values);
      if (record.kind === 'corrupt') corrupt.push(record.text);
      if (record.kind !== 'report') continue;
      Object.assign(metrics, record.metrics);
      for (const [metric, value] of Object.entries(record.metrics))
        reports.push({ step: record.step, metric, value });
    }
    if (!update.more)
      return {
        state: update.state,
        batch: { attempt: handle.key.attempt, cursor, reports, corrupt, atMs: nowMs },
        bound,
        metrics,
      };
  }
};
