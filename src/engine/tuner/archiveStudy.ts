import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Archive, type ArchivedLog, readArchive, sha256, writeArchive } from '../interop/archive.ts';
import { ArchiveError } from '../interop/archiveChecks.ts';
import { runFile } from '../launch/runFolder.ts';
import type { RunCell } from '../study/launcher.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';
import { isFinished } from '../study/trial.ts';
import type { KeptStore, PortableStudy, PortableTrial, TrialContents } from '../study/upkeep.ts';
import { environmentFile, readEnvironment } from './environment.ts';
import type { Layout } from './layout.ts';
import { readBytesOfTail } from './logTail.ts';
import type { PlannedFile, PlannedLink, PlannedTunable, RunPlan } from './plan.ts';
import { movedPlan } from './relocate.ts';
import { isCopied, runnerOf } from './runner.ts';
import { keepSnapshot } from './snapshots.ts';

export interface ArchivePorts {
  readonly store: KeptStore;
  readonly layout: Layout;
}

export interface ImportOptions {
  readonly file: string;
  /** Import a study that is here already once more, under another id. */
  readonly asCopy: boolean;
  /** What would run its trials, should somebody go on with it. That of the archive is another machine's. */
  readonly interpreter: string;
}

/** In an archive this stands for the workspace folder: where that was is nobody else's business. */
const anywhere = path.join(path.sep, 'workspace');

/** Of longer output the end is kept. */
const mostLogBytes = 1 << 24;

/** A study of this id is in the workspace; it can be imported as a copy. */
export class AlreadyHere extends Error {
  override readonly name = 'AlreadyHere';
}

/** Environment variables may be secrets: none goes into an archive. */
const portablePlan = (plan: string, folder: string): string => {
  const moved = JSON.parse(movedPlan(plan, folder, anywhere)) as RunPlan; // of our own store
  return JSON.stringify({ ...moved, env: {} });
};

const portableTrial = (trial: TrialRecord): PortableTrial => {
  const {
    study: _,
    intermediate: __,
    revision: ___,
    handle: ____,
    cursor: _____,
    folder: ______,
    ...rest
  } = trial;
  return rest;
};

