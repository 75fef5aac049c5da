// What a model knows of earlier trials, as columns. Rows are made again only for trials that are other objects than
// at the last call; what they hold depends on nothing but the trial.
import { itemAt } from '../numeric/at.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { totalViolation } from '../study/feasibility.ts';
import type { Objective } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';
import { createTrialChanges } from '../study/trialChanges.ts';
import { type Axis, toAxis } from './axis.ts';

/**
 * What a trial says to a model:
 * - `ranked`: complete, feasible, every value finite: better or worse by its values;
 * - `worse`: pruned, or complete with a NaN or infinite value. A pruned trial's final value is unknown, and its last
 *   one must not be compared with final ones; what is known is that it was worse than its peers at the same step.
 *   So it ranks behind every complete trial and is never counted among the good;
 * - `infeasible`: complete, breaking an output constraint: behind all others, by how much it breaks them;
 * - `pending`: not finished;
 * - `silent`: failed or stopped by a person, which says nothing of the objective.
 */
/** Finished ones that say something come first. */
export const standings = ['ranked', 'worse', 'infeasible', 'pending', 'silent'] as const;
export type Standing = (typeof standings)[number];

/** Each standing as it is written in the column. */
export const standingCode: Readonly<Record<Standing, number>> = {
  ranked: 0,
  worse: 1,
  infeasible: 2,
  pending: 3,
  silent: 4,
};

export interface Row {
  readonly trial: Trial;
  /** To be minimised, one per objective; all finite when the trial is `ranked`. */
  readonly losses: readonly number[];
}

/**
 * Columns over the trials, row by row in their order; only the first `count` rows of a column mean anything. With ten
 * parameters, one objective and no repeats possible a trial takes 105 bytes here.
 */
export interface History {
  readonly axes: readonly Axis[];
  readonly count: number;
  readonly trials: readonly Trial[];
  /** The same row by row, for those to whom a column is no help; made when first asked for. */
  readonly rows: readonly Row[];
  /** What each row says: `standingCode`. */
  readonly standing: Uint8Array;
  /** Each row's first loss when it is `ranked`, its violation when it is `infeasible`; else 0. */
  readonly score: Float64Array;
  readonly objectives: number;
  /** `objectives` numbers a row, to be minimised; NaN where there is none, all finite when the row is `ranked`. */
  readonly losses: Float64Array;
  /** `axes.length` numbers a row; NaN where inactive. */
  readonly positions: Float64Array;
  /** How many trials have each configuration; empty where nothing can repeat. */
  readonly seen: ReadonlyMap<string, number>;
  /** How many trials say how they keep output constraints. */
  readonly constrained: number;
  /** Counts the readings, so that who follows the changes knows when it has missed some. */
  readonly epoch: number;
  /** Rows that became others at this reading, in order; undefined when they are many. Rows dropped are not listed. */
  readonly changed: readonly number[] | undefined;
}

/** Reads the trials of a study, quickly when most of them were there at the last call. */
export const createHistoryReader = (): ((
  space: SearchSpace,
  objectives: readonly Objective[],
  trials: readonly Trial[],
) => History) => {
  let table: Table | undefined;
  return (space, objectives, trials) => {
    if (table?.space !== space || !sameDirections(table.directions, objectives))
      table = emptyTable(space, objectives);
    update(table, trials);
    return table;
  };
};

/** Can two trials of this space have the same configuration other than by the rarest chance? */
export const canRepeat = (axes: readonly Axis[], space: SearchSpace): boolean =>
  !space.parameters.some(
    (parameter, i) =>
      parameter.condition === undefined && parameter.kind === 'float' && itemAt(axes, i).kind === 'smooth',
  );

export const positionsOf = (
  axes: readonly Axis[],
  params: Assignment,
  target: Float64Array,
  offset: number,
): void => {
  for (let i = 0; i < axes.length; i++) {
    const axis = itemAt(axes, i);
    const value = Object.hasOwn(params, axis.name) ? params[axis.name] : undefined;
    target[offset + i] = value === undefined ? Number.NaN : axis.position(value);
  }
};

/** More changes than this at one reading are not listed. */
const mostListedChanges = 256;

