import { bestTrial } from '../analysis/best.ts';
import { guessDirection } from '../study/direction.ts';
import type { Objective } from '../study/objective.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';
import { isFinished, type TrialState, trialStates } from '../study/trial.ts';
import { toTrial } from '../tuner/trialModel.ts';
import type { ParameterView, StudyView } from '../../protocol/index.ts';

interface SeenMetric {
  /** Of the trial whose value it is: the newest that reported the metric. */
  readonly number: number;
  readonly last: number;
  readonly suggested: StudyView['metricsSeen'][number]['suggested'];
}

const endedRepetitions = (trial: TrialRecord | undefined): number =>
  trial?.replicaOf !== undefined && isFinished(trial.state) ? 1 : 0;

/** What a study's view says of its trials, kept up trial by trial: a thousand may change every second. */
export class StudySummary {
  /** Records that could not be read, in all. */
  corrupt = 0;
  /** Ended trials that repeated another. */
  repeated = 0;
  private readonly trials: (TrialRecord | undefined)[] = [];
  private readonly states = Object.fromEntries(trialStates.map((state) => [state, 0])) as Record<
    TrialState,
    number
  >; // every state is a key
  private readonly metrics = new Map<string, SeenMetric>();
  private bestKnown:
    | { readonly objectives: readonly Objective[]; readonly number: number | undefined }
    | undefined;
  private parametersKnown:
    | { readonly plan: string; readonly space: unknown; readonly views: readonly ParameterView[] }
    | undefined;

  trial(number: number): TrialRecord | undefined {
    return this.trials[number];
  }

  take(trial: TrialRecord): void {
    const before = this.trials[trial.number];
    this.trials[trial.number] = trial;
    if (before !== undefined) this.states[before.state]--;
    this.states[trial.state]++;
    this.repeated += endedRepetitions(trial) - endedRepetitions(before);
    this.corrupt += (trial.corrupt ?? 0) - (before?.corrupt ?? 0);
    // Only complete trials can be the best.
    if (trial.state === 'complete' || before?.state === 'complete') this.bestKnown = undefined;
    for (const metric in trial.metrics) this.see(metric, trial);
  }

  counts(): Record<TrialState, number> {
    return { ...this.states };
  }

  metricsSeen(): StudyView['metricsSeen'] {
    return [...this.metrics].map(([metric, { last, suggested }]) => ({ metric, last, suggested }));
  }

  /** Number of the best trial. */
  best(objectives: readonly Objective[]): number | undefined {
    if (this.bestKnown?.objectives !== objectives) {
      const complete = this.trials.filter((trial) => trial?.state === 'complete');
      const trials = complete.flatMap((trial) => (trial === undefined ? [] : [toTrial(trial)]));
      this.bestKnown = { objectives, number: bestTrial(trials, objectives) };
    }
    return this.bestKnown.number;
  }

  /** Made anew only when the plan or the space is another. */
  parameters({ plan, spec }: StudyRecord, make: () => readonly ParameterView[]): readonly ParameterView[] {
    const known = this.parametersKnown;
    if (known !== undefined && known.plan === plan && known.space === spec.space) return known.views;
    this.parametersKnown = { plan, space: spec.space, views: make() };
    return this.parametersKnown.views;
  }

  private see(metric: string, { number, metrics }: TrialRecord): void {
    const known = this.metrics.get(metric);
    if (known !== undefined && known.number > number) return;
    const last = metrics[metric] ?? Number.NaN;
    this.metrics.set(metric, { number, last, suggested: known?.suggested ?? guessDirection(metric) });
  }
}
