import { expect, test } from 'vitest';
import { type RandomStream, randomStream } from '../../src/engine/numeric/random.ts';
import { checkAssignment, completeAssignment } from '../../src/engine/space/assignment.ts';
import type { Assignment, SearchSpace } from '../../src/engine/space/parameter.ts';
import { sampleUniform } from '../../src/engine/space/sample.ts';
import type { Objective } from '../../src/engine/study/objective.ts';
import type { Job, ScheduleContext, Scheduler } from '../../src/engine/study/scheduler.ts';
import type { Trial } from '../../src/engine/study/trial.ts';
import { category, flag, float, ordered, spaceOf, whole } from '../builders/spaces.ts';

const spaces: Readonly<Record<string, SearchSpace>> = {
  numbers: spaceOf([float('x', 0, 1), float('lr', 1e-4, 1, { log: true }), whole('n', 1, 9)]),
  'choices, conditions and a constraint': spaceOf(
    [
      category('kind', ['a', 'b', 'c']),
      ordered('size', ['s', 'm', 'l']),
      flag('bias'),
      float('x', -1, 1, { condition: 'kind != "a"' }),
      whole('n', 1, 8, { condition: 'bias' }),
      float('y', 0, 1),
    ],
    { constraints: ['kind == "a" or x + y < 1.2'] },
  ),
  'one value': spaceOf([category('only', [1])]),
};

const one: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];
const two: readonly Objective[] = [
  { metric: 'accuracy', direction: 'maximize' },
  { metric: 'seconds', direction: 'minimize' },
];

interface Setting {
  readonly seed: number;
  readonly slots: number;
  /** New trials in all. */
  readonly budget: number;
  readonly space?: SearchSpace;
  readonly objectives?: readonly Objective[];
  /** Chances at each report. */
  readonly failing?: number;
  readonly diverging?: number;
  /** Chance of a run to be paused by a person, before it has reached its fidelity. */
  readonly interrupted?: number;
  /** Reports are at multiples of this. */
  readonly every?: number;
  /** Told before each job. */
  readonly onNext?: (context: () => ScheduleContext, job: Job) => void;
}

interface Outcome {
  readonly trials: readonly Trial[];
  readonly jobs: readonly Job[];
}

/** Learning curves that cross: a floor, a speed and some noise that follow from the values. */
const valueAt = (params: Assignment, step: number, objective: number, noise: number): number => {
  const numbers = Object.values(params).map((value) =>
    typeof value === 'number' ? value : String(value).length,
  );
  const mix = numbers.reduce((sum, value, i) => sum + Math.sin(value * (i + 2 + objective)), 0);
  const floor = Math.abs(mix) + 0.1;
  const loss = floor + (1 + Math.cos(mix)) / Math.sqrt(step) + 0.02 * noise;
  return objective === 0 ? loss : 3 - loss;
};

