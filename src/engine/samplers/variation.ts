// How genetic samplers make new configurations of old ones.
import { at, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import { addDerived, type Draft, isActive } from '../space/assignment.ts';
import { fromUnit } from '../space/encode.ts';
import type { Assignment, ParamValue, SearchSpace } from '../space/parameter.ts';
import { planOf } from '../space/plan.ts';
import type { Axis } from './axis.ts';
import { cellOf } from './cells.ts';
import type { History } from './history.ts';

/**
 * A configuration, an entry for each axis: a place in [0, 1] where values have an order, the value's index where they
 * have none, NaN where the parameter is inactive.
 */
export type Genes = Float64Array;

export const genesOf = ({ axes, positions }: History, row: number): Genes =>
  Float64Array.from(axes, (axis, i) => {
    const position = at(positions, row * axes.length + i);
    return axis.kind === 'cells' && !Number.isNaN(position) ? at(axis.centres, position) : position;
  });

export const valueAtGene = (axis: Axis, gene: number): ParamValue => {
  if (axis.kind === 'smooth') return axis.value(Math.min(1, Math.max(0, gene)));
  return axis.value(axis.kind === 'cells' ? cellOf(axis.edges, gene) : gene);
};

/** The configuration with its derived values. What is active and has no gene is drawn from its whole range. */
export const expressed = (
  space: SearchSpace,
  axes: readonly Axis[],
  genes: Genes,
  random: RandomStream,
): Assignment => {
  const values: Draft = {};
  let index = 0;
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') {
      addDerived(item.derived, values);
      continue;
    }
    const { parameter } = item;
    const gene = at(genes, index);
    const axis = itemAt(axes, index++);
    if (!isActive(parameter, values)) continue;
    values[parameter.name] = Number.isNaN(gene)
      ? fromUnit(parameter, random.uniform())
      : valueAtGene(axis, gene);
  }
  return values;
};

/**
 * Two places near those of the parents, closer the larger `eta` is, within [0, 1] (simulated binary crossover in its
 * bounded form: Deb, Agrawal, Complex Systems 9, 1995; Deb, Kumar, 1995). One of the two is returned, each as often.
 */
export const crossed = (a: number, b: number, eta: number, random: RandomStream): number => {
  const [low, high] = a < b ? [a, b] : [b, a];
  const gap = high - low;
  const takesLower = random.uniform() < 0.5;
  if (gap < 1e-14) return takesLower ? a : b;
  const u = random.uniform();
  // As far as the nearer end is; so that the spread stays symmetrical about each parent.
  const room = 1 + (2 * (takesLower ? low : 1 - high)) / gap;
  const alpha = 2 - room ** -(eta + 1);
  const spread = u <= 1 / alpha ? (u * alpha) ** (1 / (eta + 1)) : (1 / (2 - u * alpha)) ** (1 / (eta + 1));
  const child = takesLower ? (low + high - spread * gap) / 2 : (low + high + spread * gap) / 2;
  return Math.min(1, Math.max(0, child));
};

/** A place near another within [0, 1], closer the larger `eta` is (polynomial mutation: Deb, Agrawal, 1999). */
export const shaken = (place: number, eta: number, random: RandomStream): number => {
  const u = random.uniform();
  const power = 1 / (eta + 1);
  const shift =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - place) ** (eta + 1)) ** power - 1
      : 1 - (2 * (1 - u) + 2 * (u - 0.5) * place ** (eta + 1)) ** power;
  return Math.min(1, Math.max(0, place + shift));
};

/**
 * Another value on the same axis: `move` a place on a smooth one; on cells the same, but at least to the next cell; any
 * other value where there is no order. The gene itself where there is only one value.
 */
export const mutatedGene = (
  axis: Axis,
  gene: number,
  random: RandomStream,
  move: (place: number) => number,
): number => {
  if (axis.kind === 'smooth') return move(gene);
  const count = axis.values.length;
  if (count < 2) return gene;
  if (axis.kind === 'choices') return (gene + 1 + random.integer(count - 1)) % count;
  const [before, moved] = [cellOf(axis.edges, gene), move(gene)];
  if (cellOf(axis.edges, moved) !== before) return moved;
  const next =
    before === 0 ? 1 : before === count - 1 ? count - 2 : before + (random.uniform() < 0.5 ? 1 : -1);
  return at(axis.centres, next);
};

/** Is it the same configuration? */
export const sameGenes = (a: Genes, b: Genes): boolean =>
  a.every((gene, i) => gene === b[i] || (Number.isNaN(gene) && Number.isNaN(b[i] ?? 0)));

export interface Recombination {
  /** Chance that parents are crossed at all; else the child is one of them, mutated. */
  readonly crossover: number;
  /** Distribution indices of crossover and mutation. */
  readonly etaCrossover: number;
  readonly etaMutation: number;
}

/**
 * A child of two configurations: ordered values crossed with a chance of a half each (else inherited), others taken from
 * either, then each gene mutated with the chance of one in their number. What both parents lack, the child lacks.
 */
export const childOf = (
  axes: readonly Axis[],
  mother: Genes,
  father: Genes,
  { crossover, etaCrossover, etaMutation }: Recombination,
  random: RandomStream,
): Genes => {
  const isCrossed = random.uniform() < crossover;
  const child = mother.map((own, i) => {
    const other = at(father, i);
    if (Number.isNaN(own)) return other;
    if (!isCrossed || Number.isNaN(other)) return own;
    if (itemAt(axes, i).kind === 'choices') return random.uniform() < 0.5 ? own : other;
    return random.uniform() < 0.5 ? crossed(own, other, etaCrossover, random) : own;
  });
  const move = (place: number): number => shaken(place, etaMutation, random);
  const mutated = child.map((gene, i) =>
    !Number.isNaN(gene) && random.uniform() * axes.length < 1
      ? mutatedGene(itemAt(axes, i), gene, random, move)
      : gene,
  );
  if (!sameGenes(mutated, mother) && !sameGenes(mutated, father)) return mutated;
  return withOneMutation(axes, mutated, random, move);
};

/** One active gene, any of them, made another. */
export const withOneMutation = (
  axes: readonly Axis[],
  genes: Genes,
  random: RandomStream,
  move: (place: number) => number,
): Genes => {
  const active = axes.flatMap((axis, i) =>
    Number.isNaN(at(genes, i)) || (axis.kind !== 'smooth' && axis.values.length < 2) ? [] : i,
  );
  if (active.length === 0) return genes;
  const chosen = itemAt(active, random.integer(active.length));
  return genes.with(chosen, mutatedGene(itemAt(axes, chosen), at(genes, chosen), random, move));
};
