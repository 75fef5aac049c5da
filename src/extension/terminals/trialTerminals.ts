import { Uri } from 'vscode';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { trialStateWords } from '../../protocol/index.ts';
import type { TrialEntry } from '../commands/pickTarget.ts';
import { type Disposable, Disposables } from '../platform/events.ts';
import { showText } from '../platform/showText.ts';
import type { Studies, StudiesChange } from '../state/studies.ts';
import { isActive, toMetric, toShortParams } from '../state/words.ts';
import type { FollowedRun } from './slotFeed.ts';
import { SlotTerminal } from './slotTerminal.ts';

interface Slot {
  study: string;
  readonly number: number;
  readonly terminal: SlotTerminal;
}

/** A terminal for each slot, made when a trial first runs there and kept after the study's end. */
export class TrialTerminals implements Disposable {
  private readonly studies: Studies;
  private readonly owned = new Disposables();
  private readonly slots: Slot[] = [];
  private readonly followed = new Set<string>();
  /** Slots whose terminal a person closed: not brought back for the same study. */
  private readonly dismissed = new Set<string>();
  /** Trials that ended before are history, not output to show. */
  private readonly sinceMs = Date.now();
  private awaited: string | undefined;

  constructor(studies: Studies) {
    this.studies = studies;
    this.owned.add(studies.onDidChange((change) => this.follow(change)));
  }

  /** Puts the first terminal of a study on screen as soon as there is one. */
  showFirst(study: string): void {
    const slot = this.slots.find((one) => one.study === study);
    if (slot === undefined) this.awaited = study;
    else slot.terminal.show();
  }

  /** The terminal where the trial's output stands last, else its log in an editor. */
  async showOutput({ study, trial }: TrialEntry): Promise<void> {
    const slot = this.slots.find(({ terminal }) => terminal.isShowing(study.id, trial.number));
    if (slot !== undefined) slot.terminal.show();
    else if (trial.log !== undefined) await showText(Uri.file(trial.log), { preview: true });
  }

  dispose(): void {
    this.owned.dispose();
    for (const { terminal } of this.slots.splice(0)) terminal.dispose();
  }

  private follow({ session, trials }: StudiesChange): void {
    for (const trial of trials) {
      const study = session.mirror.study(trial.study);
      if (study === undefined || trial.log === undefined || trial.slot === undefined || !this.isNews(trial))
        continue;
      const run = toRun(study, trial, trial.log);
      if (this.followed.has(keyOf(run)) || this.dismissed.has(`${study.id}/${trial.slot}`)) continue;
      this.followed.add(keyOf(run));
      this.terminalOf(run, trial.slot).follow(run);
    }
  }

  private isNews({ state, endedAtMs }: TrialView): boolean {
    return state === 'running' || (endedAtMs !== undefined && endedAtMs >= this.sinceMs);
  }

  /** The study's own, else one left by a study that has ended, else a new one. */
  private terminalOf({ study, trial }: FollowedRun, number: number): SlotTerminal {
    const same = this.slots.filter((slot) => slot.number === number);
    const slot =
      same.find((one) => one.study === study) ??
      same.find((one) => this.isFree(one)) ??
      this.open(study, number, trial);
    slot.study = study;
    if (this.awaited === study) {
      this.awaited = undefined;
      slot.terminal.show();
    }
    return slot.terminal;
  }

  private isFree(slot: Slot): boolean {
    const study = this.studies.find(slot.study)?.study;
    return study === undefined || !isActive(study);
  }

  private open(study: string, number: number, trial: number): Slot {
    const slot: Slot = {
      study,
      number,
      terminal: new SlotTerminal({
        slot: number,
        trial,
        endOf: (run) => this.endOf(run),
        onInterrupt: (run) => void this.stop(run),
        onClosed: () => {
          this.dismissed.add(`${slot.study}/${number}`);
          this.slots.splice(this.slots.indexOf(slot), 1);
        },
      }),
    };
    this.slots.push(slot);
    return slot;
  }

  private async stop({ study, trial }: FollowedRun): Promise<void> {
    const session = this.studies.find(study)?.session;
    // The engine's own message, if any, comes by its `problem` event; the run's end is shown either way.
    await session?.request('stopTrial', { study, trial }).catch(() => null);
  }

  private endOf({ study: id, trial: number, attempt }: FollowedRun): string | undefined {
    const entry = this.studies.find(id);
    const trial = entry?.session.mirror.trial(id, number);
    if (entry === undefined || trial === undefined) return 'removed';
    if (trial.attempt > attempt) return `trial ${number} · started again`;
    // A paused or interrupted trial goes on in another attempt, with a log of its own.
    if (trial.state === 'running') return undefined;
    const metric = toMetric(entry.study, trial);
    return [
      `trial ${number}`,
      trialStateWords[trial.state],
      ...(metric === undefined ? [] : [metric]),
      ...(trial.message === undefined ? [] : [trial.message]),
    ].join(' · ');
  }
}

const toRun = (study: StudyView, trial: TrialView, log: string): FollowedRun => ({
  study: study.id,
  trial: trial.number,
  attempt: trial.attempt,
  log,
  header: [
    `trial ${trial.number}`,
    ...(trial.attempt > 1 ? [`attempt ${trial.attempt}`] : []),
    toShortParams(trial.params),
  ].join(' · '),
});

const keyOf = ({ study, trial, attempt }: FollowedRun): string => `${study}/${trial}/${attempt}`;
