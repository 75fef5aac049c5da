import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type PrintState,
  readMetricLines,
  startPrint,
  toPrintState,
} from '../../../src/engine/launch/metricLines.ts';
import { metricPlaces, parseLine } from '../../../src/engine/study/metricPatterns.ts';
import type { RunRecord } from '../../../src/engine/study/launcher.ts';

/** `name=value … @step` of one line. */
const read = (line: string): string => {
  const { metrics, step } = parseLine(line);
  const pairs = [...metrics].map(([name, value]) => `${name}=${value}`);
  return [...pairs, ...(step === undefined ? [] : [`@${step}`])].join(' ');
};

test.each([
  ['epoch 3/12  loss 0.412  val_acc 0.9333', 'loss=0.412 val_acc=0.9333 @3'],
  ['Epoch 3: loss 0.4', 'loss=0.4 @3'],
  ['Epoch [3/12], Step [100/500], Loss: 0.1234', 'Loss=0.1234 @3'],
  ['step 200 loss 0.5 lr 1e-4', 'loss=0.5 lr=0.0001 @200'],
  ['val_acc=0.93', 'val_acc=0.93'],
  ['final val_acc: .93.', 'val_acc=0.93'],
  ['Accuracy: 93.1%', 'Accuracy=93.1'],
  ['loss nan, best inf; acc = -INF', 'loss=NaN acc=-Infinity'],
  ['{"epoch": 3, "val": {"acc": 0.9}, "note": "x"}', 'acc=0.9 @3'],
  ["{'loss': '0.5', 'eval_f1': np.float64(0.8), 'epoch': 1.5}", 'loss=0.5 eval_f1=0.8 @1.5'],
  ['loss: tensor(0.3000, grad_fn=<MeanBackward0>)', 'loss=0.3'],
  ['[3]\ttrain-rmse:0.4\teval-rmse:0.5', 'train-rmse=0.4 eval-rmse=0.5 @3'],
  ["[10]\ttraining's auc: 0.95\tvalid_0's auc: 0.9", 'training_auc=0.95 valid_0_auc=0.9 @10'],
  [
    '10/10 [==============================] - 1s 52ms/step - loss: 0.3 - val_loss: 0.31',
    'loss=0.3 val_loss=0.31',
  ],
  ['10/10 ━━━━━━━━━━ 1s 2ms/step - accuracy: 0.9 - loss: 0.3', 'accuracy=0.9 loss=0.3'],
  [' 5/10 [=====>....] - ETA: 0s - loss: 0.4', ''],
  ['Epoch 3: 100%|████| 100/100 [00:10<00:00, 9.9it/s, v_num=0, val_acc=0.9]', 'val_acc=0.9 @3'],
  ['Epoch 3:  45%|██  | 45/100 [00:10<00:12, 4.3it/s, loss=0.41]', ''],
  [' 45%|██  | 45/100 [00:10<00:12, 4.3it/s, loss=0.41]', 'loss=0.41 @45'],
  ['Train Epoch: 1 [0/60000 (0%)]\tLoss: 2.300000', 'Loss=2.3 @1'],
  ['Test set: Average loss: 0.0481, Accuracy: 9845/10000 (98%)', 'loss=0.0481 Accuracy=98'],
  ['Val Loss: 0.3 | Train Loss: 0.2', 'Val_Loss=0.3 Train_Loss=0.2'],
  ['\u001b[32mval_acc\u001b[0m: \u001b[1m0.93\u001b[0m', 'val_acc=0.93'],
  ['2024-01-02 12:30:05,123 INFO root: loss=0.3', 'loss=0.3'],
])('%j holds %j', (line, expected) => {
  expect(read(line)).toBe(expected);
});

test.each([
  'Loaded 500 samples',
  'Trained for 3',
  'took 3.2 seconds',
  'time 3s',
  'eta 12:30:05',
  'done 2024-01-02',
  '  File "train.py", line 3, in <module>',
  'Running on cuda:0',
  'see http://localhost:6006/ and torch==2.1.0',
])('%j holds no metric', (line) => {
  expect(parseLine(line).metrics.size).toBe(0);
});

const report = (record: RunRecord): string =>
  record.kind === 'report'
    ? Object.entries(record.metrics)
        .map(([n, v]) => `${n}@${record.step}=${v}`)
        .join(' ')
    : '?';

const readAll = (text: string | Uint8Array, final = true): readonly string[] =>
  readMetricLines(startPrint, Buffer.from(text), final).records.map(report);

