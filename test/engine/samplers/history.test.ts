import { expect, test } from 'vitest';
import { createHistoryReader, type History, standings } from '../../../src/engine/samplers/history.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const two: readonly Objective[] = [
  { metric: 'loss', direction: 'minimize' },
  { metric: 'gain', direction: 'maximize' },
];
const finite = spaceOf([whole('n', 1, 4), category('c', ['a', 'b'])]);

const shown = (history: History): unknown => ({
  standing: Array.from(history.standing.subarray(0, history.count), (code) => standings[code]),
  losses: Array.from(history.losses.subarray(0, history.count * history.objectives)),
  positions: Array.from(history.positions.subarray(0, history.count * history.axes.length)),
  seen: [...history.seen].sort(),
  constrained: history.constrained,
});

test('a trial says what its state and values let it say', () => {
  const trials = [
    aTrial({ params: { n: 2, c: 'b' }, values: [1, 2] }),
    aTrial({ state: 'pruned', params: { n: 1 } }),
    aTrial({ params: { n: 2, c: 'b' }, values: [1, Number.NaN] }),
    aTrial({ params: {}, values: [1, 2], constraints: [-1, 2] }),
    aTrial({ state: 'running' }),
    aTrial({ state: 'failed' }),
  ];
  const history = createHistoryReader()(finite, two, trials);
  expect(shown(history)).toMatchObject({
    standing: ['ranked', 'worse', 'worse', 'infeasible', 'pending', 'silent'],
    constrained: 1,
  });
  expect(Array.from(history.losses.subarray(0, 2))).toEqual([1, -2]);
  expect(history.score[3]).toBe(2);
  expect(Math.max(...history.seen.values())).toBe(3);
  expect(history.rows[0]).toEqual({ trial: trials[0], losses: [1, -2] });
});

test('rows replaced, added and dropped leave the columns as if they were read anew', () => {
  const read = createHistoryReader();
  const trials: Trial[] = Array.from({ length: 40 }, (_, number) =>
    aTrial({ number, params: { n: 1 + (number % 4), c: 'a' }, values: [number, 1] }),
  );
  read(finite, two, trials);
  trials[7] = aTrial({ number: 7, state: 'failed', params: { n: 3, c: 'b' } });
  trials.length = 30;
  trials[12] = aTrial({ number: 12, params: { n: 3, c: 'b' }, values: [0, 0], constraints: [0] });
  const changed = read(finite, two, trials);
  expect(changed.changed).toEqual([7, 12]);
  expect(shown(changed)).toEqual(shown(createHistoryReader()(finite, two, trials)));
  trials.push(aTrial({ number: 30 }));
  expect(read(finite, two, trials).changed).toEqual([30]);
});

test('configurations are remembered only where they can come again', () => {
  const open = spaceOf([float('x', 0, 1), whole('n', 1, 4)]);
  const trials = [aTrial({ params: { x: 0.5, n: 2 } })];
  expect(createHistoryReader()(open, two, trials).seen.size).toBe(0);
  expect(createHistoryReader()(finite, two, trials).seen.size).toBe(1);
});
