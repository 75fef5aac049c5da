import { randomStream } from '../numeric/random.ts';
import { createSampler } from '../samplers/registry.ts';
import { dropLinks } from '../launch/overlay.ts';
import { baselineAssignment, completeAssignment, shownBaseline } from '../space/assignment.ts';
import { type ShownAssignment, shownAssignment } from '../space/composite.ts';
import { tidy } from '../space/tidy.ts';
import type { Clock } from '../study/clock.ts';
import {
  LaunchError,
  type Launcher,
  type RunCheckpoint,
  type RunHandle,
  type RunKey,
  type RunSpec,
  type RunState,
  startCursor,
} from '../study/launcher.ts';
import type { Pruner } from '../study/pruner.ts';
import type { PastStudy, Proposal, Sampler } from '../study/sampler.ts';
import type { Job, ScheduleContext, Scheduler } from '../study/scheduler.ts';
import {
  type LeaseOwner,
  type NewTrial,
  type RungResult,
  type Store,
  StoreError,
  type StudyRecord,
  type TrialChange,
  type TrialRecord,
} from '../study/store.ts';
import type { StudyState } from '../study/study.ts';
import { isFinished, type Trial } from '../study/trial.ts';
import { TrialList } from '../study/trialChanges.ts';
import { ActiveRun } from './activeRun.ts';
import { finiteSizeOf, whyDone } from './budget.ts';
import { budgetScheduler, goesOnFromOthers } from './budgetSchedule.ts';
import { type Layout, mustStillBe } from './layout.ts';
import { readTail } from './logTail.ts';
import { pastStudies } from './past.ts';
import type { RunPlan } from './plan.ts';
import { compareReplica } from './replica.ts';
import { runFolder, runSpecOf } from './runInput.ts';
import { manyRuns, RunReader } from './runReader.ts';
import { isInterrupted, lastTraceback, type Settlement, settle } from './settle.ts';
import { createStoppingRule } from './strategies.ts';
import { StudyCheckpoints } from './studyCheckpoints.ts';
import { isHeld, toTrial } from './trialModel.ts';

export interface DriverPorts {
  readonly store: Store;
  readonly launcher: Launcher;
  readonly layout: Layout;
  readonly clock: Clock;
  readonly owner: LeaseOwner;
  readonly onLog: (level: 'debug' | 'info' | 'warning', text: string) => void;
  readonly onProblem: (study: string, message: string) => void;
  /** The store may have changed; called once a round. */
  readonly onRound: () => void;
}

/** How a run ended, under a scheduler of budgets. */
type RungSettlement = Settlement & {
  readonly rungs?: readonly RungResult[];
};

/** Ended by a signal, as a shell tells it, or without a word. */
const wasKilled = (state: RunState): boolean =>
  state.kind === 'lost' || (state.kind === 'ended' && state.exitCode > 128);

/**
 * A run that another process claimed and has not begun, because it was suspended in between: whoever drives the study
 * next asks again, until that process goes on or is gone.
 */
const isForLater = (error: unknown): boolean => error instanceof LaunchError && error.reason === 'busy';

/** Grace between a polite stop and killing the process tree. */
const graceMs = 5_000;
/** The longest pause between two rounds; the launcher's watch ends it earlier. */
const roundMs = 200;
/** Time for more news to gather after a wake-up, so that a burst is one transaction. */
const gatherMs = 15;
/** As often as the host asks for what changed: one round a question, and nothing waits for the one after. */
const gatherManyMs = 100;
/** Well within `leaseExpiryMs`, so that a slow proposal or a busy machine does not cost the lease. */
const leaseRenewMs = 3_000;
const elapsedSaveMs = 2_000;
/** That many failures in a row pause the study instead of burning the budget. */
const failuresToPause = 5;
/**
 * A proposal is made ahead of time, so that no slot waits for it, and once more from everything known by then when that
 * takes less than this, or less than this share of a trial's time. One trial at a time is different: there every
 * proposal but the slowest waits for the trial before it, so that the same seed gives the same study.
 */
const quickProposalMs = 3;
const quickProposalShare = 0.01;
const quickInTurnMs = 1_000;

/**
 * Drives one study: ask → launch → ingest → decide → tell. Everything it knows is in the store; it may be
 * ended at any moment and another driver goes on. Wishes (pause, stop) reach it as changes in the store.
 */