test('without a step, each metric counts its own lines from 1', () => {
  expect(readAll('loss 1\nloss 2 acc 3\n')).toEqual(['loss@1=1', 'loss@2=2', 'acc@1=3']);
});

test('an epoch on a line of its own holds for the lines after it', () => {
  expect(readAll('Epoch 1/2\nloss: 3\nEpoch 2/2\nloss: 2\nval_loss: 4\n')).toEqual([
    'loss@1=3',
    'loss@2=2',
    'val_loss@2=4',
  ]);
});

test('carriage returns end lines, and the last line needs no end', () => {
  expect(readAll('\repoch 1 loss 3\repoch 2 loss 2\r\nepoch 3 loss 1')).toEqual([
    'loss@1=3',
    'loss@2=2',
    'loss@3=1',
  ]);
});

test('an unfinished line is not read before it is over', () => {
  const { records, consumed } = readMetricLines(startPrint, Buffer.from('a=1\nb=2'), false);
  expect(records.map(report)).toEqual(['a@1=1']);
  expect(consumed).toBe(4);
});

test('megabytes on one line are passed over in bounded memory, and what follows is read', () => {
  const long = Buffer.alloc(200_000, 'loss=1 ');
  const first = readMetricLines(startPrint, long, false);
  expect(first).toMatchObject({ consumed: long.length, records: [] });
  expect(readMetricLines(first.state, Buffer.from(' loss=2\nloss=3\n'), false).records.map(report)).toEqual([
    'loss@1=3',
  ]);
});

test('bytes that are no UTF-8 do no harm', () => {
  expect(readAll(Buffer.concat([Buffer.from([0xff, 0xc3, 0x28, 0x20]), Buffer.from('loss=1\n')]))).toEqual([
    'loss@1=1',
  ]);
});

const pieces = fc.oneof(
  fc.constantFrom(
    'epoch 3/12  loss 0.4',
    'val_acc=0.9',
    '\n',
    '\r',
    '\r\n',
    ' ',
    '5/10 [==>',
    '45%|█| 45/100 [',
    'loss: nan',
    '\u001b[1m',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constant('x'.repeat(70_000)),
);
const output = fc.oneof(
  fc.array(pieces, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(''))),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

test('where the output is split makes no difference, also when the state is stored in between', () => {
  const property = fc.property(output, fc.array(fc.nat(200_000), { maxLength: 8 }), (bytes, cuts) => {
    const whole = readMetricLines(startPrint, bytes, true);
    const ends = [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    let state: PrintState = startPrint;
    let offset = 0;
    const records: RunRecord[] = [];
    ends.forEach((end, index) => {
      const part = readMetricLines(state, bytes.subarray(offset, end), index === ends.length - 1);
      records.push(...part.records);
      offset += part.consumed;
      state = toPrintState(JSON.parse(JSON.stringify(part.state)));
    });
    expect(records).toEqual(whole.records);
    expect(state).toEqual(whole.state);
    expect(offset).toBe(bytes.length);
  });
  fc.assert(property, { seed: 20_240_501, numRuns: 150 });
});

test('no line takes long, however it is made', () => {
  const nasty = [
    'a ',
    'a1 ',
    '100%|',
    '1/',
    'a= ',
    'epoch ',
    '1%|x|1/',
    'a:1(',
    "a's ",
    '[1',
    '|  ',
    '1e',
    '-',
  ];
  for (const piece of nasty) {
    const begin = performance.now();
    parseLine(`${piece.repeat(Math.ceil(65_000 / piece.length))}1x`);
    expect(performance.now() - begin, piece).toBeLessThan(500);
  }
});

test.each([
  'epoch 3/12  loss 0.412  val_acc 0.9333',
  '│ val_acc │ 0.93 ┃ val_loss │ 0.2 │',
  ' 45%|██  | 45/100 [00:10<00:12, 4.3it/s, loss=0.41]',
  '10/10 ━━━━━━━━━━ 1s 2ms/step - accuracy: 0.9 - loss: 0.3',
  'loss: tensor(0.3000, grad_fn=<MeanBackward0>)',
])('the places of metrics in %j are where their numbers stand', (line) => {
  const places = metricPlaces(line);
  expect(new Map(places.map(({ metric, value }) => [metric, value]))).toEqual(parseLine(line).metrics);
  expect(places.length).toBeGreaterThan(0);
  for (const { value, start, end } of places) {
    expect(Number(/[\d.]+$/.exec(line.slice(start, end))?.[0])).toBe(value);
    expect(line.slice(start)).toMatch(/^[a-z_]/);
  }
});
