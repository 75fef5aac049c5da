import { expect, test } from 'vitest';
import { collectNumberLinks } from '../../../src/extension/terminals/collectNumberLinks.ts';

const tuned = new Set(['lr']);
/** What each link covers, with the metric it stands for. */
const read = (line: string): readonly string[] =>
  collectNumberLinks(line, tuned).map(
    ({ start, end, metric }) => `${line.slice(start, end)} → ${metric ?? 'no name'}`,
  );

test.each([
  ['epoch 3/12  loss 0.412  val_acc=0.9333', ['loss 0.412 → loss', 'val_acc=0.9333 → val_acc']],
  ['lr=0.01 val_acc: 0.93', ['val_acc: 0.93 → val_acc']],
  ["[10]\ttraining's auc: 0.95", ["training's auc: 0.95 → training_auc"]],
  ['│ val_acc │ 0.93 │ val_loss │ 0.2 │', ['val_acc │ 0.93 → val_acc', 'val_loss │ 0.2 → val_loss']],
  ['10/10 ━━━━ 1s 2ms/step - accuracy: 0.9 - loss: 0.3', ['accuracy: 0.9 → accuracy', 'loss: 0.3 → loss']],
  ['Val Loss: 0.3 | Train Loss: 0.2', ['Loss: 0.3 → Val_Loss', 'Loss: 0.2 → Train_Loss']],
  ['0.9312', ['0.9312 → no name']],
  ['we got 0.93 this time', ['0.93 → no name']],
])('in %j: %j', (line, expected) => {
  expect(read(line)).toEqual(expected);
});

test.each([
  '── trial 7 · lr=0.01 hidden=24 ──',
  'lr=0.01',
  'version 1.2.3',
  'at 12:30:05.123',
  'loaded 500 rows',
  '',
])('nothing can be chosen in %j', (line) => {
  expect(read(line)).toEqual([]);
});
