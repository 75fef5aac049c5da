// Samplers that go through the points of the unit cube in a fixed order, whatever the outcomes.
import { at, itemAt } from '../numeric/at.ts';
import { addDerived, type Draft, isActive, isSatisfied } from '../space/assignment.ts';
import { configurationKey } from '../space/configurationKey.ts';
import { fromUnit } from '../space/encode.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { planOf } from '../space/plan.ts';
import { repair } from '../space/repair.ts';
import { searchedOnly } from '../space/searched.ts';
import type { Sampler } from '../study/sampler.ts';
import { drawFresh, repeatReason } from './fresh.ts';
import { createHistoryReader } from './history.ts';

export interface Points {
  /** Point `index` of so many dimensions; the same whenever asked. */
  point(index: number): Float64Array;
  /** “Point 3 of a … sequence”, to begin a sentence with. */
  describe(index: number): string;
}

/** Of every study and sampler: which points its trials stand on depends on nothing else. */
export const seedOption = { default: 0, min: 0, max: 2 ** 32 - 1, whole: true } as const;

/** Points looked at beyond one that was tried already, before a random draw is made instead. */
const mostRepeats = 32;

/**
 * Trial t (from 0) stands on the t-th point that keeps the constraints. A parameter takes its own coordinate whether or
 * not others are active, so that the active ones stay as even as the points are.
 */
export const pointWalkSampler = (name: string, pointsOf: (dimensions: number) => Points): Sampler => {
  const read = createHistoryReader();
  let walk: Walk | undefined;
  return {
    name,
    sample: ({ space, objectives, trials, random }) => {
      const history = read(space, objectives, trials);
      if (walk?.space !== space) walk = createWalk(space, pointsOf(space.parameters.length));
      for (let step = 0; step < mostRepeats; step++) {
        const { index, values } = walk.stop(trials.length + step);
        const kept = isSatisfied(space, values);
        const params = searchedOnly(space, kept ? values : repair(space, values, random));
        if (history.seen.size > 0 && history.seen.has(configurationKey(space, params))) continue;
        const where = walk.points.describe(index);
        return { params, reason: kept ? `${where}.` : `${where}, moved to where the constraints hold.` };
      }
      const { params, isFresh } = drawFresh(space, history, random);
      const reason = 'Drawn at random: the next points have been tried already.';
      return { params, reason: isFresh ? reason : repeatReason(history.seen, space) };
    },
  };
};

interface Stop {
  readonly index: number;
  /** With derived values; keeps the constraints unless no point near did. */
  readonly values: Assignment;
}

interface Walk {
  readonly space: SearchSpace;
  readonly points: Points;
  stop(trial: number): Stop;
}

/** Trials before this one are counted off point by point; later ones look only at a few points of their own. */
const mostCounted = 4096;
/** Points that may be passed over: this many, and some more with every trial; beyond, a broken one is repaired. */
const patience = { atFirst: 2000, perTrial: 4 };
/** The points of a later trial lie this far apart, all with its own place within the finer structure. */
const farApart = 2 ** 22;
const ownPoints = 8;

/** What it remembers follows from space and points alone. */
const createWalk = (space: SearchSpace, points: Points): Walk => {
  const { isFree } = planOf(space);
  const stopAt = (index: number): Stop => ({ index, values: toValues(space, points.point(index)) });
  const keeps = ({ values }: Stop): boolean => isSatisfied(space, values);
  /** The point that each trial stands on. */
  const counted: number[] = [];

  const countOff = (trial: number): Stop => {
    while (counted.length <= trial) {
      const most = patience.atFirst + patience.perTrial * counted.length;
      let index = (counted.at(-1) ?? -1) + 1;
      while (index < most && !keeps(stopAt(index))) index++;
      counted.push(index);
    }
    return stopAt(itemAt(counted, trial));
  };

  const ownStop = (trial: number): Stop => {
    const first = trial % farApart;
    for (let k = 0; k < ownPoints; k++) {
      const found = stopAt(first + k * farApart);
      if (keeps(found)) return found;
    }
    return stopAt(first);
  };

  const stop = (trial: number): Stop => {
    if (isFree) return stopAt(trial);
    return trial < mostCounted ? countOff(trial) : ownStop(trial);
  };
  return { space, points, stop };
};

const toValues = (space: SearchSpace, point: Float64Array): Assignment => {
  const values: Draft = {};
  let coordinate = 0;
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') addDerived(item.derived, values);
    else {
      const unit = at(point, coordinate++);
      if (isActive(item.parameter, values)) values[item.parameter.name] = fromUnit(item.parameter, unit);
    }
  }
  return values;
};