interface Table extends History {
  readonly space: SearchSpace;
  readonly directions: readonly Objective[];
  readonly repeats: boolean;
  /** Those of the newest reading. */
  trials: readonly Trial[];
  readonly follow: ReturnType<typeof createTrialChanges>;
  /** The configuration of each row; none where nothing can repeat. */
  readonly keys: string[];
  readonly seen: Map<string, number>;
  count: number;
  standing: Uint8Array;
  score: Float64Array;
  losses: Float64Array;
  positions: Float64Array;
  constrained: number;
  epoch: number;
  changed: number[] | undefined;
}

const emptyTable = (space: SearchSpace, objectives: readonly Objective[]): Table => {
  const axes = space.parameters.map(toAxis);
  const rows: Row[] = [];
  return {
    space,
    get rows() {
      const { trials, count, losses, objectives: width } = this;
      for (let row = 0; row < count; row++) {
        const trial = itemAt(trials, row);
        if (rows[row]?.trial === trial) continue;
        rows[row] = { trial, losses: Array.from(losses.subarray(row * width, (row + 1) * width)) };
      }
      rows.length = count;
      return rows;
    },
    directions: objectives,
    axes,
    repeats: canRepeat(axes, space),
    count: 0,
    trials: [],
    follow: createTrialChanges(),
    keys: [],
    standing: new Uint8Array(0),
    score: new Float64Array(0),
    objectives: objectives.length,
    losses: new Float64Array(0),
    positions: new Float64Array(0),
    seen: new Map(),
    constrained: 0,
    epoch: 0,
    changed: undefined,
  };
};

const sameDirections = (a: readonly Objective[], b: readonly Objective[]): boolean =>
  a === b || (a.length === b.length && a.every(({ direction }, i) => direction === b[i]?.direction));

const update = (table: Table, trials: readonly Trial[]): void => {
  const count = trials.length;
  if (table.standing.length < count) grow(table, Math.ceil(1.5 * count));
  table.count = count;
  table.trials = trials;
  table.epoch++;
  const changed: number[] = [];
  let changes = 0;
  table.follow(trials, (row, before, after) => {
    if (before !== undefined) forget(table, row, before);
    if (after === undefined) return;
    write(table, row, after);
    if (++changes <= mostListedChanges) changed.push(row);
  });
  table.changed = changes <= mostListedChanges ? changed.sort((a, b) => a - b) : undefined;
};

const write = (table: Table, row: number, trial: Trial): void => {
  const width = table.directions.length;
  let allFinite = width > 0;
  for (let i = 0; i < width; i++) {
    const value = trial.values?.[i] ?? Number.NaN;
    table.losses[row * width + i] = itemAt(table.directions, i).direction === 'minimize' ? value : -value;
    allFinite &&= Number.isFinite(value);
  }
  const violation = totalViolation(trial);
  const standing = standingOf(trial, allFinite, violation);
  table.standing[row] = standingCode[standing];
  table.score[row] =
    standing === 'ranked' ? (table.losses[row * width] ?? 0) : standing === 'infeasible' ? violation : 0;
  table.constrained += Number(hasConstraints(trial));
  positionsOf(table.axes, trial.params, table.positions, row * table.axes.length);
  if (!table.repeats) return;
  const key = configurationKey(table.space, trial.params);
  table.keys[row] = key;
  table.seen.set(key, (table.seen.get(key) ?? 0) + 1);
};

const forget = (table: Table, row: number, trial: Trial): void => {
  table.constrained -= Number(hasConstraints(trial));
  const key = table.keys[row];
  if (key === undefined) return;
  const left = (table.seen.get(key) ?? 0) - 1;
  if (left > 0) table.seen.set(key, left);
  else table.seen.delete(key);
};

const hasConstraints = ({ state, constraints }: Trial): boolean =>
  state === 'complete' && constraints !== undefined && constraints.length > 0;

const grow = (table: Table, capacity: number): void => {
  const { standing, score, losses, positions } = table;
  table.standing = new Uint8Array(capacity);
  table.standing.set(standing);
  table.score = enlarged(score, capacity);
  table.losses = enlarged(losses, capacity * table.objectives);
  table.positions = enlarged(positions, capacity * table.axes.length);
};

const enlarged = (column: Float64Array, capacity: number): Float64Array => {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
};

const standingOf = (trial: Trial, allFinite: boolean, violation: number): Standing => {
  switch (trial.state) {
    case 'waiting':
    case 'running':
    case 'paused':
      return 'pending';
    case 'failed':
    case 'stopped':
      return 'silent';
    case 'pruned':
      return 'worse';
    case 'complete':
      if (violation > 0) return 'infeasible';
      return allFinite ? 'ranked' : 'worse';
  }
};
