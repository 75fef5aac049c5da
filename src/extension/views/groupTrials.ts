import type { TrialState } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { isFiltering, type TreeChoice, trialFilter, trialKey } from './treeChoice.ts';

/** More rows than this help nobody in a tree; the panel shows them all. */
export const mostTrialsInGroup = 200;

export interface TrialGroup {
  /** Trials that the filter lets through. */
  readonly count: number;
  /** The first of them in the chosen order. */
  readonly first: readonly TrialView[];
}

/** A study's trials as the tree shows them: only groups that have any. */
export type TrialGroups = ReadonlyMap<TrialState, TrialGroup>;

/**
 * Groups by state, each with its first trials, in one look at every trial: a study may have tens of thousands, and is
 * looked at some times a second while it runs.
 */
export const groupTrials = (
  study: StudyView,
  trials: Iterable<TrialView>,
  { order, filter }: TreeChoice,
  nowMs: number,
): TrialGroups => {
  const passes = isFiltering(filter) ? trialFilter(filter, study) : undefined;
  const keyOf = trialKey(order, study, nowMs);
  const groups = new Map<TrialState, { count: number; readonly first: FirstOf }>();
  for (const trial of trials) {
    if (passes !== undefined && !passes(trial)) continue;
    let group = groups.get(trial.state);
    if (group === undefined) {
      group = { count: 0, first: new FirstOf(mostTrialsInGroup) };
      groups.set(trial.state, group);
    }
    group.count++;
    group.first.take(trial, keyOf(trial));
  }
  return new Map([...groups].map(([state, { count, first }]) => [state, { count, first: first.sorted() }]));
};

interface Keyed {
  readonly trial: TrialView;
  readonly key: number;
}

/** NaN last, then newest first. */
const isBefore = (key: number, number: number, other: Keyed): boolean => {
  if (key < other.key) return true;
  if (key > other.key) return false;
  const isLast = Number.isNaN(key);
  return isLast === Number.isNaN(other.key) ? number > other.trial.number : !isLast;
};

const compare = (a: Keyed, b: Keyed): number => (isBefore(a.key, a.trial.number, b) ? -1 : 1);

/** The first `most` of many, in the time of one look at each: when twice as many have gathered, the rest is let go. */
class FirstOf {
  private readonly most: number;
  private kept: Keyed[] = [];
  private worst: Keyed | undefined;

  constructor(most: number) {
    this.most = most;
  }

  take(trial: TrialView, key: number): void {
    if (this.worst !== undefined && !isBefore(key, trial.number, this.worst)) return;
    this.kept.push({ trial, key });
    if (this.kept.length >= 2 * this.most) this.cut();
  }

  sorted(): readonly TrialView[] {
    this.cut();
    return this.kept.map(({ trial }) => trial);
  }

  private cut(): void {
    this.kept = this.kept.sort(compare).slice(0, this.most);
    if (this.kept.length === this.most) this.worst = this.kept.at(-1);
  }
}
