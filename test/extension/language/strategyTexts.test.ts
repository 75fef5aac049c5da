import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { offeredPruners, offeredSamplers } from '../../../src/extension/contributions.ts';
import { aboutStrategyIn } from '../../../src/extension/language/strategyTexts.ts';

test('the manifest has a line about everything that completion offers', () => {
  const about = aboutStrategyIn(JSON.parse(readFileSync('package.json', 'utf8')));
  for (const name of offeredSamplers) expect(about('sampler', name)).toMatch(/^%setting/u);
  for (const name of offeredPruners) expect(about('pruner', name)).toMatch(/^%setting/u);
  expect(about('sampler', 'nothing')).toBeUndefined();
  expect(aboutStrategyIn(undefined)('sampler', 'tpe')).toBeUndefined();
});
