// DEHB: Hyperband whose later brackets evolve populations, one a fidelity (Awad, Mallik, Hutter, "DEHB: Evolutionary
// Hyperband for Scalable, Robust and Efficient Hyperparameter Optimization", IJCAI 2021).
import { at, itemAt } from '../numeric/at.ts';
import { compareNumbers } from '../numeric/nonDominated.ts';
import type { RandomStream } from '../numeric/random.ts';
import { sampleUniform } from '../space/sample.ts';
import { lossesAt } from '../study/curve.ts';
import type { Job, ScheduleContext, Scheduler } from '../study/scheduler.ts';
import { bestFirst } from '../study/standing.ts';
import type { Trial } from '../study/trial.ts';
import { hyperbandBrackets } from './hyperband.ts';
import {
  fidelityDefaults,
  type FidelityOptions,
  fullOf,
  pauseAtFidelity,
  rungLevels,
  show,
} from './rungs.ts';
import { type Bracket, createBracketQueue, withEnds } from './synchronous.ts';
import { fromVector, toVector } from './vector.ts';

export interface DehbOptions extends FidelityOptions {
  /** Weight of the difference that moves a mutant, F in the paper. Default 0.5. */
  readonly scale?: number;
  /** Chance of each parameter to come from the mutant, CR in the paper. Default 0.5. */
  readonly crossover?: number;
}

/**
 * The first round of brackets is Hyperband, whose trials become the populations. Then the brackets are gone through
 * again and again, each place of a rung an evaluation of its own at that fidelity: a mutant of three parents (the best
 * of the fidelity below; in a first rung the population itself) crossed with the target, whose place it takes if it is
 * no worse. A slot never waits for a rung: parents are the best known by then.
 */
export const dehbScheduler = ({
  scale = 0.5,
  crossover = 0.5,
  ...fidelities
}: DehbOptions = {}): Scheduler => {
  const levels = rungLevels(fidelities);
  const cycle = hyperbandBrackets(levels, fidelities.eta ?? fidelityDefaults.eta);
  const startUp = createBracketQueue({ cycle, rounds: 1 });
  const places = cycle.flatMap((bracket) =>
    bracket.flatMap((rung, index) =>
      Array.from({ length: rung.count }, (): Place => ({ ...rung, below: bracket[index - 1] })),
    ),
  );
  const firstStarts = cycle.reduce((sum, bracket) => sum + itemAt(bracket, 0).count, 0);
  return {
    name: 'dehb',
    next: (context) => {
      const first = startUp(context);
      const own = context.trials.filter(({ fidelity }) => fidelity !== undefined);
      const started = own.length;
      if (first.kind === 'start' || first.kind === 'resume' || started < firstStarts) return first;
      const ends = first.ends ?? [];
      const early = own.slice(firstStarts).find(({ state }) => state === 'paused');
      if (early?.fidelity !== undefined) return withEnds(finish(early.number, early.fidelity), ends);
      if (context.remaining === 0) return first;
      const place = itemAt(places, (started - firstStarts) % places.length);
      return withEnds(evolve(context, { place, cycle, firstStarts, scale, crossover }), ends);
    },
    decide: (context) => {
      const decision = pauseAtFidelity(context, fullOf(levels));
      return decision.action === 'pause' && isEvolved(context.others, context.trial, firstStarts)
        ? { action: 'stop', reason: `${decision.reason.slice(0, -1)}, and its place is decided by that.` }
        : decision;
    },
  };
};

interface Place {
  readonly fidelity: number;
  readonly count: number;
  /** The rung from which its parents come; undefined in the first one. */
  readonly below: { readonly count: number; readonly fidelity: number } | undefined;
}

interface Evolution {
  readonly place: Place;
  readonly cycle: readonly Bracket[];
  readonly firstStarts: number;
  readonly scale: number;
  readonly crossover: number;
}

interface Individual {
  readonly trial: Trial;
  readonly losses: readonly number[];
}

/** Trials after those that start the first round; each is evaluated once, at one fidelity. */
const isEvolved = (trials: readonly Trial[], trial: Trial, firstStarts: number): boolean => {
  let before = 0;
  for (const { number, fidelity } of trials) {
    if (number >= trial.number) break;
    if (fidelity !== undefined && ++before >= firstStarts) return true;
  }
  return false;
};

/** A mutant never pauses by itself: it was paused before it was done. */
const finish = (trial: number, fidelity: number): Job => ({
  kind: 'resume',
  trial,
  fidelity,
  reason: `It was paused before it reached fidelity ${show(fidelity)}.`,
});

