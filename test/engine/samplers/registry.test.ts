import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { createSampler, samplerNames } from '../../../src/engine/samplers/registry.ts';
import type { SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Proposal } from '../../../src/engine/study/sampler.ts';
import type { Strategy } from '../../../src/engine/study/study.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const small = spaceOf([whole('n', 1, 5), category('c', ['a', 'b'])]);
const open = spaceOf([float('x', 0, 1)]);

const proposeFor = (strategy: Strategy, space: SearchSpace, count: number): readonly Proposal[] => {
  const sampler = createSampler(strategy);
  if (!sampler.ok) throw new Error(sampler.error);
  const trials: Trial[] = [];
  const proposals: Proposal[] = [];
  for (let number = 0; number < count; number++) {
    const proposal = sampler.value.sample({
      space,
      objectives: [{ metric: 'loss', direction: 'minimize' }],
      trials,
      random: randomStream(1, number),
    });
    proposals.push(proposal);
    trials.push(aTrial({ number, params: proposal.params, values: [number] }));
  }
  return proposals;
};

test('an unknown name or option is answered with what there is', () => {
  const unknown = createSampler({ name: 'bayes', options: {} });
  expect(unknown).toMatchObject({ ok: false });
  for (const name of samplerNames) expect(JSON.stringify(unknown)).toContain(name);
  expect(createSampler({ name: 'tpe', options: { warmup: 3 } })).toMatchObject({
    error: expect.stringMatching(
      /^tpe has no option “warmup”; it takes startup, candidates, .* and fidelity\.$/,
    ),
  });
  expect(createSampler({ name: 'random', options: { startup: 3 } })).toMatchObject({ ok: false });
  expect(createSampler({ name: 'auto', options: { startup: -1 } })).toMatchObject({ ok: false });
});

test('auto goes through a small space from the middle outwards', () => {
  const proposals = proposeFor({ name: 'auto', options: {} }, small, 11);
  expect(proposals[0]).toEqual({
    params: { n: 3, c: 'a' },
    reason: 'One of 10 configurations, all to be tried; 0 have been.',
  });
  expect(proposals.slice(1, 3).map(({ params }) => params)).toEqual([
    { n: 1, c: 'b' },
    { n: 5, c: 'b' },
  ]);
  expect(proposals[9]?.reason).toBe('One of 10 configurations, all to be tried; 9 have been.');
  expect(proposals[10]?.reason).toContain('all 10 configurations have been tried');
});

test('auto draws at random until a model can be made, and says what the model expects', () => {
  const proposals = proposeFor({ name: 'auto', options: { startup: 5 } }, open, 8);
  for (const { reason } of proposals.slice(0, 5)) expect(reason).toMatch(/random|space-filling/i);
  expect(proposals[5]?.reason).toMatch(/^Gaussian process of 5 trials expects .* better with .* %\.$/);
});

test('the number of candidates is an option', () => {
  expect(proposeFor({ name: 'tpe', options: { startup: 2, candidates: 7 } }, open, 4)[3]?.reason).toMatch(
    /^Best of 7 /,
  );
});

test('a grid has both ends of each parameter and is gone through in order', () => {
  const proposals = proposeFor(
    { name: 'grid', options: { points: 3 } },
    spaceOf([float('x', 0, 1), whole('n', 1, 2)]),
    7,
  );
  expect(proposals.slice(0, 6).map(({ params }) => [params.x, params.n])).toEqual([
    [0, 1],
    [0, 2],
    [0.5, 1],
    [0.5, 2],
    [1, 1],
    [1, 2],
  ]);
  expect(proposals[2]?.reason).toBe('Point 3 of a grid of 6.');
  expect(proposals[6]?.reason).toBe('Drawn at random: all 6 points of the grid have been tried.');
});
