import { expect, test } from 'vitest';
import { type ParameterInsight, scanPython } from '../../../src/engine/index.ts';
import { changedPart } from '../../../src/extension/inline/changedPart.ts';
import { type AdviceInput, collectAdvice } from '../../../src/extension/inline/collectAdvice.ts';
import { collectInlays, toPercent } from '../../../src/extension/inline/collectInlays.ts';
import { collectPrediction } from '../../../src/extension/inline/collectPrediction.ts';
import { collectResponse } from '../../../src/extension/inline/collectResponse.ts';
import {
  collectTuned,
  type TunedInput,
  type TunedLiteral,
} from '../../../src/extension/inline/collectTuned.ts';
import { toUncertain } from '../../../src/extension/inline/toUncertain.ts';
import { paletteOf } from '../../../src/extension/language/drawSpace.ts';
import type { InsightsView, ParameterView } from '../../../src/protocol/index.ts';
import { aStudy, aTrial } from '../builders.ts';

const source = [
  'lr = 0.01  # tune: 1e-5..0.1 log',
  'kind = "a"  # tune: ["a", "b"]',
  'seed = 0  # tune: seed',
  'fresh = 3  # tune: 1..8',
].join('\n');

const [lrView] = aStudy().parameters;
if (lrView === undefined) throw new Error('the study of the builder has a parameter');
const kindView: ParameterView = {
  name: 'kind',
  kind: 'categorical',
  summary: '["a", "b"]',
  log: false,
  choices: ['a', 'b'],
  file: 'train.py',
  line: 1,
};
const study = aStudy({ parameters: [lrView, kindView], best: 4 });
const best = aTrial({ number: 4, params: { lr: 0.0032, kind: 'a' }, values: [0.97] });

const lrInsight: ParameterInsight = {
  parameter: 'lr',
  trials: 40,
  points: [
    { value: 1e-5, mean: 0.5, sd: 0.02 },
    { value: 1e-3, mean: 0.8, sd: 0.01 },
    { value: 0.1, mean: 0.95, sd: 0.02 },
  ],
  edge: { side: 'high', bound: 0.1, suggested: 1, certainty: 0.973, best: 4, of: 5 },
};
const kindInsight: ParameterInsight = {
  parameter: 'kind',
  trials: 40,
  points: [
    { value: 'a', mean: 0.9, sd: 0.01 },
    { value: 'b', mean: 0.9, sd: 0.01 },
  ],
  idle: { value: 'a', effect: 0.0042 },
};
const insights: InsightsView = {
  trials: 40,
  noise: 0.011,
  noiseFrom: 'model',
  explained: 0.84,
  parameters: [lrInsight, kindInsight],
  importances: [
    { parameter: 'lr', importance: 0.623 },
    { parameter: 'kind', importance: 0.001 },
  ],
};

const tuned = (text = source, over: Partial<TunedInput> = {}): readonly TunedLiteral[] =>
  collectTuned({
    tunables: scanPython(text).tunables,
    file: 'train.py',
    study,
    best,
    insights,
    running: [],
    ...over,
  });

const advise = (text = source, over: Partial<AdviceInput> = {}) =>
  collectAdvice({
    literals: tuned(text),
    study,
    insights,
    constraints: scanPython(text).constraints.map((constraint) => constraint.text),
    ...over,
  });

test('literals that the study knows are shown where they stand now; others are not', () => {
  const moved = tuned(`# one more line\n${source}`);
  expect(moved.map(({ tunable, parameter }) => [tunable.line, parameter.name])).toEqual([
    [1, 'lr'],
    [2, 'kind'],
  ]);
  expect(tuned(source.replace('lr', 'rate')).map(({ parameter }) => parameter.name)).toEqual(['kind']);
  expect(tuned(source, { file: 'other.py' })).toEqual([]);
});

test('a study of several files may name a literal by its file', () => {
  const parameters = [{ ...lrView, name: 'model.lr', file: 'model.py' }];
  const [found] = tuned('lr = 0.01  # tune: 1e-5..0.1 log', {
    file: 'model.py',
    study: aStudy({ parameters }),
    best: aTrial({ number: 2, params: { 'model.lr': 0.5 } }),
    running: [aTrial({ number: 3, state: 'running', params: { 'model.lr': 0.25 } })],
  });
  expect(found).toMatchObject({ best: { value: 0.5, trial: 2 }, running: [0.25] });
});

test('numbers that have become choices have no curve', () => {
  const [lr] = tuned(source.replace('0.01  # tune: 1e-5..0.1 log', '"x"  # tune: ["x", "y"]'));
  expect(lr?.insight).toBeUndefined();
});

test('behind a literal stand the best value where it differs, and the importance', () => {
  const inlays = collectInlays(tuned(), study, best);
  expect(inlays.map(({ label }) => label)).toEqual(['best 0.0032 · 62 %', 'best · < 1 %']);
  expect(inlays[0]?.at).toBe('lr = 0.01'.length);
  expect(inlays[0]?.insert?.arguments).toEqual([{ study: 's1', parameter: 'lr', trial: 4 }]);
  expect(inlays[0]?.tooltip).toBe(
    'The best trial, 4 (val_acc 0.97), had 0.0032. lr explains 62 % of what makes trials good. Double-click to insert the best value.',
  );
  expect(inlays[1]?.insert).toBeUndefined();
  expect(collectInlays(tuned(source, { best: undefined, insights: undefined }), study, undefined)).toEqual(
    [],
  );
  expect([0, 0.004, 0.005, 1].map(toPercent)).toEqual(['0 %', '< 1 %', '1 %', '100 %']);
});

