import { expect, test } from 'vitest';
import type { Uri } from 'vscode';
import { collectLenses, type LensInput } from '../../../src/extension/lenses/collectLenses.ts';
import type { LensTunable } from '../../../src/extension/lenses/lens.ts';
import { aStudy, aTrial, counts } from '../builders.ts';

const script = { path: '/w/train.py' } as Uri; // handed through untouched
const lr: LensTunable = { name: 'lr', line: 3, value: 0.01, summary: '1e-5..0.1 log', searched: true };
const collect = (over: Partial<LensInput> = {}) =>
  collectLenses({ script, file: 'train.py', tunables: [lr], tuned: undefined, advice: [], ...over });
const titles = (over: Partial<LensInput> = {}): readonly string[] =>
  collect(over).map(({ line, title }) => `${line} ${title.replace('\u00a0', ' ')}`);
const best = aTrial({ number: 4, params: { lr: 0.0032 }, values: [0.97] });

test('a script without annotations has no lens', () => {
  expect(titles({ tunables: [] })).toEqual([]);
});

test('before a study there is the offer, and the space on each line', () => {
  expect(titles()).toEqual(['0 $(beaker) Tune this script · 1 parameter', '3 $(beaker) 1e-5..0.1 log']);
  expect(collect()[0]?.command).toEqual({ command: 'tunelens.tuneScript', arguments: [script] });
});

test('a configuration file offers to tune the script that read it last, and shows only spaces before', () => {
  const config = { file: 'conf/base.yaml', isConfig: true };
  expect(titles(config)).toEqual(['3 $(beaker) 1e-5..0.1 log']);
  const study = aStudy({ state: 'complete', script: 'train.py', best: 4, counts: counts({ complete: 30 }) });
  expect(titles({ file: 'conf/base.yaml', isConfig: true, tuned: { study, best } }).slice(0, 3)).toEqual([
    `0 $(beaker) Tune train.py · ${study.parameters.length} parameter${study.parameters.length === 1 ? '' : 's'}`,
    '0 $(check) 30/30 trials · best val_acc 0.97',
    '0 Insert all best',
  ]);
});

test('only searched values are counted as parameters', () => {
  const seed: LensTunable = { name: 'seed', line: 5, value: 0, summary: 'seed', searched: false };
  expect(titles({ tunables: [lr, { ...lr, name: 'width', line: 4 }, seed] })[0]).toBe(
    '0 $(beaker) Tune this script · 2 parameters',
  );
  expect(titles({ tunables: [seed] })).toEqual(['5 $(beaker) seed']);
});

test('a running study shows progress, best and what can be done', () => {
  const study = aStudy({ best: 4, counts: counts({ complete: 12, running: 2 }) });
  expect(titles({ tuned: { study, best } })).toEqual([
    '0 $(sync~spin) 12/30 trials · best val_acc 0.97',
    '0 Insert all best',
    '0 Preview',
    '0 Pause',
    '0 Stop',
    '3 $(beaker) 1e-5..0.1 log · best 0.0032',
    '3 Insert best',
  ]);
});

test('a finished study stands beside the offer of another', () => {
  const study = aStudy({ state: 'complete', best: 4, counts: counts({ complete: 30 }) });
  expect(titles({ tuned: { study, best } }).slice(0, 4)).toEqual([
    '0 $(beaker) Tune this script · 1 parameter',
    '0 $(check) 30/30 trials · best val_acc 0.97',
    '0 Insert all best',
    '0 Preview',
  ]);
});

test('a value that is in place is not offered', () => {
  const study = aStudy({ best: 4 });
  expect(titles({ tuned: { study, best }, tunables: [{ ...lr, value: 0.0032 }] })).not.toContain(
    '3 Insert best',
  );
});

test('inserting one value names its study, its parameter and the trial that is shown', () => {
  const insert = collect({ tuned: { study: aStudy({ best: 4 }), best } }).at(-1);
  expect(insert?.command).toEqual({
    command: 'tunelens.insertBest',
    arguments: [{ study: 's1', parameter: 'lr', trial: best.number }],
  });
});

test('an imported module shows its best values under the names of the study', () => {
  const [parameter] = aStudy().parameters;
  const parameters = parameter === undefined ? [] : [{ ...parameter, name: 'model.lr', file: 'model.py' }];
  const tuned = { study: aStudy({ best: 4, parameters }), best: { ...best, params: { 'model.lr': 0.5 } } };
  expect(titles({ file: 'model.py', tuned })).toEqual([
    '0 $(beaker) Tune this script · 1 parameter',
    '3 $(beaker) 1e-5..0.1 log · best 0.5',
    '3 Insert best',
  ]);
});

test('several literals on a line are told apart by name', () => {
  expect(titles({ tunables: [lr, { ...lr, name: 'wd' }] }).slice(1)).toEqual([
    '3 $(beaker) lr: 1e-5..0.1 log',
    '3 $(beaker) wd: 1e-5..0.1 log',
  ]);
});

test('what a person had there before can be put back, as long as something else stands there', () => {
  const study = aStudy({ best: 4, state: 'complete' });
  const baseline = aTrial({ number: 0, params: { lr: 0.01 } });
  const restore = '0 Restore your own values';
  expect(titles({ tuned: { study, best, baseline } })).not.toContain(restore);
  const tunables = [{ ...lr, value: 0.0032 }];
  expect(titles({ tuned: { study, best, baseline }, tunables })).toContain(restore);
  expect(titles({ tuned: { study, best }, tunables })).not.toContain(restore);
});

test('a literal that was renamed keeps its best value where no other has its search space', () => {
  const tuned = { study: aStudy({ best: 4, state: 'complete' }), best };
  const [parameter] = tuned.study.parameters;
  const renamed = { ...lr, name: 'learning_rate', summary: parameter?.summary ?? '' };
  expect(titles({ tuned, tunables: [renamed] }).at(-1)).toBe('3 Insert best');
  expect(collect({ tuned, tunables: [renamed] }).at(-1)?.command?.arguments).toEqual([
    { study: 's1', parameter: 'lr', trial: best.number },
  ]);
  const two = [renamed, { ...renamed, name: 'other', line: 4 }];
  expect(titles({ tuned, tunables: two })).not.toContain('3 Insert best');
});
