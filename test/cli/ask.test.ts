import { expect, test } from 'vitest';
import { AskServer } from '../../src/cli/ask.ts';

type Json = Record<string, unknown>;
interface Handed {
  readonly number: number;
  readonly params: Json;
  readonly reason: string;
  readonly fidelity?: number;
  readonly resume?: boolean;
  readonly attempt?: number;
  readonly parent?: number;
  readonly parentStep?: number;
}
interface Answer {
  readonly trials: readonly Handed[];
  readonly wait?: string;
  readonly done?: string;
}

/** The methods of one server as functions; a refusal throws its message. */
const door = () => {
  const server = new AskServer();
  let id = 0;
  const call = (method: string, params: Json = {}): unknown => {
    const line = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params });
    const reply = server.answer(line) as { result?: unknown; error?: { message: string } };
    if (reply.error) throw new Error(reply.error.message);
    return reply.result;
  };
  return {
    call,
    create: (params: Json): string => (call('create', params) as { study: string }).study,
    ask: (study: string, count = 1): Answer => call('ask', { study, count }) as Answer,
    trials: (study: string): readonly Json[] => (call('trials', { study }) as { trials: Json[] }).trials,
  };
};

const space = {
  x: { type: 'float', low: 0, high: 1 },
  n: { type: 'int', low: 1, high: 9 },
  kind: { type: 'categorical', choices: ['a', 'b'] },
  y: { type: 'float', low: 0, high: 1, if: 'kind == "a"' },
};
const resultOf = ({ params, fidelity = 9 }: Handed): number => Number(params.x) + 0.1 / fidelity;

/** Runs a study until it is done or `most` trials have been handed out, telling each at once. */
const run = ({ call, ask }: ReturnType<typeof door>, study: string, most = 500): readonly Handed[] => {
  const handed: Handed[] = [];
  while (handed.length < most) {
    const { trials } = ask(study);
    const [trial] = trials;
    if (trial === undefined) return handed;
    handed.push(trial);
    call('tell', { study, number: trial.number, values: resultOf(trial) });
  }
  return handed;
};

const schedulers = ['halving', 'hyperband', 'asha-promotion', 'pasha', 'dehb', 'bohb'];

for (const scheduler of schedulers) {
  test(`${scheduler}: a program that only tells values is led through the rungs`, () => {
    const it = door();
    const study = it.create({
      space,
      scheduler: { name: scheduler, options: { maxFidelity: 9 } },
      sampler: scheduler === 'bohb' ? undefined : 'random',
      budget: 40,
      seed: 2,
    });
    const handed = run(it, study);
    expect(it.ask(study)).toMatchObject({ trials: [], done: expect.stringMatching(/\.$/) });
    expect(new Set(handed.map(({ fidelity }) => fidelity))).toEqual(new Set([1, 3, 9]));
    expect(handed.some(({ resume, attempt }) => resume === true && attempt === 2)).toBe(true);
    const states = it.trials(study).map(({ state, fidelity }) => [state, fidelity] as const);
    for (const [state, fidelity] of states) expect(state === 'complete').toBe(fidelity === 9);
    const { best } = it.call('best', { study }) as { best: { value: number } };
    expect(best.value).toBeLessThan(0.5);
  });
}

test('a value told below the full fidelity is kept on the curve and not taken for a final one', () => {
  const it = door();
  const study = it.create({ space, scheduler: { name: 'halving', options: { maxFidelity: 9 } } });
  const [trial] = it.ask(study).trials;
  expect(trial).toMatchObject({ number: 0, fidelity: 1, attempt: 1 });
  expect(it.call('tell', { study, number: 0, values: -5 })).toEqual({ state: 'paused' });
  expect(it.trials(study)[0]).toMatchObject({ state: 'paused', intermediate: [[1, -5]] });
  expect(it.call('best', { study })).toEqual({ best: null });
  expect(() => it.call('tell', { study, number: 0, values: 1 })).toThrow('paused');
});

