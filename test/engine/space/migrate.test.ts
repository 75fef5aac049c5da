import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { checkAssignment, completeAssignment } from '../../../src/engine/space/assignment.ts';
import { shownAssignment } from '../../../src/engine/space/composite.ts';
import { isLegal } from '../../../src/engine/space/encode.ts';
import { adaptAssignment } from '../../../src/engine/space/migrate.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import { parseSpace, spaceToJson } from '../../../src/engine/space/wire.ts';
import { adaptTrials } from '../../../src/engine/study/adaptTrials.ts';
import { aTrial } from '../../builders/trials.ts';
import { aSpace, arbitrarySpace, seeded } from './arbitrarySpace.ts';

const drawn = (space: SearchSpace, seed: number): Assignment =>
  completeAssignment(space, sampleUniform(space, randomStream(seed)));

const lr = { kind: 'float', name: 'lr', low: 0, high: 1, log: false } as const;
const opt = { kind: 'categorical', name: 'opt', choices: ['adam', 'sgd'], ordered: false } as const;
const drop = { kind: 'float', name: 'drop', low: 0, high: 0.5, log: false } as const;
const hidden = {
  kind: 'list',
  name: 'hidden',
  least: 1,
  most: 2,
  item: { kind: 'int', low: 8, high: 64, log: false },
} as const;

test('equal spaces keep every trial as it is', () => {
  fc.assert(
    fc.property(arbitrarySpace, fc.nat(), (space, seed) => {
      const copy = parseSpace(JSON.parse(JSON.stringify(spaceToJson(space))));
      if (!copy.ok) throw new Error('no copy');
      const trials = [aTrial({ params: drawn(space, seed) }), aTrial({ number: 1, params: { odd: 1 } })];
      expect(adaptTrials({ before: space, after: copy.value }, trials)).toEqual(
        trials.map((trial) => ({ kind: 'kept', trial, unknown: [] })),
      );
    }),
    seeded,
  );
});

test('what is kept is within the new space, and there is a reason for what is not', () => {
  fc.assert(
    fc.property(arbitrarySpace, arbitrarySpace, fc.nat(), (before, after, seed) => {
      const inSource = shownAssignment(after, drawn(after, seed + 1));
      const adapted = adaptAssignment({ before, after, inSource }, drawn(before, seed));
      if (adapted.ok) expect(checkAssignment(after, adapted.value.params)).toBeUndefined();
      else expect(adapted.error).toMatch(/^.+\.$/su);
    }),
    { ...seeded, numRuns: 500 },
  );
});

test('a narrowed range keeps exactly the values within it, a widened one all', () => {
  fc.assert(
    fc.property(fc.nat(), fc.double({ min: 0.1, max: 1, noNaN: true }), (seed, high) => {
      const before = aSpace({ parameters: [lr, opt] });
      const after = aSpace({ parameters: [{ ...lr, high }, opt] });
      const params = drawn(before, seed);
      const narrowed = adaptAssignment({ before, after }, params);
      expect(narrowed.ok).toBe(isLegal({ ...lr, high }, params.lr ?? null));
      if (narrowed.ok) expect(narrowed.value).toEqual({ params, unknown: [] });
      const inside = drawn(after, seed);
      expect(adaptAssignment({ before: after, after: before }, inside)).toEqual({
        ok: true,
        value: { params: inside, unknown: [] },
      });
    }),
    { ...seeded, numRuns: 300 },
  );
});

const one = aSpace({ parameters: [lr] });
const two = aSpace({ parameters: [lr, drop] });

test('a new parameter takes what stood in the source', () => {
  const edit = { before: one, after: two };
  expect(adaptAssignment({ ...edit, inSource: { drop: 0.1 } }, { lr: 0.5 })).toEqual({
    ok: true,
    value: { params: { lr: 0.5, drop: 0.1 }, unknown: [] },
  });
  expect(adaptAssignment(edit, { lr: 0.5 })).toEqual({
    ok: false,
    error: 'drop is searched now, and its value then is not known.',
  });
  expect(adaptAssignment({ ...edit, inSource: { drop: 0.9 } }, { lr: 0.5 })).toEqual({
    ok: false,
    error: 'drop is 0.9, outside 0..0.5.',
  });
});

