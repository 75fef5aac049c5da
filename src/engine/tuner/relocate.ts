import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readRunInput, runFile } from '../launch/runFolder.ts';
import type { StudyRecord } from '../study/store.ts';
import type { KeptStore } from '../study/upkeep.ts';
import type { Layout } from './layout.ts';
import type { RunPlan } from './plan.ts';

/** What stands in the source stays as it stands, even where it is a path. */
const sourceFields = new Set(['text', 'value', 'baseline', 'anchor']);

/** A stored plan whose paths in one folder are in another now. */
export const movedPlan = (plan: string, from: string, to: string): string => {
  const move = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value === from || value.startsWith(`${from}${path.sep}`) ? to + value.slice(from.length) : value;
    if (Array.isArray(value)) return value.map(move);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, part]) => [name, sourceFields.has(name) ? part : move(part)]),
    );
  };
  return JSON.stringify(move(JSON.parse(plan)));
};

/** The workspace folder in which a plan was made: two levels above the snapshots that it names. */
export const folderOfPlan = (plan: string): string | undefined => {
  const snapshot = (JSON.parse(plan) as Partial<RunPlan>).files?.[0]?.snapshot; // written by planStudy, or by a test
  if (snapshot === undefined) return undefined;
  const home = path.dirname(path.dirname(path.dirname(snapshot)));
  return path.basename(home) === '.tunelens' ? path.dirname(home) : undefined;
};

const isSameFile = (a: string, b: string): boolean => {
  const [first, second] = [a, b].map((name) => statSync(name, { throwIfNoEntry: false }));
  return first !== undefined && first.ino === second?.ino && first.dev === second.dev;
};

/** Is there still a database in the other place, beside this workspace's own? Folders alone may be what a late trial made. */
const isCopy = (folder: string, layout: Layout): boolean => {
  const there = path.join(folder, path.relative(layout.folder, layout.database));
  return statSync(there, { throwIfNoEntry: false }) !== undefined && !isSameFile(there, layout.database);
};

/**
 * A run folder whose process writes elsewhere: the folder is a copy of one that still stands where the run was started.
 */
export const isCopiedRun = (folder: string): boolean => {
  const original = readRunInput(folder)?.folder;
  if (original === undefined || original === folder || isSameFile(original, folder)) return false;
  try {
    const leader = readFileSync(path.join(folder, runFile.pid), 'latin1');
    return readFileSync(path.join(original, runFile.pid), 'latin1') === leader;
  } catch {
    return false; // moved: there is nothing in the old place; or never started
  }
};

/**
 * Makes studies of a workspace that was moved or copied those of this folder: paths that lay in the old one lie in this
 * one. Runs that go on belong to a moved workspace; of a copied one they belong to the original, so that in the copy
 * they wait to be started again. Returns sentences for a person.
 */
export const relocateStudies = (store: KeptStore, layout: Layout, nowMs: number): readonly string[] =>
  store.studies().flatMap((study) => {
    const from = folderOfPlan(study.plan);
    if (from === undefined || from === layout.folder || isSameFile(from, layout.folder)) return [];
    const copied = isCopy(from, layout);
    if (copied) letGo(store, study, from, nowMs);
    store.upkeep.relocate(study.id, {
      plan: movedPlan(study.plan, from, layout.folder),
      runsFrom: `${path.join(from, '.tunelens', 'runs')}${path.sep}`,
      runsTo: `${layout.runs}${path.sep}`,
    });
    return [`${study.name}: ${copied ? 'copied' : 'moved'} here from ${from}.`];
  });

const letGo = (store: KeptStore, { id, state }: StudyRecord, from: string, nowMs: number): void => {
  const owner = store.leaseOwner(id);
  if (owner !== undefined) store.releaseLease(id, owner);
  for (const trial of store.trials(id))
    if (trial.state === 'running')
      store.changeTrial(id, trial.number, {
        state: 'waiting',
        handle: null,
        cursor: null,
        message: `It ran in ${from}, of which this is a copy; it is started again here.`,
      });
  if (state === 'running')
    store.changeStudy(
      id,
      {
        state: 'paused',
        message: `Paused: this is a copy of a study that ran in ${from}. Resume to go on here.`,
      },
      nowMs,
    );
};