test('a report at the fidelity asks for a pause, one before it does not', () => {
  const it = door();
  const options = { minFidelity: 3, maxFidelity: 9 };
  const study = it.create({ space, scheduler: { name: 'halving', options } });
  it.ask(study);
  const report = (step: number): unknown => it.call('report', { study, number: 0, step, values: 1 });
  expect(report(1)).toEqual({ prune: false });
  expect(report(3)).toMatchObject({ prune: false, pause: true, reason: expect.stringMatching(/step 3/) });
  expect(it.call('tell', { study, number: 0, state: 'paused' })).toEqual({ state: 'paused' });
});

test('a scheduler that has nothing to start says so, and why', () => {
  const it = door();
  const options = { maxFidelity: 3, rounds: 1 };
  const study = it.create({ space, scheduler: { name: 'halving', options } });
  const answer = it.ask(study, 10);
  expect(answer.trials).toHaveLength(3);
  expect(answer.wait).toMatch(/\.$/);
});

for (const [sampler, scheduler] of [
  ['tpe', undefined],
  ['bohb', 'hyperband'],
  ['random', 'pbt'],
  ['random', 'dehb'],
] as const) {
  test(`${sampler} with ${scheduler ?? 'no scheduler'}: a study made again from its trials goes on the same`, () => {
    const options = scheduler === 'pbt' ? { population: 4, maxFidelity: 9, interval: 1 } : { maxFidelity: 9 };
    const params = {
      space,
      sampler,
      seed: 7,
      ...(scheduler === undefined ? {} : { scheduler: { name: scheduler, options } }),
    };
    const it = door();
    const original = it.create(params);
    run(it, original, 45);
    it.ask(original, 2); // still running when the process ended
    const trials = JSON.parse(JSON.stringify(it.trials(original)));
    const again = door();
    const created = again.create({ ...params, trials });
    const imported = again.create(params);
    expect(again.call('import', { study: imported, trials })).toEqual({ trials: trials.length });
    const next = run(it, original, 10);
    expect(run(again, created, 10)).toEqual(next);
    expect(run(again, imported, 10)).toEqual(next);
    expect(again.trials(created)).toEqual(it.trials(original));
    expect(() => again.call('import', { study: imported, trials })).toThrow('already');
  });
}

test('values to try first come first, with every sampler', () => {
  const queue = [
    { x: 0.25, n: 3, kind: 'a', y: 0.5 },
    { x: 7, n: 3.2, kind: 'b' },
  ];
  const it = door();
  const study = it.create({ space, sampler: 'tpe', queue });
  const [first, second, third] = it.ask(study, 3).trials;
  expect(first).toMatchObject({ params: queue[0], reason: 'Number 1 of the values to try first.' });
  expect(second?.params).toEqual({ x: 1, n: 3, kind: 'b' });
  expect(third?.reason).not.toMatch(/try first/);
  expect(() => it.create({ space, queue: [{ x: {} }] })).toThrow('Each of “queue”');
});

test('earlier studies are taken in the form that trials gives them out', () => {
  const it = door();
  const study = it.create({ space, sampler: 'random' });
  run(it, study, 5);
  const past = [{ space, objectives: ['minimize'], trials: it.trials(study) }];
  expect(it.ask(it.create({ space, past })).trials).toHaveLength(1);
  expect(() => it.create({ space, past: [{ space, trials: [{ params: {} }] }] })).toThrow('no “values”');
  expect(() => it.create({ space, past: 3 })).toThrow('“past” must be a list');
});

test('curves of all objectives are kept, whether reported as a list or by name', () => {
  const it = door();
  const objectives = [
    { metric: 'loss', direction: 'minimize' },
    { metric: 'size', direction: 'maximize' },
  ];
  const study = it.create({ space, objectives });
  it.ask(study);
  it.call('report', { study, number: 0, step: 1, values: [3, 10] });
  it.call('report', { study, number: 0, step: 2, values: { loss: 2, size: 'NaN' } });
  it.call('report', { study, number: 0, step: 3, values: { loss: 1 } });
  expect(it.trials(study)[0]).toMatchObject({
    curves: [
      [
        [1, 3],
        [2, 2],
        [3, 1],
      ],
      [
        [1, 10],
        [2, Number.NaN],
      ],
    ],
  });
  expect(() => it.call('report', { study, number: 0, step: 4, values: { size: 1 } })).toThrow('“loss”');
  expect(() => it.call('tell', { study, number: 0, values: [1] })).toThrow('“size” is missing');
});