export class StudyDriver {
  readonly study: string;
  private readonly ports: DriverPorts;
  private readonly sampler: Sampler;
  private readonly pruner: Pruner;
  /** Sets the budget annotation; absent where trials run in full. */
  private readonly scheduler: Scheduler | undefined;
  /** Trials begin from others' checkpoints: population-based training. */
  private readonly breeds: boolean;
  /** Why the scheduler has nothing more to start, when it said so last. */
  private scheduleDone: string | undefined;
  private readonly plan: RunPlan;
  private readonly checkpoints: StudyCheckpoints;
  private readonly finiteSize: number;
  private record: StudyRecord;
  private records: TrialRecord[];
  private replicas = 0;
  private readonly list = new TrialList();
  private readonly trials = this.list.trials;
  private readonly active = new Map<number, ActiveRun>();
  private prefetched: Proposal | undefined;
  private past: readonly PastStudy[] | undefined;
  private proposalMs = 0;
  /** Of the trial finished last. */
  private trialMs = 0;
  private seenRevision: number;
  private leaseRenewedMs = performance.now();
  private readonly reader = new RunReader();
  private elapsedMs: number;
  private elapsedSavedMs: number;
  private lastTickMs: number;
  private detached = false;
  private wake: (() => void) | undefined;
  private woken = false;
  private loop: Promise<void> | undefined;

  /** The caller holds the study's lease already. Throws when the stored plan cannot be read. */
  constructor(study: StudyRecord, ports: DriverPorts) {
    this.study = study.id;
    this.ports = ports;
    this.record = study;
    this.plan = JSON.parse(study.plan) as RunPlan; // written by planStudy and kept by our own store
    const sampler = createSampler(study.spec.sampler);
    const scheduler = budgetScheduler(study.spec.pruner, this.plan.tunables ?? []);
    if (!scheduler.ok) throw new Error(scheduler.error);
    this.scheduler = scheduler.value;
    this.breeds = this.scheduler !== undefined && goesOnFromOthers(this.scheduler.name);
    // The scheduler alone says how far a trial runs.
    const pruner = createStoppingRule(this.scheduler ? { name: 'none', options: {} } : study.spec.pruner);
    if (!sampler.ok) throw new Error(sampler.error);
    if (!pruner.ok) throw new Error(pruner.error);
    this.sampler = sampler.value;
    this.pruner = pruner.value;
    this.finiteSize = finiteSizeOf(study.spec);
    this.checkpoints = new StudyCheckpoints({
      store: ports.store,
      runs: ports.layout.runs,
      study: study.id,
      policy: this.plan.checkpoints,
      breeder: this.breeds ? study.spec.pruner.name : undefined,
      full: this.plan.tunables?.find(({ role }) => role === 'budget')?.budget ?? Infinity,
      trials: () => this.records,
      objectives: () => this.record.spec.objectives,
      onLog: (text) => ports.onLog('info', `${this.record.name}: ${text}`),
    });
    this.seenRevision = ports.store.revision; // before the trials: those of other studies are nobody's news
    this.records = [...ports.store.trials(study.id)];
    for (const record of this.records) this.list.set(record.number, this.model(record));
    this.replicas = this.records.filter(({ replicaOf }) => replicaOf !== undefined).length;
    this.elapsedMs = study.elapsedMs;
    this.elapsedSavedMs = study.elapsedMs;
    this.lastTickMs = performance.now();
  }

  /** Resolves when the study needs no driver any more, or was detached. */
  run(): Promise<void> {
    this.loop ??= this.drive();
    return this.loop;
  }

  /** Look at the store and the runs now. */
  nudge(): void {
    this.woken = true;
    this.wake?.();
  }

  /** Stops driving; trials go on. */
  async detach(): Promise<void> {
    this.detached = true;
    this.nudge();
    await this.loop;
  }

  private async drive(): Promise<void> {
    try {
      await this.adopt();
      while (!this.detached && (await this.tick())) await this.pause();
    } catch (error) {
      if (!this.isTakenAway(error) && !isForLater(error)) throw error;
      this.ports.onLog('info', `${this.record.name}: ${(error as Error).message}`); // as was just checked
    } finally {
      for (const run of this.active.values()) run.detach();
      await this.checkpoints.settled();
      this.letGo();
    }
  }