test('a removed parameter keeps the trials that ran with what stands there now', () => {
  const edit = { before: two, after: one };
  const params = { lr: 0.5, drop: 0.1 };
  expect(adaptAssignment({ ...edit, inSource: { drop: 0.1 } }, params)).toEqual({
    ok: true,
    value: { params: { lr: 0.5 }, unknown: [] },
  });
  expect(adaptAssignment({ ...edit, inSource: { drop: 0.2 } }, params)).toEqual({
    ok: false,
    error: 'drop was 0.1, is not searched any more and is 0.2 now.',
  });
  expect(adaptAssignment(edit, params)).toMatchObject({ value: { unknown: ['drop'] } });
  const single = aSpace({ parameters: [lr, { ...drop, low: 0.1, high: 0.1 }] });
  expect(adaptAssignment({ before: single, after: one }, params)).toMatchObject({ value: { unknown: [] } });
});

test('choices that are gone, constraints and derived values that changed leave trials out', () => {
  const before = aSpace({ parameters: [lr, opt], derived: [{ name: 'warm', expression: '4 * lr' }] });
  const params = { lr: 0.5, opt: 'sgd', warm: 2 };
  const why = (after: SearchSpace): unknown => {
    const adapted = adaptAssignment({ before, after }, params);
    return adapted.ok ? adapted.value : adapted.error;
  };
  const derived = [{ name: 'warm', expression: '4 * lr' }];
  expect(why(aSpace({ parameters: [lr, { ...opt, choices: ['adam', 'lion'] }], derived }))).toBe(
    'opt is "sgd", which is none of ["adam","lion"].',
  );
  expect(why(aSpace({ parameters: [lr, opt], derived: [{ name: 'warm', expression: '2 * lr' }] }))).toBe(
    'warm was 2 and would be 1 now.',
  );
  expect(why(aSpace({ parameters: [lr, opt], derived, constraints: ['warm < 1'] }))).toBe(
    'The constraint warm < 1 is not kept.',
  );
  expect(why(aSpace({ parameters: [lr, opt], derived, forbidden: [{ opt: 'sgd' }] }))).toBe(
    'The combination opt == "sgd" is forbidden.',
  );
  const conditional = aSpace({ parameters: [opt, { ...lr, condition: 'opt == "adam"' }] });
  expect(why(conditional)).toEqual({ params: { opt: 'sgd' }, unknown: ['warm'] });
});

test('composites are compared by their values, not by their parts', () => {
  const before = aSpace({ parameters: [hidden] });
  const fixed = aSpace({ parameters: [{ ...hidden, least: 2, most: 2 }] });
  const params = { 'hidden.length': 2, 'hidden[0]': 8, 'hidden[1]': 16 };
  expect(adaptAssignment({ before, after: fixed }, params)).toEqual({
    ok: true,
    value: { params: { 'hidden[0]': 8, 'hidden[1]': 16 }, unknown: [] },
  });
  expect(adaptAssignment({ before, after: fixed }, { 'hidden.length': 1, 'hidden[0]': 8 })).toEqual({
    ok: false,
    error: 'hidden was [8], which it can no longer be.',
  });
  const number = aSpace({ parameters: [{ ...lr, name: 'hidden' }] });
  expect(adaptAssignment({ before, after: number }, params)).toMatchObject({ ok: false });
  const order = { kind: 'permutation', name: 'order', choices: ['a', 'b', 'c'] } as const;
  const more = aSpace({ parameters: [{ ...order, choices: ['c', 'a', 'b'] }] });
  const abc = aSpace({ parameters: [order] });
  const moved = adaptAssignment({ before: abc, after: more }, drawn(abc, 4));
  expect(moved.ok && shownAssignment(more, moved.value.params)).toEqual(shownAssignment(abc, drawn(abc, 4)));
});
