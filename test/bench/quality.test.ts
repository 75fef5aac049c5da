import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { interval, normalise, type Run, ranks, tabulate } from '../../bench/quality/analyse.ts';
import { parseOptions } from '../../bench/quality/options.ts';

const quality = path.join(import.meta.dirname, '../../bench/quality');

/** A Python that has numpy: the benchmark's own, else the system's. */
const pythonWithNumpy = (): string | undefined =>
  [path.join(quality, '../.venvs/problems/bin/python'), 'python3', 'python']
    .filter((python) => !path.isAbsolute(python) || existsSync(python))
    .find((python) => spawnSync(python, ['-c', 'import numpy']).status === 0);

const python = pythonWithNumpy();

describe('the problems of the quality benchmark', () => {
  test.skipIf(python === undefined)(
    'the 24 BBOB functions have the values of COCO and are least at their published optima (skipped without numpy)',
    () => {
      const output = execFileSync(python ?? '', ['check.py'], { cwd: quality, encoding: 'utf8' });
      expect(output.trim()).toBe('864 values of 24 functions agree');
    },
  );
});

const aRun = (method: string, seed: number, curve: readonly number[], problem = 'p'): Run => ({
  problem,
  family: 'bbob5',
  method,
  seed,
  values: new Map(curve.map((value, i) => [i + 1, value])),
  optimum: 1,
  suggestSeconds: new Map(curve.map((_, i) => [i + 1, 0.01 * (i + 1)])),
});

const linear = { family: 'bbob5', scale: { kind: 'linear' }, referenceAt: 1 } as const;

describe('its tables', () => {
  test('ties share the mean of their places', () => {
    expect(ranks([3, 1, 3, 2])).toEqual([3.5, 1, 3.5, 2]);
  });

  test('a regret of the reference is 1, of the optimum 0, and nothing is beyond', () => {
    const scale = { kind: 'linear' } as const;
    expect([0, 2, 4, 8].map((regret) => normalise(regret, 4, scale))).toEqual([0, 0.5, 1, 1]);
  });

  test('in orders of magnitude, half way is the geometric mean of floor and reference', () => {
    expect(normalise(1e-3, 1e2, { kind: 'log', floor: 1e-8 })).toBeCloseTo(0.5, 12);
  });

  test('the interval of equal values is a point, and each problem counts the same', () => {
    expect(interval([[1, 1, 1, 1], [3]])).toEqual({ mean: 2, low: 2, high: 2 });
  });

  test('with one seed each the interval is that of the problems', () => {
    const { mean, low, high } = interval([[1], [2], [3], [4], [5], [6], [7], [8]]);
    expect(mean).toBe(4.5);
    expect(low).toBeGreaterThan(2);
    expect(low).toBeLessThan(4);
    expect(high).toBeGreaterThan(5);
    expect(high).toBeLessThan(7);
  });

  test('regret, rank and wins are worked out on pairs of problem and seed', () => {
    const runs = [
      aRun('a', 0, [5, 2]),
      aRun('a', 1, [5, 3]),
      aRun('random', 0, [5, 4]),
      aRun('random', 1, [5, 3]),
    ];
    const table = tabulate(runs, ['a', 'random'], 2, linear);
    const [a, random] = table.rows;
    expect(table.rankedPairs).toBe(2);
    expect(a?.regret.mean).toBeCloseTo((0.25 + 0.5) / 2, 12);
    expect(a?.rank?.mean).toBe(1.25);
    expect(random?.rank?.mean).toBe(1.75);
    expect(random?.beaten?.mean).toBe(0.75);
    expect(a?.suggestMs).toBeCloseTo(10, 9);
  });

  test('a method with few runs is compared pair by pair, and ranked where all methods ran', () => {
    const runs = [0, 1, 2, 3].flatMap((seed) => [aRun('a', seed, [2]), aRun('random', seed, [3])]);
    const table = tabulate([...runs, aRun('slow', 0, [1])], ['a', 'random', 'slow'], 1, linear);
    const slow = table.rows.find(({ method }) => method === 'slow');
    expect(slow?.rank).toBeUndefined();
    expect(slow?.beaten?.mean).toBe(0);
    expect(slow?.rankOfAll?.mean).toBe(1);
    expect(table.rankedPairs).toBe(4);
    expect(table.pairsOfAll).toBe(1);
  });

  test('where the least value is not known, the least that any run found stands for it', () => {
    const unknown = (run: Run): Run => ({ ...run, optimum: null });
    const runs = [aRun('a', 0, [6]), aRun('random', 0, [8]), aRun('cached b', 0, [4])].map(unknown);
    expect(tabulate(runs, ['a', 'random'], 1, linear).rows[0]?.regret.mean).toBe(0.5);
  });
});

describe('its command line', () => {
  test('a build with a label stands beside the plain one', () => {
    const { ours, builds } = parseOptions(['--ours-bin', 'old=/tmp/old.js', '--methods', 'auto,auto@old']);
    expect(ours.builds.get('old')).toBe(path.resolve('/tmp/old.js'));
    expect(builds).toBe(true);
  });

  test('an unknown family is refused with those there are', () => {
    expect(() => parseOptions(['--families', 'bbob7'])).toThrow(/There are: bbob5, bbob20/);
  });
});
