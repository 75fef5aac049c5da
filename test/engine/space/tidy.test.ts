import { expect, test } from 'vitest';
import { createSpace } from '../../../src/engine/space/create.ts';
import type { SpaceDraft } from '../../../src/engine/space/draft.ts';
import { tidy } from '../../../src/engine/space/tidy.ts';

const spaceOf = (draft: Partial<SpaceDraft>) => {
  const space = createSpace({ parameters: [], derived: [], constraints: [], ...draft });
  if (!space.ok) throw new Error(space.error[0]?.message);
  return space.value;
};
const lr = { name: 'lr', kind: 'float', low: 1e-5, high: 0.1, log: true } as const;
const share = { name: 'share', kind: 'float', low: 0, high: 1, log: false } as const;

test('continuous values become short and stay close', () => {
  const space = spaceOf({ parameters: [lr, share] });
  expect(tidy(space, { lr: 0.0036935881555492183, share: 0.123456789 })).toEqual({
    lr: 0.003694,
    share: 0.1235,
  });
});

test('values never leave their range', () => {
  const space = spaceOf({ parameters: [{ ...share, low: 0.33333333, high: 0.33333339 }] });
  const { share: value } = tidy(space, { share: 0.333333331 });
  expect(value).toBeGreaterThanOrEqual(0.33333333);
  expect(value).toBeLessThanOrEqual(0.33333339);
});

test('whole, stepped and chosen values are left alone', () => {
  const space = spaceOf({
    parameters: [
      { ...share, step: 0.05 },
      { name: 'n', kind: 'int', low: 1, high: 100_000, log: true },
      { name: 'c', kind: 'categorical', choices: ['a', 'b'], ordered: false },
    ],
  });
  const values = { share: 0.15, n: 12_345, c: 'b' };
  expect(tidy(space, values)).toEqual(values);
});

test('a constraint or condition that rounding would change keeps the exact values', () => {
  const bounded = spaceOf({ parameters: [lr, share], constraints: ['share <= 0.123456'] });
  expect(tidy(bounded, { lr: 0.01, share: 0.1234559 }).share).toBe(0.1234559);
  const conditional = spaceOf({ parameters: [share, { ...lr, condition: 'share < 0.12346' }] });
  expect(tidy(conditional, { share: 0.123451, lr: 0.01 }).share).toBe(0.123451);
});
