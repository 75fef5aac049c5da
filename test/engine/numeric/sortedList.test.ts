import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedList } from '../../../src/engine/numeric/sortedList.ts';

const ascending = (a: number, b: number): number => a - b;

test('adding and deleting leaves what sorting leaves', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 }),
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 40 })), { maxLength: 200 }),
      (start, changes) => {
        const list = new SortedList(ascending, start);
        const plain = start.toSorted(ascending);
        for (const [isAdded, value] of changes) {
          const index = plain.indexOf(value);
          if (isAdded) {
            list.add(value);
            plain.push(value);
            plain.sort(ascending);
          } else {
            expect(list.delete(value)).toBe(index >= 0);
            if (index >= 0) plain.splice(index, 1);
          }
        }
        expect([...list]).toEqual(plain);
        expect(list.size).toBe(plain.length);
        expect(list.first(5)).toEqual(plain.slice(0, 5));
        for (let value = -1; value <= 41; value++)
          expect(list.placeOf(value)).toBe(plain.filter((one) => one < value).length);
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});

test('thousands of items keep their places over many chunks', () => {
  const list = new SortedList(ascending);
  const count = 5000;
  for (let i = 0; i < count; i++) list.add((i * 7919) % count);
  expect([...list]).toEqual(Array.from({ length: count }, (_, i) => i));
  for (let i = 0; i < count; i += 2) expect(list.delete(i)).toBe(true);
  expect(list.size).toBe(count / 2);
  expect(list.at(1000)).toBe(2001);
  expect(list.at(count)).toBeUndefined();
  expect(list.placeOf(2002)).toBe(1001);
});