  /** Another drives the study now, or it was removed: nothing is wrong, and nothing is left to do here. */
  private isTakenAway(error: unknown): boolean {
    if (!(error instanceof StoreError)) return false;
    if (error.reason === 'lease-lost') return true;
    if (error.reason !== 'not-found') return false;
    return this.ports.store.studies().every(({ id }) => id !== this.study);
  }

  private letGo(): void {
    try {
      this.saveElapsed();
      this.ports.store.releaseLease(this.study, this.ports.owner);
    } catch (error) {
      // The lease is not ours any more, or cannot be stored: it is free when this process ends.
      this.ports.onLog('debug', `${this.record.name}: ${String(error)}`);
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      // With more to be read there is nothing to wait for but requests that came meanwhile.
      const timer = setTimeout(done, this.reader.more ? 0 : roundMs);
      let gathering: NodeJS.Timeout | undefined;
      const settleSoon = (): void => {
        gathering ??= setTimeout(done, this.active.size > manyRuns ? gatherManyMs : gatherMs);
      };
      const self = this;
      function done(): void {
        clearTimeout(timer);
        clearTimeout(gathering);
        self.wake = undefined;
        resolve();
      }
      this.wake = settleSoon;
      if (this.woken) settleSoon();
      this.woken = false;
    });
  }

  /** Finds the runs again that an earlier driver started; reads them from the start, which changes nothing twice. */
  private async adopt(): Promise<void> {
    this.refresh();
    const unfinished = this.records.filter((record) => !isFinished(record.state));
    for (const record of unfinished) {
      if (record.handle !== undefined && record.state === 'running') this.watch(record, record.handle);
      // Written ahead but with no handle: starting again is safe, since a start is idempotent by key.
      else if (record.state === 'running')
        await this.launch(record, record.attempt, record.slot ?? this.freeSlot());
    }
    if (unfinished.length > 0)
      this.ports.onLog('info', `${this.record.name}: ${this.active.size} running trial(s) taken over.`);
  }

  /** One round; false when nothing is left to do. */
  private async tick(): Promise<boolean> {
    if (!this.keepLease()) return false;
    this.countTime();
    this.refresh();
    await this.read();
    this.obey();
    this.settleEnded();
    this.judge();
    await this.fill();
    const finished = this.finish();
    this.ports.onRound();
    if (!finished) this.prefetch();
    return !finished;
  }

  /**
   * By the steady clock: the other one may jump, and a lease that is not renewed for an hour is another's. Whoever was
   * suspended meanwhile notices here; what is under way at that moment is refused by the store itself.
   */
  private keepLease(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.leaseRenewedMs < leaseRenewMs) return true;
    this.leaseRenewedMs = nowMs;
    const { store, owner, clock } = this.ports;
    if (store.renewLease(this.study, owner, clock.nowMs())) return true;
    this.ports.onLog('warning', `${this.record.name}: another window or process drives this study now.`);
    return false;
  }

  private countTime(): void {
    const nowMs = performance.now();
    // A machine that slept is not time spent tuning.
    const passedMs = Math.min(nowMs - this.lastTickMs, 10 * roundMs + graceMs);
    this.lastTickMs = nowMs;
    if (this.record.state === 'running') this.elapsedMs += passedMs;
    if (this.elapsedMs - this.elapsedSavedMs >= elapsedSaveMs) this.saveElapsed();
  }

  private saveElapsed(): void {
    if (this.elapsedMs === this.elapsedSavedMs) return;
    this.elapsedSavedMs = this.elapsedMs;
    const { store, clock, owner } = this.ports;
    store.changeStudy(this.study, { elapsedMs: this.elapsedMs }, clock.nowMs(), owner);
  }

  /** Takes over what changed in the store, by whomever. */
  private refresh(): void {
    const changes = this.ports.store.changesSince(this.seenRevision);
    this.seenRevision = changes.revision;
    const own = changes.studies.find(({ id }) => id === this.study);
    if (own !== undefined) this.record = own;
    // New ones come in the order of their newest change, and take their places in that of their numbers.
    const trials = changes.trials.filter(({ study }) => study === this.study);
    for (const record of trials.toSorted((a, b) => a.number - b.number)) this.keep(record);
  }

  private keep(record: TrialRecord): void {
    if (this.records[record.number] === undefined && record.replicaOf !== undefined) this.replicas++;
    this.records[record.number] = record;
    this.list.set(record.number, this.model(record));
    if (record.state === 'complete' && record.startedAtMs !== undefined && record.endedAtMs !== undefined)
      this.trialMs = record.endedAtMs - record.startedAtMs;
    const quickMs =
      this.record.spec.parallel === 1
        ? quickInTurnMs
        : Math.max(quickProposalMs, quickProposalShare * this.trialMs);
    if (this.proposalMs < quickMs) this.prefetched = undefined;
  }

  /** With several objectives the curves of all, so that none is judged by the first alone. */
  private model(record: TrialRecord): Trial {
    const { objectives } = this.record.spec;
    if (objectives.length < 2 || record.intermediate.length === 0) return toTrial(record);
    const reports = this.ports.store.reports(this.study, record.number);
    return toTrial(
      record,
      objectives.map(({ metric }) => reports[metric] ?? []),
    );
  }

  private change(number: number, change: TrialChange): TrialRecord {
    const record = this.ports.store.changeTrial(this.study, number, change, this.ports.owner);
    this.keep(record);
    return record;
  }

  private recordOf(run: ActiveRun): TrialRecord {
    const record = this.records[run.trial];
    if (record === undefined) throw new Error(`trial ${run.trial} is active but not stored`);
    return record;
  }

  private async read(): Promise<void> {
    const nowMs = this.ports.clock.nowMs();
    const read = await this.reader.read(this.active, this.ports.launcher);
    if (read.length === 0) return;
    const batches = read.map(({ run, reports, corrupt }) => run.batch(this.study, reports, corrupt, nowMs));
    this.ports.store.ingest(batches, this.ports.owner);
    this.refresh();
  }

  /**
   * Does what people asked for, in this window or another. Repeated trials were asked for one by one: they end with the
   * study only when it is stopped after that.
   */
  private obey(): void {
    const ending = this.record.state === 'stopped' || this.record.state === 'failed';
    for (const run of this.active.values()) {
      const { asked, replicaOf } = this.recordOf(run);
      const ends = ending && replicaOf === undefined;
      if (ends && asked === undefined) this.change(run.trial, { asked: 'stop' });
      if (ends || asked !== undefined) this.stop(run);
    }
    for (const record of this.records)
      if (
        (record.state === 'waiting' || record.state === 'paused') &&
        ((ending && record.replicaOf === undefined) || record.asked === 'stop')
      )
        this.change(record.number, { state: 'stopped', endedAtMs: this.ports.clock.nowMs() });
  }

  private stop(run: ActiveRun): void {
    if (run.stopAsked) return;
    run.stopAsked = true;
    run.stopPending = true;
    this.ports.launcher
      .stop(run.handle, graceMs)
      .catch((error: unknown) =>
        this.ports.onProblem(this.study, `Trial ${run.trial} could not be stopped: ${String(error)}`),
      )
      .finally(() => {
        run.stopPending = false;
        this.nudge();
      });
  }

  private settleEnded(): void {
    for (const run of [...this.active.values()]) {
      // Where stopping was asked for, the tree is verified gone before the trial counts as ended.
      // A run that was killed may have left children behind: they are cleared away in the same manner.
      if (wasKilled(run.state)) this.stop(run);
      if (run.ended && !run.stopPending && !this.keeps(run)) this.settleRun(run);
    }
  }

  /** Is its checkpoint being copied, for others to begin from? That comes before the trial may train on. */
  private keeps(run: ActiveRun): boolean {
    if (run.keptAsked) return false;
    run.keptAsked = true;
    const kept = this.checkpoints.keep(run, this.recordOf(run));
    if (kept === undefined) return false;
    run.stopPending = true;
    void kept.finally(() => {
      run.stopPending = false;
      this.nudge();
    });
    return true;
  }

  private settleRun(run: ActiveRun): void {
    this.active.delete(run.trial);
    run.detach();
    if (this.plan.runner !== undefined) dropLinks(run.handle.folder);
    const record = this.recordOf(run);
    const logTail = readTail(run.log);
    const expected = this.runSpec(record, run.handle.key).input.files.flatMap((file) =>
      file.patches.map(({ id, value }) => [id, value] as const),
    );
    const settlement = settle({
      record,
      state: run.state,
      objectives: this.record.spec.objectives,
      limits: this.record.spec.limits ?? [],
      // One that went on from its checkpoint at the very end has nothing more to report.
      metrics: this.checkpoints.wentOn(run) ? { ...record.metrics, ...run.metrics } : run.metrics,
      expected: Object.fromEntries(expected),
      bound: run.bound,
      logTail,
      ...(isInterrupted(run.state) || record.asked === 'pause' ? this.checkpoints.progressOf(run) : {}),
    });
    this.tell(record, this.onRung(record, settlement), run, logTail);
  }

  /** Where its budget was not the full one a trial is not complete: what it came to is kept, and it may go on. */
  private onRung(record: TrialRecord, settlement: Settlement): RungSettlement {
    const { fidelity } = record;
    const { values, ...rest } = settlement;
    if (settlement.state === 'complete' && record.number === 0) {
      const missing = this.checkpoints.whatIsMissing(record, undefined);
      if (missing !== undefined) return { state: 'failed', fatal: true, message: missing };
    }
    if (this.scheduler === undefined || fidelity === undefined || values === undefined) return settlement;
    if (record.replicaOf !== undefined) return settlement;
    const before = (record.rungs ?? []).filter((rung) => rung.fidelity < fidelity);
    const rungs = [...before, { fidelity, values }];
    const [objective] = this.record.spec.objectives;
    const { action, reason } = this.scheduler.decide({
      trial: toTrial({ ...record, rungs }),
      others: this.trials,
      direction: objective?.direction ?? 'minimize',
      objectives: this.record.spec.objectives,
    });
    if (action === 'continue') return { ...settlement, rungs };
    const missing = action === 'pause' ? this.checkpoints.whatIsMissing(record, fidelity) : undefined;
    if (missing !== undefined) return { state: 'failed', fatal: true, message: missing };
    return { ...rest, rungs, state: action === 'stop' ? 'pruned' : 'paused', message: reason };
  }

  private tell(record: TrialRecord, settlement: RungSettlement, run: ActiveRun, logTail: string): void {
    const { state, values, constraints, rungs, losses } = settlement;
    const compared = state === 'complete' ? this.compared(record) : undefined;
    const message = [compared, settlement.message, ...run.notices]
      .filter((text) => text !== undefined)
      .join(' ');
    this.change(record.number, {
      state,
      ...(values === undefined ? {} : { values }),
      ...(constraints === undefined ? {} : { constraints }),
      ...(rungs === undefined ? {} : { rungs }),
      ...(losses === undefined && record.losses === undefined ? {} : { losses: losses ?? null }),
      ...(message === '' ? {} : { message }),
      ...(state === 'waiting' || state === 'paused'
        ? { handle: null, cursor: null }
        : { endedAtMs: this.ports.clock.nowMs() }),
    });
    this.ports.onLog(
      'info',
      `${this.record.name}: trial ${record.number} ${state}${message === '' ? '' : ` (${message})`}`,
    );
    if (settlement.fatal && record.replicaOf === undefined)
      this.failStudy(this.fatalMessage(record, settlement, logTail));
    else this.pauseIfFailing();
    this.askForObjective();
    if (isFinished(state)) this.checkpoints.tidy(record.number);
  }

  /** How a trial that repeats another ended beside that one. */
  private compared({ number, replicaOf }: TrialRecord): string | undefined {
    if (replicaOf === undefined) return undefined;
    const { store } = this.ports;
    const [original, replica] = [store.trial(this.study, replicaOf), store.trial(this.study, number)];
    return compareReplica(
      store,
      original,
      replica,
      this.record.spec.objectives.map(({ metric }) => metric),
    );
  }

  private fatalMessage(record: TrialRecord, settlement: RungSettlement, logTail: string): string {
    const traceback = logTail.includes('Traceback') ? `\n${lastTraceback(logTail)}` : '';
    const which =
      record.number === 0 ? 'The first trial, with your own values, failed' : `Trial ${record.number} failed`;
    return `${which}: ${settlement.message ?? 'no reason given.'}${traceback}`;
  }

  private failStudy(message: string): void {
    this.changeStudy('failed', message);
    this.ports.onProblem(this.study, message);
    this.obey();
  }

  private changeStudy(state: StudyState, message: string | null): void {
    this.saveElapsed();
    const { store, clock, owner } = this.ports;
    // A person who has stopped or paused the study meanwhile is not overruled.
    const change = { state, message, from: this.record.state };
    this.record = store.changeStudy(this.study, change, clock.nowMs(), owner);
  }

  private pauseIfFailing(): void {
    if (this.record.state !== 'running') return;
    const ended = this.records
      .filter((record) => isFinished(record.state) && record.replicaOf === undefined)
      .sort((a, b) => (a.endedAtMs ?? 0) - (b.endedAtMs ?? 0));
    const last = ended.slice(-failuresToPause);
    if (last.length < failuresToPause || last.some((record) => record.state !== 'failed')) return;
    const message = `Paused: the last ${failuresToPause} trials failed, the newest with: ${last.at(-1)?.message ?? 'no message'}. Resume to go on.`;
    this.changeStudy('paused', message);
    this.ports.onProblem(this.study, message);
  }

  private askForObjective(): void {
    if (
      this.record.state === 'running' &&
      this.record.spec.objectives.length === 0 &&
      this.records[0]?.state === 'complete'
    )
      this.changeStudy('needs-objective', 'Choose which of the reported metrics to optimise.');
  }

  /** Asks the pruner about every trial that reported. The baseline runs to its end: everything is compared with it. */
  private judge(): void {
    const { objectives } = this.record.spec;
    const [objective] = objectives;
    for (const run of this.active.values()) {
      if (!run.reported) continue;
      run.reported = false;
      const trial = this.trials[run.trial];
      if (
        objective === undefined ||
        run.trial === 0 ||
        this.recordOf(run).replicaOf !== undefined ||
        run.ended ||
        trial === undefined ||
        trial.intermediate.length === 0
      )
        continue;
      if (this.recordOf(run).asked !== undefined || this.isAtItsEnd(trial)) continue;
      const { direction } = objective;
      const decision = this.pruner.decide({ trial, others: this.trials, direction, objectives });
      if (!decision.prune) continue;
      this.change(run.trial, { asked: 'prune', message: decision.reason });
      this.stop(run);
    }
  }

  /** As far as the baseline came to its end: stopping would save nothing and lose the result. */
  private isAtItsEnd(trial: Trial): boolean {
    const [baseline] = this.trials;
    const end = baseline?.state === 'complete' ? baseline.intermediate.at(-1)?.step : undefined;
    return end !== undefined && (trial.intermediate.at(-1)?.step ?? end - 1) >= end;
  }

  private freeSlot(): number {
    const taken = new Set([...this.active.values()].map(({ slot }) => slot));
    let slot = 1;
    while (taken.has(slot)) slot++;
    return slot;
  }

  /** Others start once the baseline has shown that the script runs and reports what counts. */
  private baselineProven(): boolean {
    const [baseline] = this.records;
    if (baseline === undefined) return true;
    if (isFinished(baseline.state)) return true;
    return this.record.spec.objectives.length > 0 && baseline.intermediate.length > 0;
  }

  /** Repeated trials run whatever the study does: a person asked for each. */
  private mayStart({ state, replicaOf }: TrialRecord): boolean {
    return state === 'waiting' && (this.record.state === 'running' || replicaOf !== undefined);
  }

  private async fill(): Promise<void> {
    while (this.active.size < this.record.spec.parallel) {
      const again = this.records.find((record) => this.mayStart(record));
      if (again === undefined && this.record.state !== 'running') return;
      if (!this.keepLease()) return;
      if (again !== undefined) {
        await this.launch(again, again.attempt + 1, this.freeSlot());
        continue;
      }
      if (!this.baselineProven()) return;
      if (this.records.length > 0 && this.record.spec.objectives.length === 0) return;
      if (this.scheduler !== undefined && this.records.length > 0) {
        if (!(await this.startScheduled(this.scheduler))) return;
        continue;
      }
      if (this.whyDone() !== undefined) return;
      const record = this.ports.store.addTrial(this.study, this.next(), this.ports.owner);
      this.keep(record);
      await this.launch(record, 1, this.freeSlot());
    }
  }

  /** Does what the scheduler says; false when there is nothing to start now. */
  private async startScheduled(scheduler: Scheduler): Promise<boolean> {
    if (this.isOvertime()) return false;
    const job = scheduler.next(this.scheduleContext());
    const why = this.breeds ? 'Training goes on in another trial.' : 'It was not among the best of its rung.';
    for (const number of job.ends ?? []) this.endPaused(number, why);
    this.scheduleDone = job.kind === 'done' ? job.reason : undefined;
    if (job.kind === 'wait' || job.kind === 'done') return false;
    const record = job.kind === 'resume' ? this.records[job.trial] : this.addScheduled(job);
    if (record === undefined) throw new Error('the scheduler resumed a trial that is not there');
    if (job.kind === 'resume') this.checkpoints.sayIfAnew(record);
    await this.launch(record, record.attempt + 1, this.freeSlot(), job.fidelity);
    return true;
  }

  private scheduleContext(): ScheduleContext {
    const { space, objectives, budget, seed } = this.record.spec;
    const { trials } = this;
    const left =
      budget.trials === undefined ? {} : { remaining: Math.max(0, budget.trials - this.proposed()) };
    return {
      space,
      objectives,
      trials,
      random: randomStream(seed, trials.length, 'schedule'),
      ...(this.triedAll() ? { remaining: 0 } : left),
    };
  }

  private addScheduled(job: Extract<Job, { readonly kind: 'start' | 'propose' }>): TrialRecord {
    if (job.kind === 'propose') this.prefetched = { params: job.params, reason: job.reason };
    const { parent, parentStep } = job.kind === 'propose' ? job : {};
    const trial = {
      ...this.next(),
      fidelity: job.fidelity,
      ...(parent === undefined ? {} : { parent }),
      ...(parentStep === undefined ? {} : { parentStep }),
    };
    const record = this.ports.store.addTrial(this.study, trial, this.ports.owner);
    this.keep(record);
    return record;
  }

  private endPaused(number: number, message: string): void {
    if (this.records[number]?.state !== 'paused') return;
    this.change(number, { state: 'pruned', message, endedAtMs: this.ports.clock.nowMs() });
    this.checkpoints.tidy(number);
  }

  private isOvertime(): boolean {
    const { timeMs } = this.record.spec.budget;
    return timeMs !== undefined && this.elapsedMs >= timeMs;
  }

  /** Trials of the study's own, without those that repeat one. */
  private proposed(): number {
    return this.records.length - this.replicas;
  }

  /** Are all configurations of a finite space among the trials? */
  private triedAll(): boolean {
    const { spec } = this.record;
    return whyDone({ ...spec, budget: {} }, this.trials, 0, this.finiteSize) !== undefined;
  }

  private whyDone(): string | undefined {
    if (this.scheduler !== undefined && this.records.length > 0)
      return this.isOvertime() ? 'The time budget is used up.' : this.scheduleDone;
    return whyDone(this.record.spec, this.trials, this.elapsedMs, this.finiteSize, this.replicas);
  }

  private next(): NewTrial {
    const { spec } = this.record;
    const number = this.records.length;
    const seed = randomStream(spec.seed, number, 'trial').integer(2 ** 31);
    const createdAtMs = this.ports.clock.nowMs();
    if (number === 0)
      return {
        params: baselineAssignment(spec.space, this.plan.baseline),
        reason: 'Your own values, as they stand in the source.',
        seed,
        createdAtMs,
      };
    const proposal = this.prefetched ?? this.propose();
    this.prefetched = undefined;
    return {
      params: completeAssignment(spec.space, tidy(spec.space, proposal.params)),
      reason: proposal.reason,
      seed,
      createdAtMs,
    };
  }

  private propose(): Proposal {
    const { spec } = this.record;
    const { trials } = spec.budget;
    const startedMs = performance.now();
    const proposal = this.sampler.sample({
      space: spec.space,
      objectives: spec.objectives,
      trials: this.trials,
      random: randomStream(spec.seed, this.records.length, 'sample'),
      ...(trials === undefined ? {} : { remaining: Math.max(1, trials - this.proposed()) }),
      past: this.pastStudies(),
    });
    this.proposalMs = performance.now() - startedMs;
    return proposal;
  }

  /** Read once: what earlier studies found does not change while this one runs. */
  private pastStudies(): readonly PastStudy[] {
    this.past ??= pastStudies(this.ports.store, this.record);
    return this.past;
  }

  /** Has the next proposal ready while trials run, so that a free slot does not wait for the sampler. */
  private prefetch(): void {
    const wanted =
      this.record.state === 'running' && this.records.length > 0 && this.record.spec.objectives.length > 0;
    if (wanted && this.prefetched === undefined && this.whyDone() === undefined)
      this.prefetched = this.propose();
  }

  /** A trial's values as they go into the source. The baseline has its own, even lists that no trial could propose. */
  private shownParams({ number, replicaOf, params }: TrialRecord): ShownAssignment {
    const { space } = this.record.spec;
    return (replicaOf ?? number) === 0
      ? shownBaseline(space, this.plan.baseline)
      : shownAssignment(space, params);
  }

  /** What an attempt of a trial runs, with the values and the budget that the trial has. */
  private runSpec(record: TrialRecord, key: RunKey, checkpoint?: RunCheckpoint): RunSpec {
    const { seed, fidelity, replicaOf } = record;
    return runSpecOf(this.plan, {
      key,
      params: this.shownParams(record),
      seed,
      ...(fidelity === undefined ? {} : { fidelity }),
      ...(replicaOf === undefined ? {} : { replicaOf }),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      runs: this.ports.layout.runs,
    });
  }

  private async launch(
    record: TrialRecord,
    attempt: number,
    slot: number,
    fidelity = record.fidelity,
  ): Promise<void> {
    const key = { study: this.study, trial: record.number, attempt };
    const folder = runFolder(this.ports.layout.runs, key);
    mustStillBe(this.ports.layout); // a run in the place that the workspace was moved from would be nobody's
    // Written ahead: should we die after the start, whoever comes next finds the run by its key.
    const written = this.change(record.number, {
      ...(record.state === 'running' ? {} : { state: 'running' as const }),
      attempt,
      slot,
      folder,
      startedAtMs: this.ports.clock.nowMs(),
      cursor: null,
      message: null,
      ...(fidelity === undefined ? {} : { fidelity }),
    });
    const lost = await this.checkpoints.inherit(record);
    if (lost !== undefined) {
      this.change(written.number, { state: 'failed', message: lost, endedAtMs: this.ports.clock.nowMs() });
      this.pauseIfFailing();
      return;
    }
    let handle: RunHandle;
    try {
      const spec = this.runSpec(written, key, this.checkpoints.forRun(record, attempt));
      handle = await this.ports.launcher.start(spec);
    } catch (error) {
      if (isForLater(error)) throw error;
      const message =
        error instanceof LaunchError ? error.message : `The trial could not be started: ${String(error)}`;
      this.change(written.number, { state: 'failed', message, endedAtMs: this.ports.clock.nowMs() });
      this.failStudy(message);
      return;
    }
    this.watch(this.change(record.number, { handle }), handle);
  }

  private watch(record: TrialRecord, handle: NonNullable<TrialRecord['handle']>): void {
    const run = new ActiveRun({
      trial: record.number,
      attempt: record.attempt,
      slot: record.slot ?? this.freeSlot(),
      handle,
      cursor: startCursor,
    });
    run.watch(this.ports.launcher, () => this.nudge());
    this.active.set(record.number, run);
  }

  /** True when nothing runs and nothing is to be started: ended, paused or waiting for a person. */
  private finish(): boolean {
    if (this.active.size > 0) {
      if (this.isOvertime() && this.record.state === 'running')
        for (const run of this.active.values())
          if (this.recordOf(run).asked === undefined && this.recordOf(run).replicaOf === undefined)
            this.change(run.trial, { asked: 'stop', message: 'The time budget was used up.' });
      return false;
    }
    if (this.records.some((record) => this.mayStart(record))) return false;
    switch (this.record.state) {
      case 'running': {
        if (this.records.some(isHeld)) {
          this.changeStudy(
            'paused',
            'Nothing is left to do but the trial that you paused. Resume it to go on.',
          );
          return true;
        }
        const why = this.whyDone();
        if (why === undefined) return false;
        for (const { number } of this.records) this.endPaused(number, why);
        this.changeStudy('complete', why);
        return true;
      }
      case 'needs-objective':
      case 'paused':
      case 'complete':
      case 'stopped':
      case 'failed':
        return true;
    }
  }
}
