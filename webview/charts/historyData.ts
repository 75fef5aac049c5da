import type { Objective } from '../../src/engine/index.ts';
import { isBetter } from '../../src/engine/index.ts';
import type { StudyView, TrialView } from '../../src/protocol/index.ts';
import { formatCount } from '../../src/protocol/index.ts';
import { directionWords, formatResult } from '../format.ts';
import { shownValue } from '../selectors.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Values by trial, and the best so far. Points stand at (number, value of the first objective). */
export interface HistoryData {
  readonly objective: Objective;
  readonly complete: readonly Point[];
  /** Stopped early, at the last value they reported. */
  readonly pruned: readonly Point[];
  readonly running: readonly Point[];
  /** A step at each improvement, drawn on to the last trial. */
  readonly bestSoFar: readonly Point[];
  readonly best: Point | undefined;
  readonly baseline: number | undefined;
  /** Trials that have no value to draw. */
  readonly withoutValue: number;
  /** A logarithmic axis is possible. */
  readonly positive: boolean;
}

export const collectHistory = (study: StudyView, trials: readonly TrialView[]): HistoryData | undefined => {
  const objective = study.objectives[0];
  if (objective === undefined) return undefined;
  const complete: Point[] = [];
  const pruned: Point[] = [];
  const running: Point[] = [];
  let withoutValue = 0;
  for (const trial of trials) {
    const y = shownValue(trial, 0, objective);
    const usable = y !== undefined && Number.isFinite(y);
    const list = lists({ complete, pruned, running })[trial.state];
    if (usable && list !== undefined) list.push({ x: trial.number, y });
    else if (trial.state !== 'waiting' && trial.state !== 'running') withoutValue++;
  }
  const best = complete.find(({ x }) => x === study.best);
  return {
    objective,
    complete,
    pruned,
    running,
    bestSoFar: collectBestSoFar(complete, objective, trials.at(-1)?.number ?? 0),
    best,
    baseline: complete[0]?.x === 0 ? complete[0].y : undefined,
    withoutValue,
    positive: [...complete, ...pruned, ...running].every(({ y }) => y > 0),
  };
};

const lists = <T>(of: {
  complete: T;
  pruned: T;
  running: T;
}): Readonly<Partial<Record<TrialView['state'], T>>> => of;

const collectBestSoFar = (
  complete: readonly Point[],
  { direction }: Objective,
  last: number,
): readonly Point[] => {
  const steps: Point[] = [];
  for (const point of complete) {
    const best = steps.at(-1);
    if (best === undefined || isBetter(direction, point.y, best.y)) steps.push(point);
  }
  const best = steps.at(-1);
  return best !== undefined && last > best.x ? [...steps, { x: last, y: best.y }] : steps;
};

/** The chart in a sentence or two, for those who do not see it. */
export const describeHistory = (data: HistoryData): string => {
  const { objective, complete, pruned, running, best, baseline } = data;
  const counts = [
    formatCount(complete.length, 'complete trial'),
    pruned.length > 0 ? `${pruned.length} stopped early` : '',
    running.length > 0 ? `${running.length} running` : '',
    data.withoutValue > 0 ? `${data.withoutValue} without a value` : '',
  ];
  const sentences = [
    `${objective.metric} by trial, ${directionWords[objective.direction]}: ${counts.filter(Boolean).join(', ')}.`,
    best === undefined ? '' : `Best ${formatResult(best.y)} in trial ${best.x}.`,
    baseline === undefined ? '' : `Your own values gave ${formatResult(baseline)}.`,
  ];
  return sentences.filter(Boolean).join(' ');
};