test('several objectives are pruned by dominance unless told otherwise', () => {
  const it = door();
  const study = it.create({ space, objectives: ['minimize', 'minimize'] });
  it.ask(study, 7);
  for (let number = 0; number < 6; number++)
    it.call('report', { study, number, step: 1, values: [number, 5 - number] });
  expect(it.call('report', { study, number: 6, step: 1, values: [9, 9] })).toMatchObject({ prune: true });
});

test('what a trial has cost is kept', () => {
  const it = door();
  const study = it.create({ space });
  it.ask(study);
  it.call('tell', { study, number: 0, values: 1, cost: { seconds: 2.5, joules: 80 } });
  expect(it.trials(study)[0]).toMatchObject({ cost: { seconds: 2.5, joules: 80 } });
  it.ask(study);
  expect(() => it.call('tell', { study, number: 1, values: 1, cost: { seconds: -1 } })).toThrow('“seconds”');
});

test('every strategy is listed with its options, defaults and ranges', () => {
  const it = door();
  const listed = it.call('strategies') as Record<string, Record<string, Json>>;
  expect(listed.samplers).toHaveProperty('tpe');
  expect(listed.pruners?.median).toEqual({
    startup: { default: 5, min: 1, whole: true },
    warmup: { default: 0, min: 0 },
  });
  for (const name of Object.keys(listed.pruners ?? {})) it.create({ space, pruner: name });
  for (const name of Object.keys(listed.samplers ?? {})) it.create({ space, sampler: name });
  for (const name of Object.keys(listed.schedulers ?? {}).filter((one) => one !== 'replay'))
    expect(it.ask(it.create({ space, scheduler: name })).trials).toHaveLength(1);
  expect(() => it.create({ space, scheduler: 'magic' })).toThrow('No scheduler is called “magic”');
  expect(() =>
    it.create({ space, scheduler: { name: 'asha-promotion', options: { maxFidelity: 1 } } }),
  ).toThrow('minFidelity must be below maxFidelity');
});

test('a schedule found by population-based training can be asked for and replayed', () => {
  const it = door();
  const options = { population: 4, maxFidelity: 20, interval: 2 };
  const study = it.create({ space, sampler: 'random', scheduler: { name: 'pbt', options }, seed: 3 });
  const handed = run(it, study);
  expect(handed.some(({ parent, parentStep }) => parent !== undefined && parentStep !== undefined)).toBe(
    true,
  );
  const { schedule } = it.call('schedule', { study }) as {
    schedule: readonly { step: number; params: Json }[];
  };
  expect(schedule.length).toBeGreaterThan(1);
  const replay = it.create({ space, scheduler: { name: 'replay', options: { maxFidelity: 20 } }, schedule });
  const again = run(it, replay);
  expect(again.map(({ params }) => params)).toEqual(schedule.map(({ params }) => params));
  expect(again.at(-1)).toMatchObject({
    fidelity: 20,
    parent: again.length - 2,
    parentStep: schedule.at(-1)?.step,
  });
  expect(it.ask(replay).done).toBe('The schedule has been replayed.');
});

test('a closed study is forgotten and its name not given out again', () => {
  const it = door();
  const study = it.create({ space });
  it.call('close', { study });
  expect(() => it.ask(study)).toThrow('There is no study');
  expect(it.create({ space })).not.toBe(study);
});

test('lists are proposed and taken back as lists', () => {
  const it = door();
  const wide = { ...space, order: { type: 'permutation', choices: ['p', 'q', 'r'] } };
  const study = it.create({
    space: wide,
    queue: [{ x: 0, n: 1, kind: 'b', order: ['r', 'p', 'q'] }],
    sampler: 'tpe',
  });
  const [first, second] = it.ask(study, 2).trials;
  expect(first?.params.order).toEqual(['r', 'p', 'q']);
  expect(second?.params.order).toHaveLength(3);
  const again = it.create({ space: wide, sampler: 'tpe', trials: it.trials(study) });
  expect(it.trials(again)).toEqual(it.trials(study));
});