/** Runs a study to the end of its schedule on slots that finish in random order. */
const simulate = (scheduler: Scheduler, setting: Setting): Outcome => {
  const { seed, slots, budget, failing = 0, diverging = 0, interrupted = 0, every = 1 } = setting;
  const { space = spaces.numbers ?? spaceOf([]), objectives = one } = setting;
  const trials: Trial[] = [];
  const jobs: Job[] = [];
  const running: number[] = [];
  const events = randomStream(seed, 'events');
  const context = (): ScheduleContext => ({
    space,
    objectives,
    trials,
    random: randomStream(seed, 'schedule', trials.length),
    remaining: budget - trials.length,
  });
  const trialAt = (number: number): Trial => {
    const trial = trials[number];
    if (trial === undefined) throw new Error(`no trial ${number}`);
    return trial;
  };
  const add = (params: Assignment, more: Partial<Trial>): void => {
    expect(trials.length).toBeLessThan(budget);
    expect(checkAssignment(space, params)).toBeUndefined();
    const curves = objectives.length > 1 ? { curves: objectives.map(() => []) } : {};
    const complete = completeAssignment(space, params);
    running.push(trials.length);
    trials.push({
      number: trials.length,
      state: 'running',
      params: complete,
      intermediate: [],
      ...curves,
      ...more,
    });
  };
  const perform = (job: Job): void => {
    for (const number of job.ends ?? []) {
      expect(trialAt(number).state).toBe('paused');
      trials[number] = { ...trialAt(number), state: 'pruned' };
    }
    if (job.kind === 'wait' || job.kind === 'done') return;
    expect(job.fidelity).toBeGreaterThan(0);
    if (job.kind === 'start') {
      add(sampleUniform(space, randomStream(seed, 'sample', trials.length)), { fidelity: job.fidelity });
    } else if (job.kind === 'propose') {
      const { parent, parentStep } = job;
      if (parent !== undefined) {
        expect(parentStep).toBeGreaterThan(0);
        const reached = trialAt(parent).intermediate.at(-1)?.step ?? trialAt(parent).parentStep;
        expect(reached).toBeGreaterThanOrEqual(parentStep ?? Infinity);
        expect(job.fidelity).toBeGreaterThan(parentStep ?? Infinity);
      }
      const origin =
        parent === undefined ? {} : { parent, ...(parentStep === undefined ? {} : { parentStep }) };
      add(job.params, { fidelity: job.fidelity, ...origin });
    } else {
      const trial = trialAt(job.trial);
      expect(trial.state).toBe('paused');
      expect(job.fidelity).toBeGreaterThan(trial.intermediate.at(-1)?.step ?? 0);
      trials[job.trial] = { ...trial, state: 'running', fidelity: job.fidelity };
      running.push(job.trial);
    }
  };

  for (let turn = 0; ; turn++) {
    if (turn > 50_000) throw new Error('the schedule does not end');
    while (running.length < slots) {
      const job = scheduler.next(context());
      setting.onNext?.(context, job);
      jobs.push(job);
      expect(job.reason).toMatch(/^[A-Z].*\.$/);
      expect(job.reason).not.toMatch(/NaN|undefined/);
      if (job.kind === 'wait') expect(running.length).toBeGreaterThan(0);
      if (job.kind === 'done') expect(running.length).toBe(0);
      perform(job);
      if (job.kind === 'done') return { trials, jobs };
      if (job.kind === 'wait') break;
    }
    const slot = events.integer(running.length);
    const number = running[slot] ?? 0;
    const after = advance(scheduler, trialAt(number), {
      others: trials,
      objectives,
      events,
      failing,
      diverging,
      interrupted,
      every,
    });
    trials[number] = after;
    if (after.state !== 'running') running.splice(slot, 1);
  }
};

interface World {
  readonly others: readonly Trial[];
  readonly objectives: readonly Objective[];
  readonly events: RandomStream;
  readonly failing: number;
  readonly diverging: number;
  readonly interrupted: number;
  readonly every: number;
}

/** One report of a running trial and what comes of it. */
const advance = (scheduler: Scheduler, trial: Trial, world: World): Trial => {
  const { events, objectives } = world;
  if (events.uniform() < world.failing) return { ...trial, state: 'failed' };
  if (events.uniform() < world.interrupted) return { ...trial, state: 'paused' };
  const { fidelity = 0 } = trial;
  const before = trial.intermediate.at(-1)?.step ?? trial.parentStep ?? 0;
  // A run never goes beyond what it was given; where that is no multiple, its last report is there.
  const step = Math.min(fidelity, (Math.floor(before / world.every + 1e-9) + 1) * world.every);
  const curves = objectives.map((_, i) => {
    const value =
      events.uniform() < world.diverging ? Number.NaN : valueAt(trial.params, step, i, events.normal());
    return [...(trial.curves?.[i] ?? (i === 0 ? trial.intermediate : [])), { step, value }];
  });
  const reported: Trial = {
    ...trial,
    intermediate: curves[0] ?? [],
    ...(objectives.length > 1 ? { curves } : {}),
  };
  const { action, reason } = scheduler.decide({
    trial: reported,
    others: world.others,
    direction: objectives[0]?.direction ?? 'minimize',
    objectives,
  });
  expect(reason).toMatch(/^[A-Z].*\.$/);
  if (step < fidelity) expect(action).not.toBe('pause');
  if (action === 'stop') return { ...reported, state: 'pruned' };
  if (action === 'pause') return { ...reported, state: 'paused' };
  if (step < fidelity) return reported;
  const values = curves.map((curve) => curve.at(-1)?.value ?? Number.NaN);
  return values.some(Number.isNaN)
    ? { ...reported, state: 'failed' }
    : { ...reported, state: 'complete', values };
};

