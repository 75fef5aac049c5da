// The simplest values that are as good as a trial's, as far as anyone can tell: each number is rounded to as few digits
// as the noise allows.
import { checkAssignment, completeAssignment } from '../space/assignment.ts';
import { compositeByPart } from '../space/composite.ts';
import { gridValues, isLegal, toUnit } from '../space/encode.ts';
import type { Assignment, Parameter, ParamValue, SearchSpace } from '../space/parameter.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { Direction } from '../study/objective.ts';
import type { StudyModel } from './insights.ts';

/** One metric that rounding must not harm. */
export interface GuardedMetric {
  readonly metric: string;
  readonly direction: Direction;
  readonly model: StudyModel;
  /** It is a limit: it may not be expected to rise above this where it lay below, and counts for nothing otherwise. */
  readonly atMost?: number;
}

export interface SimplifiedMetric {
  readonly metric: string;
  /** What rounding is expected to change, in the metric's units; above 0 is worse. */
  readonly worse: number;
  /** Standard deviation of the metric between runs with equal values. */
  readonly noise: number;
}

export interface Simplified {
  /** With derived values; parameters that were not touched as they were. */
  readonly params: Assignment;
  /** The rounded ones, in the space's order. */
  readonly rounded: readonly { readonly parameter: string; readonly from: number; readonly to: number }[];
  readonly metrics: readonly SimplifiedMetric[];
}

/** Share of the variation that the model must foretell before its word is taken. */
const leastExplained = 0.3;
/** No value is moved further than this along its scale, whatever the model says. */
const furthest = 0.05;

/**
 * Rounds the numbers of a trial so that each metric is expected to stay within its noise. Ranges, steps and constraints
 * are kept; choices, and values on a grid of few, stay as they are; derived values follow.
 * @returns a sentence where that cannot be judged, or nothing becomes simpler.
 */
export const simplify = (
  space: SearchSpace,
  trial: Assignment,
  guarded: readonly GuardedMetric[],
): Result<Simplified, string> => {
  if (guarded.length === 0) return failure('Choose first which metric to optimise.');
  for (const { metric, model, atMost } of guarded) {
    if (atMost !== undefined) continue;
    const { explained } = model.insights;
    if (explained < leastExplained)
      return failure(
        `What the trials say of ${metric} is not enough to foretell it (${Math.round(100 * Math.max(0, explained))} % of its variation), so nobody can tell which rounding is harmless.`,
      );
  }
  const ladders = space.parameters.flatMap((parameter) => ladderOf(space, parameter, trial));
  if (ladders.length === 0) return failure('The values are as simple as they can be.');
  const found = descend(space, trial, ladders, guarded);
  if (found === undefined) return failure('No simpler values are expected to stay within the noise.');
  const rounded = ladders.flatMap(({ name, from }) => {
    const to = found.params[name];
    return typeof to === 'number' && to !== from ? [{ parameter: name, from, to }] : [];
  });
  return success({ params: found.params, rounded, metrics: found.metrics });
};

/** The values that a number may be rounded to, the simplest first, the number itself last. */
interface Ladder {
  readonly name: string;
  readonly from: number;
  readonly steps: readonly number[];
}

const ladderOf = (space: SearchSpace, parameter: Parameter, trial: Assignment): readonly Ladder[] => {
  const from = Object.hasOwn(trial, parameter.name) ? trial[parameter.name] : undefined;
  if (parameter.kind !== 'float' && parameter.kind !== 'int') return [];
  if (typeof from !== 'number' || !mayRound(space, parameter.name)) return [];
  // On a short grid every value is one that a person wrote down.
  if ((gridValues(parameter)?.length ?? Number.POSITIVE_INFINITY) <= shortGrid) return [];
  const place = toUnit(parameter, from);
  const steps = roundings(parameter, from).filter(
    (value) => isLegal(parameter, value) && Math.abs(toUnit(parameter, value) - place) <= furthest,
  );
  return steps.length === 0 ? [] : [{ name: parameter.name, from, steps: [...steps, from] }];
};

const shortGrid = 12;

/** Items of lists are numbers like any other; lengths, places and shares are not to be moved one by one. */
const mayRound = (space: SearchSpace, name: string): boolean => {
  const composite = compositeByPart(space).get(name);
  return composite === undefined || (composite.shape.kind === 'list' && name.endsWith(']'));
};

