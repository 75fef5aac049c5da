import type { IntermediateValue } from '../../engine/index.ts';
import { type Growth, growthAfter } from '../../protocol/index.ts';

/** Steps and values by turns; curves that continue each other share one. */
interface Memory {
  numbers: Float64Array;
  /** Points in it. */
  used: number;
}

/**
 * A curve as it came in messages. Nothing in the host looks at curves, it only hands them on: points are made into
 * objects when somebody asks, and a burst of ten thousand a message costs a copy of their bytes.
 */
export class PackedCurve {
  readonly length: number;
  private readonly memory: Memory;
  private made: readonly IntermediateValue[] | undefined;

  private constructor(memory: Memory, length: number) {
    this.memory = memory;
    this.length = length;
  }

  static of(values: readonly IntermediateValue[]): PackedCurve {
    return PackedCurve.empty.grow(growthAfter(values, 0)) ?? PackedCurve.empty;
  }

  static readonly empty = new PackedCurve({ numbers: new Float64Array(0), used: 0 }, 0);

  /** This curve up to a point, and what came behind that; undefined where this one does not reach so far. */
  grow({ after, points }: Growth): PackedCurve | undefined {
    if (after > this.length) return undefined;
    const length = after + points.length / 2;
    const memory = this.memoryFor(after, length);
    if (points instanceof Float64Array) memory.numbers.set(points, 2 * after);
    else for (let at = 0; at < points.length; at++) memory.numbers[2 * after + at] = points[at] ?? Number.NaN;
    memory.used = length;
    return new PackedCurve(memory, length);
  }

  /** What came behind the first `after` points, as numbers that JSON can carry. */
  after(after: number): Growth {
    const points: number[] = [];
    // Five times as quick as `Array.from`.
    for (let at = 2 * after; at < 2 * this.length; at++) points.push(this.memory.numbers[at] ?? Number.NaN);
    return { after, points };
  }

  values(): readonly IntermediateValue[] {
    const { numbers } = this.memory;
    this.made ??= Array.from({ length: this.length }, (_, index) => ({
      step: numbers[2 * index] ?? Number.NaN,
      value: numbers[2 * index + 1] ?? Number.NaN,
    }));
    return this.made;
  }

  /** With the first `after` points in it and room for `length`; the one at hand where nobody has written behind them. */
  private memoryFor(after: number, length: number): Memory {
    const { numbers, used } = this.memory;
    if (used === after && 2 * length <= numbers.length) return this.memory;
    const fresh = new Float64Array(2 * Math.max(length, after === 0 ? 0 : 2 * after));
    fresh.set(numbers.subarray(0, 2 * after));
    return { numbers: fresh, used: after };
  }
}
