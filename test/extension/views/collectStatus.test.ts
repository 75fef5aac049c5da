import { expect, test } from 'vitest';
import { chooseStudy, collectStatus } from '../../../src/extension/views/collectStatus.ts';
import { aStudy, aTrial, counts } from '../builders.ts';

const text = (over: Parameters<typeof aStudy>[0], best = true): string =>
  collectStatus(
    {
      study: aStudy({ counts: counts({ complete: 12 }), ...over }),
      best: best ? aTrial({ values: [0.9722] }) : undefined,
      running: [],
    },
    String,
  ).text;

test('the status shows progress and the best value', () => {
  expect(text({})).toBe('$(beaker) 12/30 · val_acc 0.9722');
  expect(text({}, false)).toBe('$(beaker) 12/30');
});

test('a paused and a failed study look different', () => {
  expect(text({ state: 'paused' })).toContain('$(debug-pause)');
  expect(text({ state: 'failed' })).toContain('$(error)');
});

test('a running study is shown before a newer one that has ended', () => {
  const studies = [
    aStudy({ id: 'old' }),
    aStudy({ id: 'paused', state: 'paused' }),
    aStudy({ id: 'new', state: 'complete' }),
  ];
  expect(chooseStudy(studies)?.id).toBe('old');
  expect(chooseStudy(studies.slice(1))?.id).toBe('paused');
  expect(chooseStudy(studies.slice(2))?.id).toBe('new');
  expect(chooseStudy([])).toBeUndefined();
});

test('the tooltip tells what runs in which slot, and a reader hears the same numbers', () => {
  const running = [
    aTrial({ number: 8, state: 'running', slot: 2 }),
    aTrial({ number: 7, state: 'running', slot: 1, metrics: { val_acc: 0.93 } }),
  ];
  const study = aStudy({ counts: counts({ complete: 12, running: 2 }) });
  const status = collectStatus({ study, best: aTrial({ values: [0.9722] }), running }, (one) => `<${one}>`);
  expect(status.tooltip).toContain('- slot 1: trial 7 · <val_acc 0.93>\n- slot 2: trial 8');
  expect(status.tooltip).toContain('**<train-1>** · running');
  expect(status.spoken).toBe('TuneLens: train-1 running, 12/30 trials, best val_acc 0.9722, 2 running');
});
