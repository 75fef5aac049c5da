import * as l10n from '@vscode/l10n';
import { type Terminal, Uri, window } from 'vscode';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import type { TrialEntry } from '../commands/pickTarget.ts';
import { type Disposable, Disposables } from '../platform/events.ts';
import { showText } from '../platform/showText.ts';
import type { Studies, StudiesChange, StudyEntry } from '../state/studies.ts';
import { isActive, toMetric, toShortParams, toTrialState } from '../state/words.ts';
import type { FollowedRun } from './slotFeed.ts';
import { SlotTerminal } from './slotTerminal.ts';

interface Slot {
  study: string;
  readonly number: number;
  readonly terminal: SlotTerminal;
  /** The run that was given to it last. */
  newest: FollowedRun | undefined;
  /** It shows a failure, and another terminal has taken over its slot. */
  isKept: boolean;
}

/** Terminals with the output of failed trials that stay beside those of the slots; logs are kept in any case. */
const mostKept = 3;

/**
 * A terminal for each slot, made when a trial first runs there and kept after the study's end. What a failed trial
 * printed is not pushed away by the next trial: its terminal is left as it is, and the slot gets a fresh one.
 */
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

  /** The study whose output a terminal shows; undefined for terminals that are not ours. */
  studyIn(terminal: Terminal): StudyEntry | undefined {
    const slot = this.slots.find((one) => one.terminal.is(terminal));
    return slot && this.studies.find(slot.study);
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
  private terminalOf(run: FollowedRun, number: number): SlotTerminal {
    const { study, trial } = run;
    const same = this.slots.filter((slot) => slot.number === number && !slot.isKept);
    const candidate = same.find((one) => one.study === study) ?? same.find((one) => this.isFree(one));
    if (candidate !== undefined && this.hasFailed(candidate.newest)) this.keep(candidate);
    const slot = candidate?.isKept === false ? candidate : this.open(study, number, trial);
    slot.study = study;
    slot.newest = run;
    if (this.awaited === study) {
      this.awaited = undefined;
      slot.terminal.show();
    }
    return slot.terminal;
  }

  private hasFailed(run: FollowedRun | undefined): boolean {
    return run !== undefined && this.trialOf(run)?.state === 'failed';
  }

  private trialOf({ study, trial }: FollowedRun): TrialView | undefined {
    return this.studies.find(study)?.session.mirror.trial(study, trial);
  }

  /** Leaves a terminal as it is; the oldest of too many goes, unless a person looks at it. */
  private keep(slot: Slot): void {
    slot.isKept = true;
    const kept = this.slots.filter(({ isKept }) => isKept);
    const { activeTerminal } = window;
    const oldest = kept.find(({ terminal }) => activeTerminal === undefined || !terminal.is(activeTerminal));
    if (kept.length <= mostKept || oldest === undefined) return;
    this.slots.splice(this.slots.indexOf(oldest), 1);
    oldest.terminal.dispose();
  }

  private isFree(slot: Slot): boolean {
    const study = this.studies.find(slot.study)?.study;
    return study === undefined || !isActive(study);
  }

  private open(study: string, number: number, trial: number): Slot {
    const slot: Slot = {
      study,
      number,
      newest: undefined,
      isKept: false,
      terminal: new SlotTerminal({
        slot: number,
        trial,
        endOf: (run) => this.endOf(run),
        outcomeOf: (run) => toTrialState(this.trialOf(run)?.state ?? 'stopped'),
        onInterrupt: (run) => void this.stop(run),
        onClosed: () => {
          if (!slot.isKept) this.dismissed.add(`${slot.study}/${number}`);
          const at = this.slots.indexOf(slot);
          if (at >= 0) this.slots.splice(at, 1);
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
    if (entry === undefined || trial === undefined) return l10n.t('removed');
    if (trial.attempt > attempt) return l10n.t('trial {0} · started again', number);
    // A paused or interrupted trial goes on in another attempt, with a log of its own.
    if (trial.state === 'running') return undefined;
    const metric = toMetric(entry.study, trial);
    return [
      l10n.t('trial {0}', number),
      toTrialState(trial.state),
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
    l10n.t('trial {0}', trial.number),
    ...(trial.attempt > 1 ? [l10n.t('attempt {0}', trial.attempt)] : []),
    toShortParams(trial.params),
  ].join(' · '),
});

const keyOf = ({ study, trial, attempt }: FollowedRun): string => `${study}/${trial}/${attempt}`;
