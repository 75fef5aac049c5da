import { expect, test } from 'vitest';
import { proposeTunables } from '../../../src/engine/index.ts';
import {
  collectPreview,
  isWorthALens,
  reasonsByLine,
} from '../../../src/extension/language/collectPreview.ts';

const script = `import torch
lr = 1e-3
batch_size = 64
dropout = 0.1
log_every = 100
path = "data.csv"
optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.01)
`;

test('what most people tune is ticked, and something always waits for a tick so that the preview is shown', () => {
  const listed = collectPreview(proposeTunables(script));
  expect(listed.some(({ needsConfirmation }) => needsConfirmation)).toBe(true);
  expect(listed.find(({ proposal }) => proposal.name === 'lr')?.needsConfirmation).toBe(false);
  expect(new Set(listed.map(({ label }) => label)).size).toBe(listed.length);
  const sure = listed.filter(({ proposal }) => proposal.confidence === 'high');
  expect(
    collectPreview(sure.map(({ proposal }) => proposal)).map(({ needsConfirmation }) => needsConfirmation),
  ).toEqual(sure.map((_, i) => i === sure.findLastIndex(({ proposal: { group } }) => group !== 'objective')));
});

test('a script that trains gets a lens, one that does not gets none', () => {
  expect(isWorthALens(proposeTunables(script))).toBe(true);
  expect(isWorthALens(proposeTunables('import os\nfor name in os.listdir("."):\n    print(name)\n'))).toBe(
    false,
  );
});

test('the reasons of a line stand together', () => {
  const of = (line: number, name: string) => ({ line, name, reason: `why ${name}` });
  expect([...reasonsByLine([of(1, 'a'), of(3, 'b'), of(3, 'c')])]).toEqual([
    [1, 'why a'],
    [3, 'b: why b · c: why c'],
  ]);
});