/** What every scheduler owes. One joins with a line in its registry. */
export const schedulerConformance = (name: string, create: () => Scheduler, budget: number): void => {
  const expectSettled = ({ trials }: Outcome): void => {
    expect(trials.filter(({ state }) => state === 'paused' || state === 'running')).toEqual([]);
  };

  for (const slots of [1, 3, 8]) {
    test(`${name}: on ${slots} slots the schedule ends with nothing left paused and a full run done`, () => {
      for (let seed = 0; seed < 6; seed++) {
        const outcome = simulate(create(), { seed, slots, budget });
        expectSettled(outcome);
        expect(outcome.trials.some(({ state }) => state === 'complete')).toBe(true);
        expect(outcome.trials.length).toBeGreaterThan(0);
      }
    });
  }

  test(`${name}: failures, NaN and runs that are interrupted do not stop the schedule`, () => {
    for (let seed = 0; seed < 8; seed++) {
      const chances = { failing: 0.05, diverging: 0.1, interrupted: 0.05 };
      expectSettled(simulate(create(), { seed, slots: 1 + (seed % 5), budget, ...chances }));
    }
  });

  test(`${name}: when every trial fails or only reports NaN the schedule still ends`, () => {
    expectSettled(simulate(create(), { seed: 1, slots: 3, budget, failing: 1 }));
    expectSettled(simulate(create(), { seed: 1, slots: 3, budget, diverging: 1 }));
  });

  for (const [spaceName, space] of Object.entries(spaces)) {
    test(`${name}: proposals stay within a space of ${spaceName}`, () => {
      expectSettled(simulate(create(), { seed: 3, slots: 4, budget, space, failing: 0.02 }));
    });
  }

  test(`${name}: several objectives are taken by their curves`, () => {
    for (let seed = 0; seed < 3; seed++) {
      const outcome = simulate(create(), { seed, slots: 3, budget, objectives: two, diverging: 0.02 });
      expectSettled(outcome);
    }
  });

  test(`${name}: reports more seldom than rungs are enough`, () => {
    expectSettled(simulate(create(), { seed: 2, slots: 3, budget, every: 4 }));
  });

  test(`${name}: a fresh scheduler goes on from the history as the old one would have`, () => {
    for (let seed = 0; seed < 3; seed++) {
      const objectives = seed === 2 ? two : one;
      let turn = 0;
      simulate(create(), {
        seed,
        slots: 3,
        budget,
        objectives,
        failing: 0.03,
        onNext: (context, job) => {
          if (turn++ % 3 !== 0) return;
          const now = context();
          expect(create().next({ ...now, trials: structuredClone(now.trials) })).toEqual(job);
        },
      });
    }
  });

  test(`${name}: a job does not depend on the studies asked about before, and leaves the history as it was`, () => {
    const used = create();
    const other = simulate(create(), { seed: 9, slots: 4, budget, objectives: two }).trials;
    let turn = 0;
    simulate(create(), {
      seed: 4,
      slots: 3,
      budget,
      onNext: (context, job) => {
        if (turn++ % 7 !== 0) return;
        used.next({ ...context(), objectives: two, trials: other });
        const before = structuredClone(context().trials);
        expect(used.next(context())).toEqual(job);
        expect(context().trials).toEqual(before);
      },
    });
  });

  test(`${name}: the same seed gives the same study`, () => {
    const study = (): Outcome => simulate(create(), { seed: 5, slots: 4, budget, failing: 0.05 });
    expect(study()).toEqual(study());
  });

  test(`${name}: trials without a fidelity are none of its own`, () => {
    const outside: Trial = { number: 0, state: 'running', params: {}, intermediate: [{ step: 1, value: 0 }] };
    const space = spaces.numbers ?? spaceOf([]);
    const context = { space, objectives: one, trials: [outside], random: randomStream(1) };
    expect(create().next(context).kind).not.toBe('wait');
    const decision = create().decide({ trial: outside, others: [], direction: 'minimize', objectives: one });
    expect(decision.action).toBe('continue');
  });
};
