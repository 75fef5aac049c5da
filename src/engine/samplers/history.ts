// What a model knows of earlier trials, as columns. Rows are made again only for trials that are other objects than
// at the last call; what they hold depends on nothing but the trial.
import { itemAt } from '../numeric/at.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { totalViolation } from '../study/feasibility.ts';
import type { Objective } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';
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

export interface Row {
  readonly trial: Trial;
  /** To be minimised, one per objective; all finite when the trial is `ranked`. */
  readonly losses: readonly number[];
  /** The configuration, for finding repeats; empty where nothing can repeat. */
  readonly key: string;
}

export interface History {
  readonly axes: readonly Axis[];
  readonly rows: readonly Row[];
  /** What each row says, as an index into `standings`. */
  readonly standing: Uint8Array;
  /** Each row's first loss when it is `ranked`, its violation when it is `infeasible`; else 0. */
  readonly score: Float64Array;
  /** `axes.length` numbers a row; NaN where inactive. */
  readonly positions: Float64Array;
  /** How many trials have each configuration. */
  readonly seen: ReadonlyMap<string, number>;
}

/** Reads the trials of a study, quickly when most of them were there at the last call. */
export const createHistoryReader = (): ((
  space: SearchSpace,
  objectives: readonly Objective[],
  trials: readonly Trial[],
) => History) => {
  let table: Table | undefined;
  return (space, objectives, trials) => {
    if (table?.space !== space || !sameDirections(table.objectives, objectives))
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

interface Table {
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  readonly axes: readonly Axis[];
  readonly repeats: boolean;
  readonly rows: Row[];
  standing: Uint8Array;
  score: Float64Array;
  positions: Float64Array;
  readonly seen: Map<string, number>;
}

const emptyTable = (space: SearchSpace, objectives: readonly Objective[]): Table => {
  const axes = space.parameters.map(toAxis);
  const repeats = canRepeat(axes, space);
  const columns = { standing: new Uint8Array(0), score: new Float64Array(0), positions: new Float64Array(0) };
  return { space, objectives, axes, repeats, rows: [], ...columns, seen: new Map() };
};

const sameDirections = (a: readonly Objective[], b: readonly Objective[]): boolean =>
  a === b || (a.length === b.length && a.every(({ direction }, i) => direction === b[i]?.direction));

const update = (table: Table, trials: readonly Trial[]): void => {
  const width = table.axes.length;
  while (table.rows.length > trials.length) forget(table, table.rows.pop());
  if (table.standing.length < trials.length) grow(table, 2 * trials.length);
  for (let i = 0; i < trials.length; i++) {
    const trial = itemAt(trials, i);
    const known = table.rows[i];
    if (known?.trial === trial) continue;
    forget(table, known);
    const row = toRow(trial, table);
    const violation = totalViolation(trial);
    const standing = standingOf(trial, row.losses, violation);
    table.rows[i] = row;
    table.standing[i] = standings.indexOf(standing);
    table.score[i] =
      standing === 'ranked' ? itemAt(row.losses, 0) : standing === 'infeasible' ? violation : 0;
    positionsOf(table.axes, trial.params, table.positions, i * width);
    if (row.key !== '') table.seen.set(row.key, (table.seen.get(row.key) ?? 0) + 1);
  }
};

const grow = (table: Table, capacity: number): void => {
  const { standing, score, positions } = table;
  table.standing = new Uint8Array(capacity);
  table.standing.set(standing);
  table.score = new Float64Array(capacity);
  table.score.set(score);
  table.positions = new Float64Array(capacity * table.axes.length);
  table.positions.set(positions);
};

const forget = (table: Table, row: Row | undefined): void => {
  if (row === undefined || row.key === '') return;
  const left = (table.seen.get(row.key) ?? 0) - 1;
  if (left > 0) table.seen.set(row.key, left);
  else table.seen.delete(row.key);
};

const toRow = (trial: Trial, { space, objectives, repeats }: Table): Row => {
  const key = repeats ? configurationKey(space, trial.params) : '';
  const losses = objectives.map(({ direction }, i) => {
    const value = trial.values?.[i] ?? Number.NaN;
    return direction === 'minimize' ? value : -value;
  });
  return { trial, losses, key };
};

const standingOf = (trial: Trial, losses: readonly number[], violation: number): Standing => {
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
      return losses.length > 0 && losses.every(Number.isFinite) ? 'ranked' : 'worse';
  }
};
