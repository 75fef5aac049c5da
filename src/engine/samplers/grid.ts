import { configurationKey } from '../space/configurationKey.ts';
import { fromUnit, gridValues, valueCount } from '../space/encode.ts';
import type { Assignment, Parameter, ParamValue, SearchSpace } from '../space/parameter.ts';
import type { Sampler } from '../study/sampler.ts';
import { listConfigurations } from './enumerate.ts';
import { randomSampler } from './random.ts';

export interface GridOptions {
  /** Values of a parameter that has more, or is continuous: evenly spaced on its scale, both ends included. Default 5. */
  readonly points?: number;
}

/** Grids larger than this are not listed; proposals are then random. */
const mostOnGrid = 10_000;

/**
 * Every combination of values that keeps the conditions and constraints, once, the last parameter changing fastest;
 * after that, and where a grid would have more than 10,000 combinations, random draws.
 */
export const gridSampler = ({ points = 5 }: GridOptions = {}): Sampler => {
  const afterwards = randomSampler();
  const grids = new WeakMap<SearchSpace, readonly KeyedPoint[]>();
  return {
    name: 'grid',
    sample: (context) => {
      const { space, trials } = context;
      const grid = grids.get(space) ?? keyed(space, points);
      grids.set(space, grid);
      const tried = new Set(trials.map(({ params }) => configurationKey(space, params)));
      const place = grid.findIndex(({ key }) => !tried.has(key));
      const point = grid[place];
      if (point) return { params: point.params, reason: `Point ${place + 1} of a grid of ${grid.length}.` };
      const { params } = afterwards.sample(context);
      return { params, reason: `Drawn at random: ${why(grid.length)}` };
    },
  };
};

const why = (size: number): string =>
  size === 0
    ? `a grid would have no points or more than ${mostOnGrid}.`
    : `all ${size} points of the grid have been tried.`;

interface KeyedPoint {
  readonly key: string;
  readonly params: Assignment;
}

const keyed = (space: SearchSpace, points: number): readonly KeyedPoint[] =>
  (listConfigurations(space, mostOnGrid, (parameter) => levels(parameter, points)) ?? []).map((params) => ({
    key: configurationKey(space, params),
    params,
  }));

const levels = (parameter: Parameter, points: number): readonly ParamValue[] => {
  const isChoice = parameter.kind === 'categorical' || parameter.kind === 'bool';
  if (isChoice || valueCount(parameter) <= points) return gridValues(parameter) ?? [];
  if (points === 1) return [fromUnit(parameter, 0.5)];
  const spread = Array.from({ length: points }, (_, i) => fromUnit(parameter, i / (points - 1)));
  return [...new Set(spread)];
};
