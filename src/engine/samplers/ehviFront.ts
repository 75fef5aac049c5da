// The front that gains are measured by, and the reference beyond it.
import { at, itemAt } from '../numeric/at.ts';
import type { Inputs } from '../numeric/gaussianProcess.ts';
import { nonDominatedFronts, type Point } from '../numeric/nonDominated.ts';
import { createGain, createScale, type Gain } from './ehviGain.ts';
import { type MultiModel, meansAt } from './ehviModel.ts';
import type { Features } from './features.ts';
import type { History } from './history.ts';
import { type Surrogate, toInputs } from './surrogate.ts';

/** Share of the front's extent by which the reference lies beyond its worst values, as in BoTorch. */
const referenceMargin = 0.1;
/** Points of a front that a gain is measured by at most, by number of objectives. */
const mostInFront: readonly number[] = [1, 1, 64, 40, 16];

/** What is gained over the front of the means at trials, those of pending ones included: they are as good as tried. */
export const gainOver = (
  history: History,
  features: Features,
  model: MultiModel,
  ranked: readonly number[],
  pending: Inputs,
): Gain => {
  const known = toInputs(features, history.positions, ranked, history.axes.length);
  const points = meansAt(model, known.x, known.count);
  const front = frontOf(points);
  const tables = model.surrogates.map(lossTable);
  const reference = tables.map((table, m) => referenceOf(table, front, points, m));
  const believed = meansAt(model, pending.x, pending.count).filter((point) =>
    point.every((x, m) => x < itemAt(reference, m)),
  );
  const all = believed.length === 0 ? front : frontOf([...front, ...believed]);
  const scales = tables.map(({ slopeOf }, m) =>
    createScale(
      all.map((point) => itemAt(point, m)),
      itemAt(reference, m),
      slopeOf,
    ),
  );
  return createGain(all, scales);
};

const frontOf = (points: readonly Point[]): readonly Point[] => {
  const most = mostInFront[points[0]?.length ?? 1] ?? 16;
  const [first] = nonDominatedFronts(points, 1);
  const front = (first ?? []).map((i) => itemAt(points, i));
  return front.length <= most ? front : thinFront(front, most);
};

/** Every so many in the order of the first coordinate, the ends of every coordinate included. */
const thinFront = (front: readonly Point[], most: number): readonly Point[] => {
  const width = front[0]?.length ?? 0;
  const kept = new Set<Point>();
  for (let m = 0; m < width; m++)
    kept.add(front.reduce((best, point) => (itemAt(point, m) < itemAt(best, m) ? point : best)));
  const rest = front.filter((point) => !kept.has(point)).sort((a, b) => itemAt(a, 0) - itemAt(b, 0));
  const wanted = Math.min(rest.length, most - kept.size);
  for (let k = 0; k < wanted; k++) kept.add(itemAt(rest, Math.floor((k * rest.length) / wanted)));
  return [...kept];
};

const referenceOf = (
  table: LossTable,
  front: readonly Point[],
  points: readonly Point[],
  m: number,
): number => {
  const coordinates = front.map((point) => itemAt(point, m));
  const best = Math.min(...coordinates);
  const worst = Math.max(...coordinates);
  const all = points.map((point) => itemAt(point, m)).sort((a, b) => a - b);
  // A front of one point has no extent: then how far the better half of all trials reaches.
  const far = worst > best ? worst : Math.max(worst, all[all.length >> 1] ?? worst);
  const margin = referenceMargin * (table.of(far) - table.of(best));
  return Math.max(table.inverse(table.of(worst) + margin), worst + 1e-3 + 0.01 * (far - best));
};

/** Losses by a process' values. */
interface LossTable {
  of(value: number): number;
  inverse(loss: number): number;
  slopeOf(low: number, high: number): number;
}

/**
 * Losses by the process' values, straight between those of trials and beyond; scaled to between 0 and 1 so that the
 * objectives count alike and nothing overflows.
 */
const lossTable = ({ losses, values }: Surrogate): LossTable => {
  const order = Array.from(values, (_, i) => i).sort((a, b) => at(values, a) - at(values, b));
  const [first, last] = [order[0], order.at(-1)];
  const low = first === undefined ? 0 : at(losses, first);
  const extent = last === undefined ? 0 : at(losses, last) / 2 - low / 2;
  const [xs, ys]: [number[], number[]] = [[], []];
  for (const i of order) {
    const [x, y] = [at(values, i), extent > 0 ? (at(losses, i) / 2 - low / 2) / extent : 0];
    if (xs.length > 0 && !(x > (xs.at(-1) ?? x) + 1e-9 && y > (ys.at(-1) ?? y))) continue;
    xs.push(x);
    ys.push(y);
  }
  if (xs.length < 2) return { of: (x) => x, inverse: (y) => y, slopeOf: () => 1 };
  const line =
    (from: readonly number[], to: readonly number[]) =>
    (x: number): number => {
      let k = from.findIndex((other) => other >= x);
      k = k < 0 ? from.length - 1 : Math.max(1, k);
      const [a, b] = [itemAt(from, k - 1), itemAt(from, k)];
      return itemAt(to, k - 1) + ((x - a) / (b - a)) * (itemAt(to, k) - itemAt(to, k - 1));
    };
  const of = line(xs, ys);
  const least = 1e-9;
  return {
    of,
    inverse: line(ys, xs),
    slopeOf: (from, to) => {
      const start = from === -Infinity ? to - belowFront : from;
      return Math.max(least, (of(to) - of(start)) / (to - start));
    },
  };
};

/** The slope below a front is taken over this part of a standard deviation. */
const belowFront = 0.1;
