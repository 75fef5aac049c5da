import { expect, test } from 'vitest';
import { atLeast, atMost, isWithin } from '../../bench/figure.ts';
import { median, quantile } from '../../bench/statistics.ts';
import { formatNumber, formatTable } from '../../bench/table.ts';

test('numbers keep three digits that count', () => {
  expect([0.31249, 1, 14.249, 123_456, 0].map(formatNumber)).toEqual(['0.312', '1', '14.2', '123,000', '0']);
});

test('a row shows its budget, whether it is kept, and its ratio to a peer', () => {
  const table = formatTable([
    {
      name: 'tpe',
      rows: [
        {
          what: 'proposal',
          measured: 0.5,
          unit: 'ms',
          budget: atMost(1),
          peer: { name: 'Other 2.0', measured: 10 },
          runs: 40,
        },
        { what: 'reports', measured: 50_000, unit: '/s', budget: atLeast(100_000), runs: 5 },
      ],
    },
    { name: 'plain', rows: [{ what: 'neither', measured: 3, unit: 'ms', runs: 1 }] },
  ]);
  expect(`\n${table}\n`).toBe(`
figure  what       measured        budget  kept    peer               ours ÷ peer  runs
------  --------  ---------  ------------  ------  -----------------  -----------  ----
tpe     proposal     0.5 ms        ≤ 1 ms  yes     10 ms (Other 2.0)         0.05    40
tpe     reports   50,000 /s  ≥ 100,000 /s  MISSED                                     5
plain   neither        3 ms                                                           1
`);
});

test('a budget met exactly is kept', () => {
  expect([isWithin(atMost(5), 5), isWithin(atLeast(5), 5), isWithin(atMost(5), Number.NaN)]).toEqual([
    true,
    true,
    false,
  ]);
});

test('quantiles lie between neighbours', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(quantile([10, 20, 30], 0)).toBe(10);
  expect(quantile([10, 20, 30], 1)).toBe(30);
  expect(median([])).toBeNaN();
});
