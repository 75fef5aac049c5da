import { itemAt } from '../numeric/at.ts';
import { compareNumbers } from '../numeric/nonDominated.ts';
import { SortedList } from '../numeric/sortedList.ts';
import { lossesAt } from '../study/curve.ts';
import type { Objective } from '../study/objective.ts';
import { bestFirst } from '../study/standing.ts';
import type { Trial } from '../study/trial.ts';
import { createTrialChanges } from '../study/trialChanges.ts';

/** A trial in a rung, with what it had reached there. */
export interface Arrival {
  readonly trial: Trial;
  readonly losses: readonly number[];
}

/** Who has reached which rung; kept up to date trial by trial. */
export interface RungTable {
  /** Trials that have reached rung `k`, the best by the first objective first. */
  arrived(k: number): SortedList<Arrival>;
  /** The best paused trial of rung `k` that stands within the best `quota` of all that arrived there. */
  promotable(k: number, quota: number): Trial | undefined;
  /** The best paused trial of rung `k`, whatever its place. */
  leader(k: number): Trial | undefined;
  /** Paused before they reached what they were given, in number order. */
  readonly unfinished: SortedList<Trial>;
  /** Trials of the schedule that run or wait to be started. */
  readonly active: number;
  /** Trials of the schedule. */
  readonly count: number;
  /** Trials that were let run further than rung `k`. */
  letBeyond(k: number): number;
}

/** Reads trials with a fidelity into a table of rungs at these fidelities. */
export const createRungReader = (
  levels: readonly number[],
): ((trials: readonly Trial[], objectives: readonly Objective[]) => RungTable) => {
  let takeChanges = createTrialChanges();
  let table = new Table(levels, []);
  return (trials, objectives) => {
    if (!table.isFor(objectives)) {
      table = new Table(levels, objectives);
      takeChanges = createTrialChanges();
    }
    takeChanges(trials, (_, before, after) => {
      if (before !== undefined) table.remove(before);
      if (after !== undefined) table.add(after);
    });
    return table;
  };
};

class Table implements RungTable {
  active = 0;
  count = 0;
  readonly unfinished = new SortedList<Trial>((a, b) => a.number - b.number);
  private readonly levels: readonly number[];
  private readonly objectives: readonly Objective[];
  private readonly rungs: readonly SortedList<Arrival>[];
  /** Of each rung those that are paused in it. */
  private readonly paused: readonly SortedList<Arrival>[];
  /** How many trials have each fidelity. */
  private readonly given = new Map<number, number>();

  constructor(levels: readonly number[], objectives: readonly Objective[]) {
    this.levels = levels;
    this.objectives = objectives;
    this.rungs = levels.map(() => new SortedList(compareArrivals));
    this.paused = levels.map(() => new SortedList(compareArrivals));
  }

  letBeyond(k: number): number {
    const level = itemAt(this.levels, k);
    let count = 0;
    for (const [fidelity, trials] of this.given) if (fidelity > level) count += trials;
    return count;
  }

  isFor(objectives: readonly Objective[]): boolean {
    return (
      objectives.length === this.objectives.length &&
      objectives.every(({ direction }, i) => direction === this.objectives[i]?.direction)
    );
  }

  arrived(k: number): SortedList<Arrival> {
    return itemAt(this.rungs, k);
  }

  promotable(k: number, quota: number): Trial | undefined {
    if (quota < 1) return undefined;
    const arrived = this.arrived(k);
    if (this.objectives.length > 1) {
      const all = [...arrived];
      const order = bestFirst(all.map(({ losses }) => losses)).slice(0, quota);
      return order.map((index) => itemAt(all, index)).find(isPausedAt(itemAt(this.levels, k)))?.trial;
    }
    const leader = itemAt(this.paused, k).at(0);
    return leader !== undefined && arrived.placeOf(leader) < quota && !leader.losses.some(Number.isNaN)
      ? leader.trial
      : undefined;
  }

  leader(k: number): Trial | undefined {
    const paused = [...itemAt(this.paused, k)];
    const [first] = bestFirst(paused.map(({ losses }) => losses));
    return first === undefined ? undefined : itemAt(paused, first).trial;
  }

  add(trial: Trial): void {
    this.#count(trial, 1);
    if (this.#isUnfinished(trial)) this.unfinished.add(trial);
    this.#eachRung(trial, (arrivals, arrival) => arrivals.add(arrival));
  }

  remove(trial: Trial): void {
    this.#count(trial, -1);
    if (this.#isUnfinished(trial)) this.unfinished.delete(trial);
    this.#eachRung(trial, (arrivals, arrival) => arrivals.delete(arrival));
  }

  #count({ fidelity, state }: Trial, sign: 1 | -1): void {
    if (fidelity === undefined) return;
    this.count += sign;
    if (state === 'running' || state === 'waiting') this.active += sign;
    const left = (this.given.get(fidelity) ?? 0) + sign;
    if (left > 0) this.given.set(fidelity, left);
    else this.given.delete(fidelity);
  }

  #isUnfinished(trial: Trial): boolean {
    const { fidelity, state } = trial;
    return (
      fidelity !== undefined && state === 'paused' && lossesAt(trial, fidelity, this.objectives) === undefined
    );
  }

  /** The lists of `rungs` and `paused` that a trial belongs to; follows from the trial alone. */
  #eachRung(trial: Trial, visit: (arrivals: SortedList<Arrival>, arrival: Arrival) => void): void {
    const { fidelity } = trial;
    if (fidelity === undefined) return;
    for (const [k, level] of this.levels.entries()) {
      const losses = lossesAt(trial, level, this.objectives);
      if (losses === undefined) return;
      const arrival = { trial, losses };
      visit(itemAt(this.rungs, k), arrival);
      if (isPausedAt(level)(arrival)) visit(itemAt(this.paused, k), arrival);
    }
  }
}

const isPausedAt =
  (level: number) =>
  ({ trial, losses }: Arrival): boolean =>
    trial.state === 'paused' && trial.fidelity === level && !losses.some(Number.isNaN);

const compareArrivals = (a: Arrival, b: Arrival): number =>
  compareNumbers(a.losses[0] ?? 0, b.losses[0] ?? 0) || a.trial.number - b.trial.number;