const evolve = (context: ScheduleContext, evolution: Evolution): Job => {
  const { space, random } = context;
  const { place, scale, crossover } = evolution;
  const { fidelity, below } = place;
  const population = populationAt(context, fidelity, evolution);
  const evolvedSoFar = countEvolvedAt(context, fidelity, evolution.firstStarts);
  const target = population.length === 0 ? undefined : population[evolvedSoFar % population.length];
  const pool =
    below === undefined
      ? population
      : best(populationAt(context, below.fidelity, evolution), Math.max(3, below.count));
  const parents = pick(pool.length >= 3 ? pool : [...pool, ...population], 3, random);
  if (target === undefined || parents.length < 3) {
    const reason = `Drawn at random: no population at fidelity ${show(fidelity)} yet.`;
    return { kind: 'propose', params: sampleUniform(space, random), fidelity, reason };
  }
  const [a, b, c] = parents.map(({ trial }) => toVector(space, trial.params, random));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three parents were picked');
  const own = toVector(space, target.trial.params, random);
  // At least one parameter is the mutant's.
  const sure = own.length === 0 ? 0 : random.integer(own.length);
  const child = own.map((value, i) => {
    const mutant = at(a, i) + scale * (at(b, i) - at(c, i));
    const inside = mutant >= 0 && mutant <= 1 ? mutant : random.uniform();
    return i === sure || random.uniform() < crossover ? inside : value;
  });
  const names = parents.map(({ trial }) => trial.number).join(', ');
  return {
    kind: 'propose',
    params: fromVector(space, child, random),
    fidelity,
    reason: `Mutant of trials ${names} crossed with trial ${target.trial.number}, at fidelity ${show(fidelity)}.`,
  };
};

/**
 * The individuals of a fidelity: the best of the first round's trials that reached it, in number order, as many as a
 * bracket has there at most; each replaced by the best of the mutants aimed at its place.
 */
const populationAt = (
  { trials, objectives }: ScheduleContext,
  fidelity: number,
  { cycle, firstStarts }: Evolution,
): readonly Individual[] => {
  const size = Math.max(
    ...cycle
      .flatMap((bracket) => bracket.filter((rung) => rung.fidelity === fidelity))
      .map(({ count }) => count),
  );
  const first: Individual[] = [];
  const mutants: (Individual | undefined)[] = [];
  let position = 0;
  for (const trial of trials) {
    if (trial.fidelity === undefined) continue;
    const isMutant = position++ >= firstStarts;
    if (isMutant && trial.fidelity !== fidelity) continue;
    const losses = lossesAt(trial, fidelity, objectives);
    const individual = losses === undefined || losses.some(Number.isNaN) ? undefined : { trial, losses };
    if (isMutant) mutants.push(individual);
    else if (individual !== undefined) first.push(individual);
  }
  const population = best(first, size).toSorted((x, y) => x.trial.number - y.trial.number);
  for (const [turn, mutant] of mutants.entries()) {
    const place = turn % Math.max(1, population.length);
    const now = population[place];
    if (mutant !== undefined && (now === undefined || isNoWorse(mutant, now))) population[place] = mutant;
  }
  return population;
};

const countEvolvedAt = ({ trials }: ScheduleContext, fidelity: number, firstStarts: number): number =>
  trials
    .filter((trial) => trial.fidelity !== undefined)
    .slice(firstStarts)
    .filter((trial) => trial.fidelity === fidelity).length;

const isNoWorse = (a: Individual, b: Individual): boolean =>
  a.losses.length === 1
    ? compareNumbers(itemAt(a.losses, 0), itemAt(b.losses, 0)) <= 0
    : itemAt(bestFirst([a.losses, b.losses]), 0) === 0;

const best = (individuals: readonly Individual[], count: number): readonly Individual[] =>
  bestFirst(individuals.map(({ losses }) => losses))
    .slice(0, count)
    .map((index) => itemAt(individuals, index));

/** Different ones, as many as there are up to `count`. */
const pick = (pool: readonly Individual[], count: number, random: RandomStream): readonly Individual[] => {
  const left = [...new Map(pool.map((individual) => [individual.trial.number, individual])).values()];
  const picked: Individual[] = [];
  while (picked.length < count && left.length > 0) {
    const [one] = left.splice(random.integer(left.length), 1);
    if (one !== undefined) picked.push(one);
  }
  return picked;
};
