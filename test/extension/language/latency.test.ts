import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { collectCompletions } from '../../../src/extension/language/collectCompletions.ts';
import { collectFolds } from '../../../src/extension/language/collectFolds.ts';
import { collectHover, hoverPlace } from '../../../src/extension/language/collectHover.ts';
import { namedAt, placesOf } from '../../../src/extension/language/collectNames.ts';
import { paletteOf } from '../../../src/extension/language/drawSpace.ts';
import { commentAt } from '../../../src/extension/language/place.ts';

/** 10,000 lines of a script with 200 annotations, and a place inside the last one. */
const filler = 'model = build(lr=1e-3, name="foo")  # a comment\n'.repeat(49);
const source = Array.from(
  { length: 200 },
  (_, i) => `p${i} = 0.5  # tune: normal(0.5, 0.1) in 0..1${i > 0 ? ` if p${i - 1} > 0.1` : ''}\n${filler}`,
).join('');
const annotations = scanPython(source);
const offset = source.lastIndexOf('p198 >') + 2;

/** The quickest of a few runs: the others had to share the machine. */
const bestMs = (run: () => unknown): number =>
  Math.min(
    ...Array.from({ length: 15 }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    }),
  );

const comment = commentAt(source, annotations, offset);

test('the file is as large as it is meant to be', () => {
  expect(source.split('\n').length).toBeGreaterThanOrEqual(10_000);
  expect(annotations.tunables).toHaveLength(200);
  expect(comment).toBeDefined();
});

test.each<[string, () => unknown]>([
  [
    'completion',
    () =>
      comment &&
      collectCompletions({
        source,
        annotations,
        comment,
        offset,
        metrics: [],
        aboutStrategy: () => undefined,
      }),
  ],
  [
    'a hover',
    () => {
      const place = hoverPlace(source, annotations, offset);
      return place && collectHover(place.tunable, undefined, paletteOf({ light: true, highContrast: false }));
    },
  ],
  [
    'a name with all its places',
    () => {
      const place = namedAt(source, annotations, offset);
      return place?.literal && placesOf(source, annotations, place.literal);
    },
  ],
  ['folding', () => collectFolds(source, annotations.comments, 'python')],
])('%s takes a few milliseconds on 10,000 lines', (_, run) => {
  // Each takes less than 5 ms on a quiet machine; a busy one must not fail the test.
  expect(bestMs(run)).toBeLessThan(15);
});
