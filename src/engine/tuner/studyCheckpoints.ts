import type { RunCheckpoint } from '../study/launcher.ts';
import type { Objective } from '../study/objective.ts';
import type { CheckpointPolicy } from '../study/request.ts';
import type { Store, TrialRecord } from '../study/store.ts';
import type { ActiveRun } from './activeRun.ts';
import { CheckpointKeeper } from './checkpointKeeper.ts';
import { defaultCheckpointPolicy } from './checkpointPolicy.ts';
import {
  hasCheckpoint,
  inheritCheckpoint,
  isKept,
  keepCheckpoint,
  savedDuring,
  tidyCheckpoint,
  trialFolder,
} from './checkpoints.ts';
import { highestStep, lastSteps, runCheckpoint } from './resume.ts';
import type { RunFacts } from './settle.ts';

export interface StudyCheckpointsPorts {
  readonly store: Store;
  readonly runs: string;
  readonly study: string;
  readonly policy: CheckpointPolicy | undefined;
  /** The scheduler, where it begins trials from the checkpoints of others. */
  readonly breeder: string | undefined;
  /** The full value of the budget. */
  readonly full: number;
  /** As they are now. */
  trials(): readonly TrialRecord[];
  objectives(): readonly Objective[];
  readonly onLog: (text: string) => void;
}

/** The checkpoints of a study's trials, as its driver sees them. */
export class StudyCheckpoints {
  private readonly ports: StudyCheckpointsPorts;
  private readonly keeper: CheckpointKeeper;
  /** Why the checkpoint of a trial could not be copied. */
  private readonly notCopied = new Map<number, string>();
  private saidAnew = false;

  constructor(ports: StudyCheckpointsPorts) {
    this.ports = ports;
    this.keeper = new CheckpointKeeper({ ...ports, policy: { ...defaultCheckpointPolicy, ...ports.policy } });
  }

  /** What an attempt is told. `record`: as it was before that attempt. */
  forRun(record: TrialRecord, attempt: number): RunCheckpoint {
    return runCheckpoint(this.ports.store, this.ports.runs, record, attempt);
  }

  /** Takes over the checkpoint of the trial that this one begins from, as it was at that step; says why it cannot. */
  async inherit({ number, parent, parentStep }: TrialRecord): Promise<string | undefined> {
    if (parent === undefined || parentStep === undefined) return undefined;
    try {
      await inheritCheckpoint(this.folderOf(parent), parentStep, this.folderOf(number));
      return undefined;
    } catch (error) {
      return `The checkpoint of trial ${parent} at step ${parentStep} could not be taken over: ${String(error)}`;
    }
  }

  /** Has it gone on from an earlier attempt? Then it need not report anew what that one did. */
  wentOn({ trial, attempt }: ActiveRun): boolean {
    return attempt > 1 && hasCheckpoint(this.folderOf(trial));
  }

  progressOf(run: ActiveRun): Pick<RunFacts, 'checkpoint' | 'step'> {
    const folder = this.folderOf(run.trial);
    const step = highestStep(this.ports.store, this.ports.study, run.trial);
    return {
      ...(hasCheckpoint(folder) ? { checkpoint: { isNew: savedDuring(folder, run.handle.folder) } } : {}),
      ...(step === undefined ? {} : { step }),
    };
  }

  /**
   * Copies what others may begin from, before the trial may train on. Undefined when there is nothing to copy; never
   * rejects.
   */
  keep(
    run: ActiveRun,
    { number, fidelity, asked, replicaOf, losses }: TrialRecord,
  ): Promise<void> | undefined {
    const { breeder, full, store, study } = this.ports;
    if (breeder === undefined || fidelity === undefined || fidelity >= full) return undefined;
    const isOver = run.state.kind === 'ended' && run.state.exitCode === 0;
    if (!isOver || asked !== undefined || replicaOf !== undefined) return undefined;
    const folder = this.folderOf(number);
    // After an interruption the attempt before may have saved all there was to save.
    const isSaved = losses === undefined ? savedDuring(folder, run.handle.folder) : hasCheckpoint(folder);
    if (!isSaved) return undefined;
    this.notCopied.delete(number);
    return keepCheckpoint(folder, fidelity, lastSteps(store, study, number)).catch((error: unknown) => {
      this.notCopied.set(number, `The checkpoint of trial ${number} could not be copied: ${String(error)}.`);
    });
  }

  /** Why the study cannot go on after a run that ended well: others could not begin from it. */
  whatIsMissing({ number, replicaOf }: TrialRecord, step: number | undefined): string | undefined {
    const { breeder } = this.ports;
    if (breeder === undefined || replicaOf !== undefined) return undefined;
    const folder = this.folderOf(number);
    const isThere = step === undefined ? hasCheckpoint(folder) : isKept(folder, step);
    return isThere ? undefined : (this.notCopied.get(number) ?? nothingSaved(breeder, number));
  }

  /** After a trial has ended for good: an empty folder goes, and what the policy does not keep. */
  tidy(trial: number): void {
    tidyCheckpoint(this.folderOf(trial));
    if (hasCheckpoint(this.folderOf(trial))) this.keeper.sweep();
  }

  /** When nothing is being deleted. */
  settled(): Promise<void> {
    return this.keeper.settled();
  }

  /** Says that a trial with a larger budget begins anew; once, since it is so for every trial of the script. */
  sayIfAnew({ number, rungs = [] }: TrialRecord): void {
    if (this.saidAnew || rungs.length === 0 || hasCheckpoint(this.folderOf(number))) return;
    this.saidAnew = true;
    this.ports.onLog(
      'trials begin anew with each larger budget, since the script saves nothing into TUNELENS_CHECKPOINT_DIR (tunelens.checkpoint_dir()).',
    );
  }

  private folderOf(trial: number): string {
    return trialFolder(this.ports.runs, this.ports.study, trial);
  }
}

const nothingSaved = (scheduler: string, trial: number): string =>
  `${scheduler} goes on from checkpoints, and trial ${trial} ended without saving one. Save what training needs to go on into the folder that the environment variable TUNELENS_CHECKPOINT_DIR (or tunelens.checkpoint_dir()) names, load it at the start when it is there, and tune again.`;