test('advice says what to do, with the numbers behind it', () => {
  const [widen, fix, ...others] = advise();
  expect(others).toEqual([]);
  expect(widen).toMatchObject({
    kind: 'widen',
    name: 'lr',
    side: 'high',
    suggested: 1,
    title: 'At the upper edge of its range: widen to 1e-5..1?',
  });
  expect(widen?.reason).toContain('4 of the 5 best trials');
  expect(widen?.reason).toContain('97 %');
  expect(fix).toMatchObject({ kind: 'fix', value: 'a', title: 'Does not matter here: fix at "a"?' });
  expect(fix?.reason).toContain('changes val_acc by at most 0.0042; equal runs scatter by 0.011');
});

test('there is no advice about an annotation that was changed since the study', () => {
  expect(advise(source.replace('0.1 log', '1 log')).map(({ name }) => name)).toEqual(['kind']);
  expect(advise(source.replace('["a", "b"]', '["a", "b", "c"]')).map(({ name }) => name)).toEqual(['lr']);
});

test('what other annotations depend on, and the only parameter, are not to be fixed', () => {
  const names = (text: string): readonly string[] => advise(text).map(({ name }) => name);
  expect(names(`${source}\nm = 0.5  # tune: 0..1 if kind == "b"`)).toEqual(['lr', 'kind']);
  // Known to the study, so that its condition counts.
  const literals = tuned(source.replace('1e-5..0.1 log', '1e-5..0.1 log if kind == "b"'));
  expect(collectAdvice({ literals, study, insights, constraints: [] }).map(({ name }) => name)).toEqual([
    'lr',
  ]);
  expect(names(`${source}\n# tune: where kind != "b"`)).toEqual(['lr']);
  expect(advise('kind = "a"  # tune: ["a", "b"]')).toEqual([]);
});

test('a prediction stands beside what was before and what is best, with no more digits than it has', () => {
  const predicted = {
    predictions: [
      { mean: 0.8971, sd: 0.003 },
      { mean: 0.91234, sd: 0.003 },
    ],
    noise: 0.0026,
  };
  expect(collectPrediction({ study, predicted, best })).toBe(
    'predicted val_acc 0.912 ± 0.004 (before 0.897, best 0.970)',
  );
  const [before, after] = predicted.predictions;
  if (before === undefined || after === undefined) throw new Error('two are predicted');
  const outside = { outside: 'lr' };
  expect(
    collectPrediction({ study, predicted: { ...predicted, predictions: [outside, after] }, best: undefined }),
  ).toBe('predicted val_acc 0.912 ± 0.004');
  expect(
    collectPrediction({ study, predicted: { ...predicted, predictions: [before, outside] }, best }),
  ).toBe('no prediction: lr was not searched there');
  expect(collectPrediction({ study: undefined, predicted: undefined, best: undefined })).toBe(
    'no prediction: not tuned yet',
  );
  const message = 'Foretelling results needs 10 complete trials with a finite value; there are 4.';
  expect(collectPrediction({ study, predicted: { predictions: [], noise: 0, message }, best })).toBe(
    'no prediction: foretelling results needs 10 complete trials with a finite value; there are 4',
  );
});

test.each([
  ['0.8', '0.75', '8', '75'],
  ['0.75', '0.7', '5', ''],
  ['1e-3', '2e-3', '1', '2'],
  ['"adam"', '"sgd"', 'adam', 'sgd'],
  ['16', '16', '', ''],
  ['11', '1', '1', ''],
  ['1', '11', '', '1'],
])('of %s and %s only the difference is edited', (text, after, replaced, by) => {
  const changed = changedPart({ text, span: { start: 7, end: 7 + text.length } }, after);
  expect(text.slice(changed.span.start - 7, changed.span.end - 7)).toBe(replaced);
  expect(changed.text).toBe(by);
});

test.each([
  [0.9123, 0.0042, '0.912 ± 0.004'],
  [0.9123, 0.0142, '0.912 ± 0.014'],
  [1234.5, 25, '1235 ± 25'],
  [3.2e-9, 4e-10, '3.2e-9 ± 4e-10'],
  [0.5, 0, '0.5 ± 0'],
])('%d with an uncertainty of %d is %s', (mean, sd, text) => {
  expect(toUncertain(mean, sd)).toBe(text);
});

test('a hover has the curve, what it says in words, and the advice', () => {
  const [lr] = tuned();
  if (lr === undefined) throw new Error('lr is tuned');
  const [widen] = advise();
  const response = collectResponse(
    lr,
    { study, insights, ...(widen !== undefined && { advice: widen }) },
    paletteOf({ light: false, highContrast: false }),
  );
  expect(response?.before).toEqual(['val_acc by lr, the others as in the better half of the trials']);
  expect(response?.after[0]).toBe(
    'Best expected at 0.1: 0.95 ± 0.02 · from 40 trials; the model foretells 84 % of the differences',
  );
  expect(response?.after[1]).toContain('widen to 1e-5..1?');
  expect(response?.alt).toContain('Best expected at 0.1');
});
