// Proposals that were not proposed before.
import { itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { sampleUniform } from '../space/sample.ts';
import { allConfigurations } from './enumerate.ts';
import type { History } from './history.ts';

/** Draws before the configurations left over are listed instead. */
const mostDraws = 32;
/** Spaces up to this size are listed when draws keep hitting what was tried. */
const mostListed = 4096;

export interface FreshDraw {
  readonly params: Assignment;
  /** Whether no earlier trial has these values. */
  readonly isFresh: boolean;
}

/** A uniform draw that no trial has tried, running and failed ones included; a repeat only where none is found. */
export const drawFresh = (space: SearchSpace, { seen }: History, random: RandomStream): FreshDraw => {
  let params = sampleUniform(space, random);
  if (seen.size === 0) return { params, isFresh: true };
  for (let draws = 1; draws <= mostDraws; draws++) {
    if (!seen.has(configurationKey(space, params))) return { params, isFresh: true };
    params = sampleUniform(space, random);
  }
  const left = untried(space, seen);
  if (left === undefined || left.length === 0)
    return { params, isFresh: !seen.has(configurationKey(space, params)) };
  return { params: itemAt(left, random.integer(left.length)), isFresh: true };
};

/** Every configuration not tried, where the space is small enough to list. */
export const untried = (
  space: SearchSpace,
  seen: ReadonlyMap<string, number>,
): readonly Assignment[] | undefined =>
  allConfigurations(space, mostListed)?.filter((params) => !seen.has(configurationKey(space, params)));

/** What to say of a repeat. */
export const repeatReason = (seen: ReadonlyMap<string, number>, space: SearchSpace): string => {
  const all = allConfigurations(space, mostListed);
  return all === undefined
    ? 'Repeated: every configuration drawn has been tried.'
    : `Repeated: all ${all.length} configurations have been tried (${seen.size} in this study).`;
};
