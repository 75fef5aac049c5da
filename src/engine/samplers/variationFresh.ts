// Proposals of samplers that draw until something fits: within the constraints, and not tried before.
import { isSatisfied } from '../space/assignment.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment } from '../space/parameter.ts';
import { repair } from '../space/repair.ts';
import { searchedOnly } from '../space/searched.ts';
import type { Proposal, SampleContext } from '../study/sampler.ts';
import { drawFresh, repeatReason } from './fresh.ts';
import type { History } from './history.ts';

export interface Draw {
  /** With its derived values. */
  readonly complete: Assignment;
  /** Does the sampler know it for a repeat, beyond those that the history's keys tell? */
  isRepeat?(): boolean;
}

/** Draws before one that breaks a constraint is repaired, or a repeat is replaced by a uniform draw. */
const mostDraws = 64;

/**
 * The first draw that keeps the constraints and was not tried. When none does, the first that broke them, repaired; when
 * that fails or all were repeats, a uniform draw.
 */
export const proposeDrawn = (
  context: SampleContext,
  history: History,
  reason: string,
  draw: () => Draw,
): Proposal => {
  const { space, random } = context;
  const isNew = (params: Assignment): boolean =>
    history.seen.size === 0 || !history.seen.has(configurationKey(space, params));
  let broken: Assignment | undefined;
  let repeats = 0;
  for (let draws = 0; draws < mostDraws; draws++) {
    const { complete, isRepeat } = draw();
    if (!isSatisfied(space, complete)) {
      broken ??= complete;
      continue;
    }
    const params = searchedOnly(space, complete);
    if (isNew(params) && isRepeat?.() !== true) return { params, reason };
    repeats++;
  }
  if (broken !== undefined) {
    const repaired = repair(space, broken, random);
    const params = searchedOnly(space, repaired);
    if (isSatisfied(space, repaired) && isNew(params))
      return { params, reason: `${reason.slice(0, -1)}; moved to where the constraints hold.` };
  }
  return proposeAtRandom(
    context,
    history,
    repeats === 0
      ? `none of ${mostDraws} draws kept the constraints.`
      : `all ${mostDraws} draws had been tried or broke constraints.`,
  );
};

/** A uniform draw, which says why; or that all has been tried. */
export const proposeAtRandom = (
  { space, random }: SampleContext,
  history: History,
  because: string,
): Proposal => {
  const { params, isFresh } = drawFresh(space, history, random);
  return { params, reason: isFresh ? `Drawn at random: ${because}` : repeatReason(history.seen, space) };
};
