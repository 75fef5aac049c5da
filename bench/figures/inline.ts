import {
  createSpace,
  randomStream,
  sampleUniform,
  scanPython,
  type SearchSpace,
  toUnit,
  type Trial,
} from '../../src/engine/index.ts';
import { studyModel } from '../../src/engine/analysis/insights.ts';
import { drawResponseIcon } from '../../src/extension/drawing/drawResponse.ts';
import { collectAdvice } from '../../src/extension/inline/collectAdvice.ts';
import { collectInlays } from '../../src/extension/inline/collectInlays.ts';
import { collectTuned } from '../../src/extension/inline/collectTuned.ts';
import { paletteOf } from '../../src/extension/language/drawSpace.ts';
import type { StudyView, TrialView } from '../../src/protocol/index.ts';
import { atMost, type Bench, type Figure, type Outcome } from '../figure.ts';
import { median } from '../statistics.ts';

const names = Array.from({ length: 10 }, (_, i) => `p${i}`);
const trialCount = 1_000;
const fileLines = 10_000;
const runs = 25;

const createFloats = (): SearchSpace => {
  const space = createSpace({
    parameters: names.map((name) => ({ kind: 'float', name, low: 0, high: 1, log: false })),
    derived: [],
    constraints: [],
  });
  if (!space.ok) throw new Error(space.error.map(({ message }) => message).join(' '));
  return space.value;
};

/** Half of the parameters matter; the others are there to be found out. */
const makeTrials = (space: SearchSpace, seed: number): readonly Trial[] =>
  Array.from({ length: trialCount }, (_, number) => {
    const random = randomStream(seed, 'inline', number);
    const params = sampleUniform(space, random);
    const value = space.parameters
      .slice(0, 5)
      .reduce((sum, parameter) => sum + (toUnit(parameter, params[parameter.name] ?? 0) - 0.3) ** 2, 0);
    return { number, state: 'complete', params, values: [value + 0.01 * random.normal()], intermediate: [] };
  });

const objectives: StudyView['objectives'] = [{ metric: 'loss', direction: 'minimize' }];

const aStudy = (): StudyView => ({
  id: 's',
  name: 'train',
  script: 'train.py',
  state: 'complete',
  objectives,
  parameters: names.map((name, line) => ({
    name,
    kind: 'float',
    summary: '0..1',
    log: false,
    low: 0,
    high: 1,
    file: 'train.py',
    line,
  })),
  sampler: { name: 'auto', options: {} },
  pruner: { name: 'none', options: {} },
  seed: 1,
  parallel: 1,
  elapsedMs: 0,
  createdAtMs: 0,
  counts: { waiting: 0, running: 0, paused: 0, complete: trialCount, pruned: 0, failed: 0, stopped: 0 },
  metricsSeen: [],
  drivenHere: true,
  corruptRecords: 0,
});

const timed = (work: () => void): number => {
  const since = performance.now();
  work();
  return performance.now() - since;
};

const measure = async ({ progress }: Bench): Promise<Outcome> => {
  const space = createFloats();
  const objective = { metric: 'loss', direction: 'minimize' } as const;
  const learning = Array.from({ length: runs }, (_, seed) => {
    const trials = makeTrials(space, seed);
    return timed(() => studyModel(space, trials, objective));
  });
  progress('what trials say');
  const made = studyModel(space, makeTrials(space, 0), objective);
  if (!made.ok) throw new Error(made.error);
  const insights = { ...made.value.insights, importances: [] };
  const study = aStudy();
  const best: TrialView = {
    study: 's',
    number: 1,
    state: 'complete',
    params: Object.fromEntries(names.map((name) => [name, 0.25])),
    reason: '',
    values: [0],
    intermediate: [],
    metrics: { loss: 0 },
    attempt: 1,
    star: false,
  };
  const filler = Array.from({ length: fileLines - names.length }, (_, i) => `value_${i} = ${i}`);
  const source = [...names.map((name) => `${name} = 0.5  # tune: 0..1`), ...filler].join('\n');
  const { tunables, constraints } = scanPython(source);
  const palette = paletteOf({ light: false, highContrast: false });
  const showing = Array.from({ length: runs }, () =>
    timed(() => {
      const literals = collectTuned({ tunables, file: 'train.py', study, best, insights, running: [] });
      collectInlays(literals, study, best);
      collectAdvice({ literals, study, insights, constraints: constraints.map(({ text }) => text) });
      for (const { insight } of literals)
        drawResponseIcon(
          { ...(insight && { insight }), noise: insights.noise, running: true, motion: 'auto' },
          palette,
        );
    }),
  );
  await Promise.resolve();
  return {
    rows: [
      {
        what: 'curves, edges and idle ones of 1,000 trials × 10 parameters',
        measured: median(learning),
        unit: 'ms',
        budget: atMost(100),
        runs,
      },
      {
        what: 'host: all that stands in ten tuned lines',
        measured: median(showing),
        unit: 'ms',
        budget: atMost(5),
        runs,
      },
      { what: 'host: the same, the first time', measured: showing[0] ?? 0, unit: 'ms', runs: 1 },
    ],
    notes: [
      'What trials say is worked out in the engine’s thread, once for each new result that is looked at; the process is fitted to 72 of the trials and conditioned on 180.',
      'The host makes hints, suggestions and pictures; the scan of the file is shared with everything else and not counted.',
    ],
  };
};

/** What a study says in the lines of its code. */
export const inline: Figure = { name: 'inline', measure };
