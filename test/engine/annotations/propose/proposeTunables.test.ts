import { expect, test } from 'vitest';
import { proposeTunables } from '../../../../src/engine/annotations/propose/proposeTunables.ts';

/** Each proposal as it would stand in the file: `lr = 0.1 → # tune: 1e-3..1 log`. */
const proposed = (text: string): readonly string[] =>
  proposeTunables(text).map(({ name, insertText }) => `${name} → ${insertText.trim()}`);

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['a learning rate', 'lr = 3e-4', ['lr → # tune: 1e-5..1e-2 log']],
  ['a constant in capitals', 'BATCH_SIZE = 32', ['BATCH_SIZE → # tune: 8..128 log step 2x']],
  ['a training length', 'EPOCHS = 20', ['EPOCHS → # tune: budget 1..20']],
  [
    'the arguments of an optimiser',
    'opt = torch.optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=5e-4)',
    [
      'lr → # tune: lr: 1e-3..1 log',
      'momentum → # tune: momentum: 0.5..0.99',
      'weight_decay → # tune: weight_decay: 1e-6..1e-1 log',
    ],
  ],
  [
    'an option with its choices',
    'p.add_argument("--activation", choices=["relu", "gelu"], default="relu")',
    ['activation → # tune: ["relu", "gelu"]'],
  ],
  [
    'a word that the script compares',
    'optimizer = "adam"\nif optimizer == "sgd":\n    pass\nelif optimizer == "adam":\n    pass',
    ['optimizer → # tune: ["adam", "sgd"]'],
  ],
  [
    'scikit-learn',
    'model = SVC(C=1.0, kernel="rbf")',
    ['C → # tune: C: 0.01..100 log', 'kernel → # tune: kernel: ["rbf", "linear", "poly", "sigmoid"]'],
  ],
  [
    'parameters of XGBoost',
    'import xgboost as xgb\nparams = {\n    "eta": 0.1,\n    "max_depth": 6,\n    "seed": 7,\n}',
    ['eta → # tune: 0.005..0.3 log', 'max_depth → # tune: 2..12'],
  ],
  ['an objective', 'val_acc = evaluate(model)', ['val_acc → # tune: maximize']],
  [
    'momentum of a tuned optimiser',
    'optimizer = "adam"  # tune: ["adam", "sgd"]\nmomentum = 0.9',
    ['momentum → # tune: 0.5..0.99 if optimizer == "sgd"'],
  ],
  ['behind another comment', 'lr = 0.1  # as in the paper', ['lr → # tune: 1e-3..1 log']],
];

test.each(cases)('%s is proposed', (_, text, expected) => {
  expect(proposed(text)).toEqual(expected);
});
