import type { IntermediateValue } from '../engine/index.ts';

/**
 * How a curve is sent: what came behind the first `after` points, which the receiver has. Step and value by turns, since
 * ten thousand small objects take a receiver's thread many times as long as the numbers in them.
 */
export interface Growth {
  readonly after: number;
  /** A number that is none may arrive as null: messages to the panel are JSON. */
  readonly points: ArrayLike<number | null>;
}

/** The curve behind its first `after` points. */
export const growthAfter = (curve: readonly IntermediateValue[], after: number): Growth => {
  const points = new Float64Array(2 * (curve.length - after));
  for (let index = after; index < curve.length; index++) {
    const point = curve[index];
    points[2 * (index - after)] = point?.step ?? Number.NaN;
    points[2 * (index - after) + 1] = point?.value ?? Number.NaN;
  }
  return { after, points };
};

/** A curve with what is new; undefined where it lacks points that the sender thought were there. */
export const growCurve = (
  known: readonly IntermediateValue[],
  { after, points }: Growth,
): readonly IntermediateValue[] | undefined => {
  if (known.length < after) return undefined;
  const fresh: IntermediateValue[] = [];
  for (let index = 0; index + 1 < points.length; index += 2)
    fresh.push({ step: points[index] ?? Number.NaN, value: points[index + 1] ?? Number.NaN });
  if (after === 0) return fresh;
  return (known.length === after ? known : known.slice(0, after)).concat(fresh);
};