/** Ever more digits, up to one less than the number has; between one and two of them halves such as 0.25. */
const roundings = ({ kind }: Parameter, from: number): readonly number[] => {
  const found = new Set<number>();
  const digits = significantDigits(from);
  const power = powerOfTwoNear(from);
  if (kind === 'int' && power !== undefined) found.add(power);
  const unit = 10 ** Math.floor(Math.log10(Math.abs(from)));
  if (digits > 2) found.add(Number(((Math.round((2 * from) / unit) * unit) / 2).toPrecision(2)));
  for (let count = 1; count < Math.min(digits, 17); count++) found.add(Number(from.toPrecision(count)));
  found.delete(from);
  found.delete(0);
  const costOf = (value: number): number => {
    const written = significantDigits(value);
    if (kind === 'int' && value === power) return 1;
    return written === 2 && /5(?:e|$)/u.test(value.toExponential()) ? 1.5 : written;
  };
  return [...found].sort((a, b) => costOf(a) - costOf(b) || Math.abs(a - from) - Math.abs(b - from));
};

/** Sizes of layers and batches are as often powers of two as round numbers. */
const powerOfTwoNear = (from: number): number | undefined =>
  from < 8 ? undefined : 2 ** Math.round(Math.log2(from));

const significantDigits = (value: number): number =>
  value.toExponential().split('e')[0]?.replace(/[-.]/gu, '').length ?? 17;

interface Judged {
  readonly params: Assignment;
  readonly metrics: readonly SimplifiedMetric[];
  /** How far beyond what is allowed, in noises; 0 or less is allowed. Infinite where a constraint is broken. */
  readonly excess: number;
}

/**
 * All as simple as can be; while that is too much, the number whose next rounding brings most back takes it. Ends at the
 * trial's own values, which are always allowed; undefined when nothing simpler is.
 */
const descend = (
  space: SearchSpace,
  trial: Assignment,
  ladders: readonly Ladder[],
  guarded: readonly GuardedMetric[],
): Judged | undefined => {
  const at = ladders.map(() => 0);
  const judge = (levels: readonly (readonly number[])[]): readonly Judged[] =>
    judgeAll(
      space,
      trial,
      levels.map((level) =>
        Object.fromEntries(ladders.map(({ name, steps }, i) => [name, steps[level[i] ?? 0] ?? 0])),
      ),
      guarded,
    );
  let [now] = judge([at]);
  while (now !== undefined && now.excess > 0) {
    const open = ladders.flatMap(({ steps }, i) => ((at[i] ?? 0) < steps.length - 1 ? [i] : []));
    if (open.length === 0) return undefined;
    const tried = judge(open.map((i) => at.map((level, j) => (i === j ? level + 1 : level))));
    let best = 0;
    tried.forEach(({ excess }, k) => {
      if (excess < (tried[best]?.excess ?? Number.POSITIVE_INFINITY)) best = k;
    });
    const chosen = open[best] ?? 0;
    at[chosen] = (at[chosen] ?? 0) + 1;
    now = tried[best];
  }
  const isSimpler = ladders.some(({ steps }, i) => (at[i] ?? 0) < steps.length - 1);
  return isSimpler ? now : undefined;
};

const judgeAll = (
  space: SearchSpace,
  trial: Assignment,
  changes: readonly Readonly<Record<string, ParamValue>>[],
  guarded: readonly GuardedMetric[],
): readonly Judged[] => {
  const searched = Object.fromEntries(
    space.parameters.flatMap(({ name }) => {
      const value = Object.hasOwn(trial, name) ? trial[name] : undefined;
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const whole = changes.map((change) => completeAssignment(space, { ...searched, ...change }));
  const foretold = guarded.map(({ model }) => model.predict([trial, ...whole]));
  return whole.map((params, k) => {
    const expected = guarded.map(
      (_, m) => [foretold[m]?.[0]?.mean ?? 0, foretold[m]?.[k + 1]?.mean ?? 0] as const,
    );
    const isSame = Object.keys(trial).every((name) => Object.hasOwn(params, name));
    const isAllowed = isSame && checkAssignment(space, params) === undefined;
    const excesses = guarded.map((metric, m) => excessOf(metric, expected[m] ?? [0, 0]));
    const excess = isAllowed ? Math.max(...excesses) : Number.POSITIVE_INFINITY;
    const metrics = guarded.flatMap(
      ({ metric, direction, model, atMost }, m): readonly SimplifiedMetric[] => {
        const [own, other] = expected[m] ?? [0, 0];
        if (atMost !== undefined) return [];
        const worse = direction === 'minimize' ? other - own : own - other;
        return [{ metric, worse, noise: model.insights.noise }];
      },
    );
    return { params, metrics, excess };
  });
};

/** In noises of the metric; at most 0 where the change is allowed. */
const excessOf = (
  { direction, model, atMost }: GuardedMetric,
  [own, other]: readonly [number, number],
): number => {
  const noise = Math.max(model.insights.noise, Number.MIN_VALUE);
  if (atMost !== undefined) return (other - Math.max(atMost, own)) / noise;
  return (direction === 'minimize' ? other - own : own - other) / noise - 1;
};
