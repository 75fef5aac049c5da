import { randomInt, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { importance, type ParameterImportance } from '../analysis/importance.ts';
import type { StudyModel } from '../analysis/insights.ts';
import type { Simplified } from '../analysis/simplify.ts';
import type { FileProblem } from '../annotations/tunable.ts';
import { type CopyFormat, copyAs } from '../interop/copyAs/copyAs.ts';
import { localLauncher } from '../launch/local.ts';
import { identify } from '../launch/processIdentity.ts';
import { createSampler } from '../samplers/registry.ts';
import { shownAssignment } from '../space/composite.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { Clock } from '../study/clock.ts';
import { type Labels, tidyLabels } from '../study/labels.ts';
import type { Launcher, RunHandle } from '../study/launcher.ts';
import type { Direction } from '../study/objective.ts';
import type { StudyRequest } from '../study/request.ts';
import type { Changes, LeaseOwner, StudyRecord, TrialRecord } from '../study/store.ts';
import { StoreError } from '../study/store.ts';
import type { StudySpec } from '../study/study.ts';
import { isFinished } from '../study/trial.ts';
import type { KeptStore } from '../study/upkeep.ts';
import { budgetScheduler, replayOf } from './budgetSchedule.ts';
import { copiedTrial } from './copiedTrial.ts';
import { type DebugRun, prepareDebugRun } from './debugRun.ts';
import { differencesNow } from './differences.ts';
import { StudyDriver } from './driver.ts';
import { recordEnvironment } from './environment.ts';
import { type InsertPlan, type InsertRequest, insertEdits } from './insertEdits.ts';
import { Keeping, type StoreTrouble } from './keeping.ts';
import { type Layout, layoutOf } from './layout.ts';
import { counted } from './openKept.ts';
import { OwnerWatch, ownerOf } from './ownerWatch.ts';
import { planStudy, type RunPlan, type StudyPlan } from './plan.ts';
import { rebuildStudy, studiesToRebuild } from './rebuild.ts';
import { mayRepeat } from './replica.ts';
import { simplified } from './simplified.ts';
import { Standby } from './standby.ts';
import { createStoppingRule, pairedSampler, usualStoppingRule } from './strategies.ts';
import { hasStudyFile, studyFolders, writeStudyFile } from './studyFile.ts';
import { StudyModels } from './studyModels.ts';
import { isHeld, toTrial } from './trialModel.ts';

export interface EngineOptions {
  /** Workspace folder, absolute; studies are kept in its `.tunelens`. */
  readonly folder: string;
  /** Folder of the files that run beside a person's script. */
  readonly runtimeFolder: string;
  /** better-sqlite3's binary; the package finds its own when absent. */
  readonly nativeBinding?: string;
  /** Go on with studies whose driver is gone (an editor window does; a command that runs one study does not). */
  readonly adoptOthers: boolean;
  /** Keep libraries imported between trials where that is safe (`auto`, also when absent), or never. */
  readonly warmTrials?: 'auto' | 'off';
  readonly clock?: Clock;
  /** Who this engine is, for those that look at who drives a study. Default: an engine in no special place. */
  readonly place?: EnginePlace;
  /** The process has one engine at a time, so that the lease of an earlier one, whose thread crashed, is free. */
  readonly aloneInProcess?: boolean;
  /** How long an owner may be silent before its study is taken over. Default: `leaseExpiryMs`. */
  readonly leaseExpiryMs?: number;
  /** How long a study must have been without a live driver before this engine takes it. Default: not at all. */
  readonly patienceMs?: number;
  readonly onChange?: (revision: number) => void;
  readonly onLog?: (level: 'debug' | 'info' | 'warning', text: string) => void;
  readonly onProblem?: (study: string, message: string) => void;
  /** Something happened to the workspace as a whole that a person should know. */
  readonly onNote?: (message: string) => void;
}

/** Trials when neither the comments nor the person say how many. */
export const defaultTrials = 30;

/** A trial's values exactly, rounded within the noise, or the literals as they stood when the study began. */
export type InsertedValues = 'exact' | 'rounded' | 'yours';

const orThrow = <T>(result: Result<T, string>): T => {
  if (result.ok) return result.value;
  throw new Error(result.error);
};

/** Where an engine runs; a lease's owner says it. */
export type EnginePlace = 'window' | 'keeper' | 'command' | 'engine';

/** How often changes by other processes are looked for: one number is read. */
const lookForChangesMs = 100;

/** How often studies left without a driver are looked for. */
const lookAroundMs = 500;

/** Pause before a study is driven again whose driver failed. */
const retryAfterMs = 3_000;

/** Longest wait for stopped trials to be gone: the launcher's grace, its kill, and some slack. */
const stopWaitMs = 20_000;

const systemClock: Clock = { nowMs: () => Date.now() };

/** Trials at a time by default: training uses several cores, so half of them, and at most four. */
const defaultParallel = (): number => Math.min(4, Math.max(1, Math.floor(availableParallelism() / 2)));

const specOf = (plan: StudyPlan, request: StudyRequest): StudySpec => {
  const { options } = plan;
  const timeMs = request.timeMs ?? options.budget.timeMs;
  const pruner =
    request.replay !== undefined
      ? replayOf(request.replay)
      : request.pruner === undefined
        ? (options.pruner ?? usualStoppingRule(plan.objectives.length))
        : { name: request.pruner, options: {} };
  const trials =
    request.trials ?? options.budget.trials ?? (timeMs === undefined ? defaultTrials : undefined);
  return {
    space: plan.space,
    objectives: plan.objectives,
    ...(plan.limits.length === 0 ? {} : { limits: plan.limits }),
    sampler:
      request.sampler === undefined
        ? (options.sampler ?? pairedSampler(pruner.name) ?? { name: 'auto', options: {} })
        : { name: request.sampler, options: {} },
    pruner,
    budget: { ...(trials === undefined ? {} : { trials }), ...(timeMs === undefined ? {} : { timeMs }) },
    parallel: request.parallel ?? options.parallel ?? defaultParallel(),
    seed: request.seed ?? options.seed ?? randomInt(2 ** 31),
  };
};

const badInput = (script: string, message: string): readonly FileProblem[] => [
  { code: 'type', severity: 'error', message, span: { start: 0, end: 0 }, file: script, line: 0, column: 0 },
];

/** What is wrong with the numbers asked for; undefined when all is well. */
const checkSpec = (spec: StudySpec, plan: RunPlan): string | undefined => {
  const { trials, timeMs } = spec.budget;
  if (trials !== undefined && !(Number.isInteger(trials) && trials > 0))
    return `“trials” must be a whole number above 0, not ${trials}.`;
  if (timeMs !== undefined && !(timeMs > 0)) return 'The time budget must be above 0.';
  if (!(Number.isInteger(spec.parallel) && spec.parallel > 0))
    return `“parallel” must be a whole number above 0, not ${spec.parallel}.`;
  const sampler = createSampler(spec.sampler);
  if (!sampler.ok) return sampler.error;
  const scheduler = budgetScheduler(spec.pruner, plan.tunables);
  if (!scheduler.ok) return scheduler.error;
  if (scheduler.value !== undefined) return undefined;
  const pruner = createStoppingRule(spec.pruner);
  return pruner.ok ? undefined : pruner.error;
};

/** For runs of a workspace that was deleted. */
const goneGraceMs = 1_000;

const isDamage = (error: unknown): boolean => error instanceof StoreError && error.reason === 'damaged';

const runningHandles = (store: KeptStore): readonly RunHandle[] =>
  store
    .studies()
    .flatMap(({ id }) =>
      store
        .trials(id)
        .flatMap(({ state, handle }) => (state === 'running' && handle !== undefined ? [handle] : [])),
    );

/** The embedded tuner of one workspace folder: its store, its launcher and a driver for each running study. */
export class Engine {
  readonly layout: Layout;
  private readonly keeping: Keeping;
  private readonly options: EngineOptions;
  private readonly clock: Clock;
  private readonly launcher: Launcher;
  private readonly owner: LeaseOwner;
  private readonly owners: OwnerWatch;
  private readonly models = new StudyModels();
  private readonly drivers = new Map<string, { driver: StudyDriver; ended: Promise<void> }>();
  /** Studies that this engine was asked to run. */
  private readonly own = new Set<string>();
  /** Since when studies were seen without a live driver. */
  private readonly freeSince = new Map<string, number>();
  /** Studies whose driver failed, such as on a full disk, and when they are taken up again. */
  private readonly troubled = new Map<string, { readonly message: string; readonly retryMs: number }>();
  private readonly standby: Standby;
  private readonly timers: readonly NodeJS.Timeout[];
  private announcedRevision: number;
  private closed = false;
  /** While the store is being mended or filled again nothing is driven. */
  private recovering: Promise<void> | undefined;

  /** Opens the workspace's store, making it when missing. Throws `StoreError` with what to do. */
  constructor(options: EngineOptions) {
    this.options = options;
    this.clock = options.clock ?? systemClock;
    this.layout = layoutOf(options.folder);
    this.keeping = new Keeping(this.layout, {
      nowMs: () => this.clock.nowMs(),
      onDamage: () => void setImmediate(() => this.damaged()),
      ...(options.nativeBinding === undefined ? {} : { nativeBinding: options.nativeBinding }),
    });
    this.launcher = localLauncher({
      runtimeFolder: options.runtimeFolder,
      runsFolder: this.layout.runs,
      warm: options.warmTrials !== 'off',
      onLog: (level, text) => options.onLog?.(level, text),
    });
    this.owner = ownerOf(`${options.place ?? 'engine'}-${randomUUID()}`, identify(process.pid));
    this.owners = new OwnerWatch(this.owner, {
      aloneInProcess: options.aloneInProcess ?? false,
      ...(options.leaseExpiryMs === undefined ? {} : { expiryMs: options.leaseExpiryMs }),
    });
    this.standby = new Standby(this.layout, (level, text) => options.onLog?.(level, text));
    this.announcedRevision = this.store.revision;
    this.timers = [
      setInterval(() => this.lookForChanges(), lookForChangesMs),
      setInterval(() => this.lookAround(), lookAroundMs),
    ];
    for (const note of this.keeping.notes) options.onNote?.(note);
    this.fillStore(this.keeping.anew);
    this.lookAround();
  }

  /** Another object after trouble with its files: not to be kept. */
  get store(): KeptStore {
    return this.keeping.store;
  }

  /** Resolves once what was lost of the store has been read from run folders again; at once when nothing was. */
  async untilReady(): Promise<void> {
    await this.recovering;
  }

  /** Mends the database although nothing may be wrong with it: what can be read is written anew. Returns what was done. */
  async repair(): Promise<string> {
    await this.recovering;
    return this.recover('damaged');
  }

  /** Scans the script, keeps its sources and starts tuning. Everything wrong with the input is returned at once. */
  createStudy(
    request: StudyRequest,
  ): Result<{ study: StudyRecord; warnings: readonly FileProblem[] }, readonly FileProblem[]> {
    const plan = planStudy(request, this.layout.snapshots);
    if (!plan.ok) return plan;
    const spec = specOf(plan.value, request);
    const wrong = checkSpec(spec, plan.value.run);
    if (wrong !== undefined) return failure(badInput(request.script, wrong));
    const nowMs = this.clock.nowMs();
    const study = this.store.createStudy(
      {
        name: path.basename(request.script, path.extname(request.script)),
        script: path.relative(this.layout.folder, plan.value.run.script).split(path.sep).join('/'),
        state: 'running',
        spec,
        plan: JSON.stringify(plan.value.run),
        createdAtMs: nowMs,
      },
      nowMs,
    );
    this.own.add(study.id);
    this.keepStudyFile(study);
    this.drive(study);
    this.recordEnvironment(study.id, plan.value.run);
    this.announce();
    return success({ study, warnings: plan.value.warnings });
  }

  /** No new trials; those running go on. */
  pause(study: string): void {
    if (this.store.study(study).state === 'running') this.setState(study, 'paused', 'Paused.');
  }

  /** Goes on with a study that was paused, stopped or has failed. Says why when it cannot. */
  resume(study: string): Result<null, string> {
    const record = this.store.study(study);
    if (record.state === 'running') return success(null);
    if (record.state === 'needs-objective') return failure('Choose first which metric to optimise.');
    if (record.state === 'complete')
      return failure(`${record.message ?? 'The study is complete.'} Start a new study to go on.`);
    if (record.state === 'failed' && this.store.trials(study)[0]?.state !== 'complete')
      return failure(
        'It ran your own values first, and that failed. Mend the script, then start a new study.',
      );
    this.own.add(study);
    this.troubled.delete(study);
    this.setState(study, 'running', null);
    this.lookAround();
    return success(null);
  }

  /** Ends a study; resolves once all its trials are gone. */
  async stop(study: string): Promise<void> {
    const { state } = this.store.study(study);
    if (state !== 'complete' && state !== 'failed') this.setState(study, 'stopped', 'Stopped.');
    // Those that repeat others do not end with the study by themselves.
    for (const { number, state: is, replicaOf } of this.store.trials(study))
      if (replicaOf !== undefined && !isFinished(is))
        this.store.changeTrial(study, number, { asked: 'stop', message: 'Stopped.' });
    this.driveIfNeeded(study);
    await this.waitUntil(() => this.store.trials(study).every((trial) => isFinished(trial.state)));
  }

  /** Stops one trial; resolves once it is gone. */
  async stopTrial(study: string, number: number): Promise<void> {
    const trial = this.store.trial(study, number);
    if (isFinished(trial.state)) return;
    this.store.changeTrial(study, number, { asked: 'stop', message: 'Stopped.' });
    this.driveIfNeeded(study);
    this.nudge(study);
    await this.waitUntil(() => isFinished(this.store.trial(study, number).state));
  }

  /** Ends a trial's run for now; resolves once it is gone. Says why when it cannot. */
  async pauseTrial(study: string, number: number): Promise<Result<null, string>> {
    const { state, asked } = this.store.trial(study, number);
    if (state !== 'running' || asked !== undefined)
      return failure(`Trial ${number} is not running, so it cannot be paused.`);
    this.store.changeTrial(study, number, { asked: 'pause' });
    this.driveIfNeeded(study);
    this.nudge(study);
    await this.waitUntil(() => this.store.trial(study, number).state !== 'running');
    return success(null);
  }

  /** Goes on with a trial that a person paused, from its checkpoint where it has one; also where the study waits for it. */
  resumeTrial(study: string, number: number): Result<null, string> {
    const trial = this.store.trial(study, number);
    if (trial.state !== 'paused') return failure(`Trial ${number} is not paused.`);
    if (!isHeld(trial))
      return failure(`Trial ${number} goes on by itself once it is found to be among the best.`);
    this.store.changeTrial(study, number, { state: 'waiting', asked: null, message: null });
    if (this.store.study(study).state === 'paused') return this.resume(study);
    this.own.add(study);
    this.nudge(study);
    this.lookAround();
    return success(null);
  }

  starTrial(study: string, number: number, star: boolean): void {
    this.store.changeTrial(study, number, { star });
    this.announce();
  }

  /** A person's own words on a trial, or on the study where no trial is named. */
  label(study: string, number: number | undefined, labels: Labels): void {
    const change = tidyLabels(labels);
    if (number === undefined) this.store.changeStudy(study, change, Date.now());
    else this.store.changeTrial(study, number, change);
    this.announce();
  }

  /** What is otherwise now than when a trial ran, a sentence each. */
  differences(study: string, number: number): Promise<readonly string[]> {
    return differencesNow(this.layout, study, this.planOf(study), this.original(study, number));
  }

  /**
   * Runs a trial once more: the same values, seed, source, interpreter and arguments. The new trial belongs to the study
   * but counts for nothing in it; when it has ended, its message compares the two. Says why when it cannot.
   */
  rerun(study: string, number: number): Result<TrialRecord, string> {
    const original = this.original(study, number);
    const wrong = mayRepeat(original, this.layout.runs);
    if (wrong !== undefined) return failure(wrong);
    const { params, seed, fidelity, parent, parentStep } = original;
    const replica = this.store.addTrial(study, {
      params,
      seed,
      reason: `Trial ${original.number} again, exactly.`,
      createdAtMs: this.clock.nowMs(),
      replicaOf: original.number,
      ...(fidelity === undefined ? {} : { fidelity }),
      ...(parent === undefined ? {} : { parent }),
      ...(parentStep === undefined ? {} : { parentStep }),
    });
    this.own.add(study);
    this.nudge(study);
    this.lookAround();
    return success(replica);
  }

  /** Prepares a trial's values for a debugger to run the script with. Throws `LaunchError` where there is no interpreter. */
  debugRun(study: string, number: number): Promise<DebugRun> {
    const where = { layout: this.layout, runtimeFolder: this.options.runtimeFolder };
    return prepareDebugRun(
      where,
      this.store.study(study),
      this.store.trial(study, number),
      this.planOf(study),
    );
  }

  /** The trial itself, or the one that it repeats. */
  private original(study: string, number: number): TrialRecord {
    const trial = this.store.trial(study, number);
    return trial.replicaOf === undefined ? trial : this.store.trial(study, trial.replicaOf);
  }

  /** Stops a study, then forgets it with its run folders. */
  async remove(study: string): Promise<void> {
    await this.stop(study);
    await this.drivers.get(study)?.ended;
    await this.waitUntil(() => this.isFree(study));
    this.store.removeStudy(study);
    rmSync(path.join(this.layout.runs, study), { recursive: true, force: true });
    this.announce();
  }

  /** Says what to optimise, after the baseline has shown what there is. */
  chooseObjective(study: string, metric: string, direction: Direction): Result<null, string> {
    const record = this.store.study(study);
    const baseline = this.store.trials(study)[0];
    const value = baseline?.metrics[metric];
    if (value === undefined) return failure(`No trial has reported “${metric}”.`);
    const nowMs = this.clock.nowMs();
    this.store.setObjectives(study, [{ metric, direction }], nowMs);
    if (baseline?.state === 'complete' && !Number.isNaN(value))
      this.store.changeTrial(study, 0, { values: [value] });
    this.own.add(study);
    if (record.state === 'needs-objective') this.setState(study, 'running', null);
    this.lookAround();
    return success(null);
  }

  /** Whoever drove the study, here or in another process, has let go of it. */
  private isFree(study: string): boolean {
    return this.liveOwner(study) === undefined;
  }

  changesSince(revision: number, mostPoints?: number): Changes {
    return this.store.changesSince(revision, mostPoints);
  }

  isDriving(study: string): boolean {
    return this.drivers.has(study);
  }

  planOf(study: string): RunPlan {
    return JSON.parse(this.store.study(study).plan) as RunPlan; // written by planStudy and kept by our own store
  }

  importance(study: string): Result<readonly ParameterImportance[], string> {
    const { spec } = this.store.study(study);
    const [objective] = spec.objectives;
    if (objective === undefined) return failure('Choose first which metric to optimise.');
    return importance(
      spec.space,
      this.store.trials(study).map((trial) => toTrial(trial)),
      objective,
    );
  }

  /** What the finished trials say of each parameter and of values that were not tried; kept until another result is in. */
  studyModel(study: string): Result<StudyModel, string> {
    return this.models.of(this.store.study(study), this.store.trials(study));
  }

  /** Edits that put a trial's values into the sources; for `yours` those that stood there when the study began. */
  insertEdits(
    study: string,
    number: number,
    {
      values = 'exact',
      ...request
    }: Pick<InsertRequest, 'texts' | 'parameters'> & { values?: InsertedValues },
  ): InsertPlan {
    const { space } = this.store.study(study).spec;
    const plan = this.planOf(study);
    const { folder } = this.layout;
    if (values === 'yours')
      return insertEdits(plan, { ...request, folder, params: {}, of: 'your own values', asWritten: true });
    const { params } =
      values === 'rounded' ? orThrow(this.simplified(study, number)) : this.store.trial(study, number);
    return insertEdits(plan, {
      ...request,
      folder,
      params: shownAssignment(space, params),
      of: `trial ${number}`,
    });
  }

  /** A trial's values in a form that other programs take. */
  copyAs(study: string, number: number, format: CopyFormat): string {
    const record = this.store.study(study);
    return copyAs(format, copiedTrial(this.planOf(study), record, this.store.trial(study, number)));
  }

  /** The simplest values that are as good as a trial's; a sentence where that cannot be told. */
  simplified(study: string, number: number): Result<Simplified, string> {
    return simplified(this.store.study(study), this.store.trials(study), number, this.studyModel(study));
  }

  /** Resolves when a study no longer runs: complete, stopped, failed, paused or waiting for a person. */
  async untilIdle(study: string): Promise<StudyRecord> {
    for (;;) {
      await this.drivers.get(study)?.ended;
      const record = this.store.study(study);
      if (record.state !== 'running' || this.closed) return record;
      await new Promise((resolve) => setTimeout(resolve, lookAroundMs));
    }
  }

  /**
   * Whether studies go on when this process is gone: by another one that stands by, made of the bundled command line
   * at this path; undefined is no. A process that an earlier window left lets this engine take over either way.
   */
  keepTuning(commandLine: string | undefined): void {
    this.standby.use(commandLine);
    this.lookAround();
  }

  /** Who drives a study where it is not this engine, for a person; undefined where this one does, or nobody. */
  driverElsewhere(study: string): string | undefined {
    if (this.isDriving(study)) return undefined;
    const owner = this.liveOwner(study);
    if (owner === undefined) return undefined;
    const place = owner.id.startsWith('keeper-')
      ? 'the background process'
      : owner.id.startsWith('command-')
        ? 'the command line'
        : 'another window';
    const host = owner.host === this.owner.host ? '' : ` on ${owner.host}`;
    return `${place} (process ${owner.pid}${host})`;
  }

  /** Lets go of everything; trials go on. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const timer of this.timers) clearInterval(timer);
    await Promise.all([...this.drivers.values()].map(({ driver }) => driver.detach()));
    await this.recovering;
    this.launcher.close?.();
    this.keeping.close();
  }

  private recordEnvironment(study: string, plan: RunPlan): void {
    recordEnvironment(this.layout.runs, study, { ...plan, folder: this.layout.folder }).catch(
      (error: unknown) =>
        this.options.onLog?.(
          'warning',
          `The environment of the study could not be recorded: ${String(error)}`,
        ),
    );
  }

  private setState(study: string, state: StudyRecord['state'], message: string | null): void {
    this.store.changeStudy(study, { state, message }, this.clock.nowMs());
    this.nudge(study);
    this.announce();
  }

  private nudge(study: string): void {
    this.drivers.get(study)?.driver.nudge();
  }

  private announce(): void {
    const { revision } = this.store;
    if (revision === this.announcedRevision) return;
    this.announcedRevision = revision;
    this.options.onChange?.(revision);
  }

  private lookForChanges(): void {
    try {
      if (!this.closed) this.announce();
    } catch {
      // The look around meets the same trouble and says so.
    }
  }

  private lookAround(): void {
    if (this.closed || this.recovering !== undefined) return;
    try {
      const trouble = this.keeping.look();
      if (trouble !== undefined) return void this.recover(trouble);
      this.announce();
      if (this.keeping.isAway) return;
      const studies = this.store.needingDriver();
      for (const study of studies) this.driveIfFree(study);
      if (studies.length > 0) this.standby.ensure();
    } catch (error) {
      // Called by a timer: the next look may succeed, and a driver that meets the same trouble reports it.
      this.options.onLog?.('warning', `Studies could not be read: ${String(error)}`);
    }
  }

  private driveIfFree(study: string): void {
    if (this.drivers.has(study)) return;
    if ((this.troubled.get(study)?.retryMs ?? 0) > performance.now()) return;
    if (!this.options.adoptOthers && !this.own.has(study)) return;
    if (this.options.patienceMs !== undefined && !this.hasWaited(study, this.options.patienceMs)) return;
    this.drive(this.store.study(study));
  }

  /** Others may take a study that is free first: the window that just opens, rather than a process in the background. */
  private hasWaited(study: string, patienceMs: number): boolean {
    const nowMs = performance.now();
    if (this.liveOwner(study) !== undefined) {
      this.freeSince.delete(study);
      return true; // one that hangs has been waited for by the lease itself
    }
    const sinceMs = this.freeSince.get(study) ?? nowMs;
    this.freeSince.set(study, sinceMs);
    return nowMs - sinceMs >= patienceMs;
  }

  /** Trials of an ended study that still run need someone who sees to their end. */
  private driveIfNeeded(study: string): void {
    const unfinished = this.store.trials(study).some((trial: TrialRecord) => !isFinished(trial.state));
    if (unfinished && !this.drivers.has(study)) this.drive(this.store.study(study));
  }

  /** Who drives a study, as far as can be seen from here; one that hangs counts. */
  private liveOwner(study: string): LeaseOwner | undefined {
    const owner = this.store.leaseOwner(study);
    return owner === undefined || this.owners.isGone(owner) ? undefined : owner;
  }

  /** The right to drive a study; false while another has it who is there and is heard of. */
  private takeLease(study: string): boolean {
    return this.store.acquireLease(study, this.owner, this.clock.nowMs(), (owner, heartbeatMs) =>
      this.owners.isAlive(study, owner, heartbeatMs),
    );
  }

  private drive(study: StudyRecord): void {
    if (this.recovering !== undefined || this.keeping.isAway) return;
    try {
      if (!this.takeLease(study.id)) return;
      const driver = new StudyDriver(study, {
        store: this.store,
        launcher: this.launcher,
        layout: this.layout,
        clock: this.clock,
        owner: this.owner,
        onLog: (level, text) => this.options.onLog?.(level, text),
        onProblem: (id, message) => this.options.onProblem?.(id, message),
        onRound: () => {
          this.troubled.delete(study.id);
          this.announce();
        },
      });
      const ended = driver
        .run()
        .catch((error: unknown) => this.giveUp(study.id, error))
        .finally(() => this.driverEnded(study.id));
      this.drivers.set(study.id, { driver, ended });
    } catch (error) {
      this.giveUp(study.id, error);
    }
  }

  private driverEnded(study: string): void {
    this.drivers.delete(study);
    this.lookForChanges(); // the store may be the very trouble for which the driver ended
  }

  /**
   * A driver that cannot go on leaves its study paused with the reason, so that it can be resumed. Where not even
   * that can be stored, driving is tried again later: trials go on by themselves meanwhile.
   */
  private giveUp(study: string, error: unknown): void {
    if (this.recovering !== undefined || this.keeping.isAway) return;
    if (isDamage(error)) return; // being mended by now
    const trouble = this.keeping.look();
    if (trouble !== undefined) {
      void this.recover(trouble);
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const known = this.troubled.get(study)?.message === message;
    this.troubled.set(study, { message, retryMs: performance.now() + retryAfterMs });
    try {
      this.store.changeStudy(
        study,
        { from: 'running', state: 'paused', message: `Paused: ${message} Resume to go on.` },
        this.clock.nowMs(),
      );
      if (!known) this.options.onProblem?.(study, message);
    } catch {
      if (!known)
        this.options.onProblem?.(
          study,
          `${message} Trials that run go on; the study is taken up again when this is mended.`,
        );
    }
  }

  private damaged(): void {
    if (!this.closed && this.recovering === undefined && this.keeping.mayRecover())
      void this.recover('damaged');
  }

  /** Lets go of the studies, makes the store a good one again, and fills it from run folders. Never rejects. */
  private recover(trouble: StoreTrouble): Promise<string> {
    let told = '';
    const recovering = (async () => {
      const running = trouble === 'folder-deleted' ? runningHandles(this.store) : [];
      await Promise.allSettled([...this.drivers.values()].map(({ driver }) => driver.detach()));
      told = this.keeping.recover(trouble);
      for (const handle of running) await this.launcher.stop(handle, goneGraceMs).catch(() => undefined);
      this.options.onNote?.(told);
      if (trouble !== 'folder-moved') told += await this.refill(studyFolders(this.layout.runs));
    })()
      .catch((error: unknown) => {
        told = `The database could not be mended: ${error instanceof Error ? error.message : String(error)}`;
        this.options.onNote?.(told);
      })
      .finally(() => this.recovered(recovering));
    this.recovering = recovering;
    return recovering.then(() => told);
  }

  private recovered(what: Promise<void>): void {
    if (this.recovering === what) this.recovering = undefined;
    this.lookAround();
  }

  /** Puts back what run folders show and the store lacks. Nearly always that is nothing, and opening goes on at once. */
  private fillStore(anew: boolean): void {
    const { store, layout } = this;
    for (const study of store.studies()) if (!hasStudyFile(layout.runs, study.id)) this.keepStudyFile(study);
    const lost = anew ? studyFolders(layout.runs) : studiesToRebuild(layout, store);
    if (lost.length === 0) return;
    const filling = this.refill(lost)
      .then(
        () => undefined,
        (error: unknown) =>
          this.options.onLog?.('warning', `Run folders could not be read: ${String(error)}`),
      )
      .finally(() => this.recovered(filling));
    this.recovering = filling;
  }

  /** Returns a sentence for a person; empty when nothing was missing. */
  private async refill(studies: readonly string[]): Promise<string> {
    const { store, layout, launcher } = this;
    const sum = { studies: 0, trials: 0 };
    for (const study of studies) {
      const nowMs = this.clock.nowMs();
      const take = (): LeaseOwner | undefined => (this.takeLease(study) ? this.owner : undefined);
      const rebuilt = await rebuildStudy(study, { store, launcher, layout, nowMs, take });
      sum.studies += rebuilt.studies;
      sum.trials += rebuilt.trials;
    }
    if (sum.trials === 0 && sum.studies === 0) return '';
    const whole = sum.studies === 0 ? '' : `${counted(sum.studies, 'study')} and `;
    const told = `${whole}${counted(sum.trials, 'trial')} that the database did not have were put back from run folders.`;
    this.options.onNote?.(told);
    return ` ${told}`;
  }

  private keepStudyFile(study: StudyRecord): void {
    try {
      writeStudyFile(this.layout.runs, study);
    } catch (error) {
      // Only a rebuild needs it; the next opening tries again.
      this.options.onLog?.('warning', `The study's file could not be written: ${String(error)}`);
    }
  }

  private async waitUntil(isTrue: () => boolean): Promise<void> {
    const until = performance.now() + stopWaitMs;
    while (!isTrue()) {
      if (performance.now() > until)
        throw new Error('The trials were asked to stop but have not all ended yet.');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    this.announce();
  }
}