const logsOf = (folder: string, trial: number): readonly ArchivedLog[] => {
  const own = path.join(folder, String(trial));
  if (!existsSync(own)) return [];
  return readdirSync(own)
    .filter((name) => /^\d{1,9}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .flatMap((attempt) => {
      const bytes = readBytesOfTail(path.join(own, String(attempt), runFile.log), mostLogBytes);
      return bytes.length === 0 ? [] : [{ trial, attempt, bytes }];
    });
};

/** Writes a study with its trials, reports, sources and environment to one file; with `logs` also what trials printed. */
export const exportArchive = async (
  { store, layout }: ArchivePorts,
  id: string,
  { file, logs }: { readonly file: string; readonly logs: boolean },
): Promise<void> => {
  const { revision: _, ...study } = store.study(id);
  const plan = JSON.parse(study.plan) as Partial<RunPlan>; // written by planStudy, or `{}` by a test
  const snapshots = new Set((plan.files ?? []).map(({ snapshot }) => snapshot));
  const environment = await readEnvironment(layout.runs, id);
  const corrupt = store.corruptRecords(id);
  await writeArchive(file, {
    study: { ...study, plan: portablePlan(study.plan, layout.folder) },
    ...(environment === undefined ? {} : { environment }),
    sources: (function* () {
      for (const snapshot of snapshots) if (existsSync(snapshot)) yield readFileSync(snapshot);
    })(),
    trials: (function* (): Generator<TrialContents> {
      for (const trial of store.trials(id))
        yield {
          trial: portableTrial(trial),
          curves: store.upkeep.curves(id, trial.number),
          corrupt: corrupt
            .filter((record) => record.trial === trial.number)
            .map(({ attempt, text }) => ({ attempt, text })),
        };
    })(),
    logs: (trial) => (logs ? logsOf(path.join(layout.runs, id), trial) : []),
  });
};

/**
 * Puts an archived study into the workspace. Nothing of it runs by itself, and what can be run lies in the workspace:
 * sources go where their content says, paths outside come inside. Rejects with `ArchiveError`, or with `AlreadyHere`
 * where its id is here and no copy was wanted; nothing is changed then.
 */
export const importArchive = async (
  { store, layout }: ArchivePorts,
  { file, asCopy, interpreter }: ImportOptions,
): Promise<StudyRecord> => {
  const archive = await readArchive(file);
  const known = store.upkeep.knows(archive.study.id);
  if (known === 'now' && !asCopy)
    throw new AlreadyHere(
      `This study is here already, as “${store.study(archive.study.id).name}”. It can be imported once more as a copy.`,
    );
  const id = known === undefined ? archive.study.id : randomBytes(6).toString('hex');
  const plan = localPlan(archive, layout, interpreter);
  const study: PortableStudy = { ...endedStudy(archive.study), id, plan: JSON.stringify(plan) };
  const folder = path.join(layout.runs, id);
  try {
    for (const bytes of archive.sources.values()) keepSnapshot(layout.snapshots, bytes);
    writeFiles(archive, folder);
    store.upkeep.restore(study, archive.trials.map(endedTrial));
    for (const { trial, attempt } of archive.logs)
      store.changeTrial(id, trial, { folder: path.join(folder, String(trial), String(attempt)) });
  } catch (error) {
    if (store.upkeep.knows(id) === undefined) rmSync(folder, { recursive: true, force: true });
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_CONSTRAINT'))
      throw new ArchiveError('The archive contradicts itself: it has two values of one step.');
    throw error;
  }
  return store.study(id);
};

/** Output and environment, beside what there is until they are whole. */
const writeFiles = ({ logs, environment }: Archive, folder: string): void => {
  if (logs.length === 0 && environment === undefined) return;
  const aside = path.join(path.dirname(folder), `.importing-${path.basename(folder)}`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { recursive: true });
  for (const { trial, attempt, bytes } of logs) {
    const own = path.join(aside, String(trial), String(attempt));
    mkdirSync(own, { recursive: true });
    writeFileSync(path.join(own, runFile.log), bytes);
  }
  if (environment !== undefined)
    writeFileSync(path.join(aside, environmentFile), `${JSON.stringify(environment, null, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(aside, folder);
};

/** Nobody drives it here: what had not ended has ended now. */
const endedStudy = (study: PortableStudy): PortableStudy =>
  study.state === 'complete' || study.state === 'stopped' || study.state === 'failed'
    ? study
    : { ...study, state: 'stopped', message: `It was ${study.state} when it was exported.` };

const endedTrial = (contents: TrialContents): TrialContents => {
  const { trial } = contents;
  if (isFinished(trial.state)) return contents;
  const message = `It was ${trial.state} when the study was exported.`;
  return { ...contents, trial: { ...trial, state: 'stopped', message } };
};

const isText = (value: unknown): value is string => typeof value === 'string';
const isOffset = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** The plan of an archive with paths of this workspace, and nothing in it that this version does not know. */
const localPlan = (archive: Archive, layout: Layout, interpreter: string): RunPlan => {
  const plan = planIn(archive.study.plan);
  const inside = (name: string): string => {
    const relative = path.relative(anywhere, path.resolve(anywhere, name));
    const isOutside = relative.startsWith('..') || path.isAbsolute(relative);
    return path.join(layout.folder, isOutside ? path.basename(name) : relative);
  };
  const script = inside(plan.script);
  const files = plan.files.filter((file) => isCopied(file, script)).map((file) => inside(file.path));
  // Never the commands that an archive names: they would be a stranger's.
  const runner = runnerOf(script, '', { folder: layout.folder, files });
  return {
    v: 1,
    script,
    interpreter,
    ...(runner === undefined ? {} : { runner }),
    args: plan.args
      .filter(isText)
      .map((text) => (text.startsWith(`${anywhere}${path.sep}`) ? inside(text) : text)),
    cwd: inside(plan.cwd),
    env: {},
    files: plan.files.map((file) => ({
      path: inside(file.path),
      snapshot: snapshotIn(file, archive, layout),
      reports: file.reports.filter(({ at, name, metric }) => isOffset(at) && isText(name) && isText(metric)),
      ...(Array.isArray(file.cells) && { cells: file.cells.filter(isRunCell) }),
      ...(file.kind === 'config' && { kind: 'config' as const }),
      ...(isCopied(file, script) && { copied: true }),
      ...(Array.isArray(file.links) && {
        links: file.links.filter(isPlannedLink).map((link) => ({ ...link, target: inside(link.target) })),
      }),
    })),
    tunables: plan.tunables.map((tunable) => ({ ...tunable, file: inside(tunable.file) })),
    baseline: plan.baseline,
  };
};

const isPlannedLink = ({ start, end, text, target, rewrite }: Partial<PlannedLink>): boolean =>
  isOffset(start) &&
  isOffset(end) &&
  isText(text) &&
  isText(target) &&
  (rewrite === 'shell' || rewrite === 'string');

const isRunCell = ({ number, line, lines, instead }: Partial<RunCell>): boolean =>
  [number, line, lines].every(isOffset) &&
  typeof instead === 'object' &&
  instead !== null &&
  Object.values(instead).every(isText);

const snapshotIn = ({ snapshot }: PlannedFile, archive: Archive, layout: Layout): string => {
  const hash = snapshot.split(/[/\\]/).slice(-2).join('');
  const bytes = archive.sources.get(hash);
  if (bytes === undefined || sha256(bytes) !== hash)
    throw new ArchiveError('The archive has not all the sources that it names.');
  return path.join(layout.snapshots, hash.slice(0, 2), hash.slice(2));
};

const roles = ['search', 'derived', 'budget', 'seed'];
const bindings = ['module', 'argparse', 'variable', 'source'];

const isTunable = (value: Partial<PlannedTunable>): boolean =>
  isText(value.name) &&
  isText(value.localName) &&
  isText(value.file) &&
  isText(value.text) &&
  isOffset(value.line) &&
  isOffset(value.start) &&
  isOffset(value.end) &&
  value.value !== undefined &&
  bindings.includes(String(value.binding?.kind)) &&
  roles.includes(String(value.role));

const planIn = (text: string): RunPlan => {
  let plan: Partial<RunPlan>;
  try {
    plan = JSON.parse(text) as Partial<RunPlan>; // checked below
  } catch {
    throw new ArchiveError('The archive’s plan cannot be read.');
  }
  const { files, tunables, args, baseline } = plan;
  const isProper =
    plan.v === 1 &&
    isText(plan.script) &&
    isText(plan.cwd) &&
    Array.isArray(args) &&
    Array.isArray(files) &&
    files.every((file) => isText(file?.path) && isText(file.snapshot) && Array.isArray(file.reports)) &&
    Array.isArray(tunables) &&
    tunables.every((tunable) => typeof tunable === 'object' && tunable !== null && isTunable(tunable)) &&
    typeof baseline === 'object' &&
    baseline !== null;
  if (!isProper) throw new ArchiveError('The archive’s plan is not one that this TuneLens can read.');
  return plan as RunPlan; // as checked
};
