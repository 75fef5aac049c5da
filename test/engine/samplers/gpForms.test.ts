import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { type GpOptions, gpSampler } from '../../../src/engine/samplers/gp.ts';
import { checkAssignment, completeAssignment } from '../../../src/engine/space/assignment.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, flag, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const objectives = [{ metric: 'loss', direction: 'minimize' }] as const;
const space = spaceOf(
  [
    category('optimizer', ['adam', 'sgd', 'lion']),
    float('momentum', 0, 0.99, { condition: 'optimizer == "sgd"' }),
    flag('nesterov', 'optimizer == "sgd" and momentum > 0.2'),
    whole('heads', 1, 8),
    whole('size', 8, 64, { step: 8 }),
  ],
  { constraints: ['size % heads == 0'] },
);

/** After ten with a loss, of everything that may become of a trial something. */
const outcomes: readonly Partial<Trial>[] = [
  { values: [Number.NaN] },
  { state: 'failed' },
  { state: 'running' },
  { values: [1e308] },
  { values: [-1e308] },
  { state: 'pruned' },
  { state: 'waiting' },
];

const forms: readonly GpOptions[] = [
  { acquisition: 'thompson' },
  { acquisition: 'kg' },
  { pending: 'qei' },
  { pending: 'liar-min' },
  { pending: 'liar-max' },
  { acquisition: 'kg', cost: 'seconds' },
];

test.each(forms)('gp with %o keeps within the space, and its proposals depend on nothing else', (form) => {
  const sampler = gpSampler({ startup: 4, ...form });
  const trials: Trial[] = [];
  for (let number = 0; number < 20; number++) {
    const context = { space, objectives, trials, remaining: 20 - number };
    const proposal = sampler.sample({ ...context, random: randomStream(2, number) });
    expect(checkAssignment(space, proposal.params)).toBeUndefined();
    expect(proposal.reason).toMatch(/^[A-Z].*\.$/);
    expect(proposal.reason).not.toMatch(/NaN|Infinity|undefined/);
    if (number % 8 === 7)
      expect(
        gpSampler({ startup: 4, ...form }).sample({ ...context, random: randomStream(2, number) }),
      ).toEqual(proposal);
    const loss = Number(proposal.params.size) / 8 + Number(proposal.params.momentum ?? 0.5);
    const outcome = number < 10 ? { values: [loss] } : outcomes[number % outcomes.length];
    const params = completeAssignment(space, proposal.params);
    trials.push(aTrial({ number, params, cost: { seconds: loss }, ...outcome }));
  }
});
