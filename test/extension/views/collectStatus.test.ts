import { expect, test } from 'vitest';
import { chooseStudy, collectStatus } from '../../../src/extension/views/collectStatus.ts';
import { aStudy, aTrial, counts } from '../builders.ts';

const text = (over: Parameters<typeof aStudy>[0], best = true): string =>
  collectStatus(
    aStudy({ counts: counts({ complete: 12 }), ...over }),
    best ? aTrial({ values: [0.9722] }) : undefined,
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
