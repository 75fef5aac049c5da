import type { CallEntry, Entry } from '../entry.ts';
import { budget, choices, entry, linear, log, share, whole, wholeLog } from './words.ts';

const rounds = { why: 'a schedule can stop short trainings early and give long ones to the best' } as const;
const strength = [log(1e-8, 10), linear(0, 10, { domain: [0, 1e6] })];

const xgboost: readonly Entry[] = [
  entry('eta learning_rate', 'learning rate', log(0.005, 0.3), 'optimizer'),
  entry('max_depth', 'depth of the trees', whole(2, 12), 'model'),
  entry('min_child_weight', 'smallest weight of a leaf', [wholeLog(1, 100), log(0.1, 100)], 'regularization'),
  entry('subsample', 'share of examples for each tree', share(0.4, 1), 'regularization'),
  entry('colsample_*', 'share of features', share(0.3, 1), 'regularization'),
  entry(
    'gamma min_split_loss',
    'least gain of a split',
    [log(1e-8, 10), linear(0, 5, { domain: [0, 1e6] })],
    'regularization',
  ),
  entry('lambda reg_lambda', 'L2 regularization', strength, 'regularization'),
  entry('alpha reg_alpha', 'L1 regularization', strength, 'regularization'),
  entry('n_estimators', 'number of trees', budget, 'length', { confidence: 'medium', ...rounds }),
  entry('booster', 'kind of booster', choices('gbtree', 'dart'), 'model', { confidence: 'low' }),
  entry('grow_policy', 'order of growth', choices('depthwise', 'lossguide'), 'model', { confidence: 'low' }),
  entry('max_leaves', 'leaves of a tree', wholeLog(4, 256), 'model', { confidence: 'medium' }),
  entry('max_bin', 'bins of a feature', wholeLog(64, 1024), 'model', { confidence: 'low' }),
  entry('scale_pos_weight', 'weight of the positive class', log(0.1, 100), 'loss', { confidence: 'medium' }),
];

const lightgbm: readonly Entry[] = [
  entry('learning_rate eta shrinkage_rate', 'learning rate', log(0.005, 0.3), 'optimizer'),
  entry('num_leaves max_leaves', 'leaves of a tree', wholeLog(7, 255), 'model'),
  entry('max_depth', 'depth of the trees', [whole(2, 16), choices(-1, 4, 6, 8, 12)], 'model', {
    confidence: 'medium',
  }),
  entry(
    'feature_fraction colsample_bytree',
    'share of features for each tree',
    share(0.3, 1),
    'regularization',
  ),
  entry('bagging_fraction subsample', 'share of examples for each tree', share(0.4, 1), 'regularization'),
  entry('bagging_freq subsample_freq', 'trees between samples', whole(0, 10), 'regularization', {
    confidence: 'medium',
  }),
  entry('min_child_samples min_data_in_leaf', 'smallest leaf', wholeLog(5, 200), 'regularization'),
  entry(
    'min_child_weight min_sum_hessian_in_leaf',
    'smallest weight of a leaf',
    log(1e-4, 10),
    'regularization',
    { confidence: 'medium' },
  ),
  entry('lambda_l1 reg_alpha', 'L1 regularization', strength, 'regularization'),
  entry('lambda_l2 reg_lambda', 'L2 regularization', strength, 'regularization'),
  entry(
    'min_split_gain min_gain_to_split',
    'least gain of a split',
    [log(1e-8, 1), linear(0, 1)],
    'regularization',
    { confidence: 'medium' },
  ),
  entry('n_estimators num_iterations num_boost_round', 'number of trees', budget, 'length', {
    confidence: 'medium',
    ...rounds,
  }),
  entry('boosting boosting_type', 'kind of boosting', choices('gbdt', 'dart'), 'model', {
    confidence: 'low',
  }),
  entry('max_bin', 'bins of a feature', wholeLog(63, 1023), 'model', { confidence: 'low' }),
  entry('scale_pos_weight', 'weight of the positive class', log(0.1, 100), 'loss', { confidence: 'medium' }),
];

const catboost: readonly Entry[] = [
  entry('learning_rate eta', 'learning rate', log(0.005, 0.3), 'optimizer'),
  entry('depth max_depth', 'depth of the trees', whole(3, 10), 'model'),
  entry('l2_leaf_reg reg_lambda', 'L2 regularization', log(1, 30), 'regularization'),
  entry(
    'bagging_temperature',
    'strength of the sampling',
    linear(0, 2, { domain: [0, 100] }),
    'regularization',
  ),
  entry('random_strength', 'randomness of the splits', log(0.1, 10), 'regularization'),
  entry('subsample rsm colsample_bylevel', 'share for each tree', share(0.4, 1), 'regularization'),
  entry('border_count max_bin', 'bins of a feature', wholeLog(32, 255), 'model', { confidence: 'medium' }),
  entry('min_data_in_leaf min_child_samples', 'smallest leaf', wholeLog(1, 100), 'regularization', {
    confidence: 'medium',
  }),
  entry('iterations n_estimators num_boost_round num_trees', 'number of trees', budget, 'length', {
    confidence: 'medium',
    ...rounds,
  }),
  entry('grow_policy', 'shape of the trees', choices('SymmetricTree', 'Depthwise', 'Lossguide'), 'model', {
    confidence: 'low',
  }),
];

/** Boosted trees: XGBoost, LightGBM, CatBoost. */
export const boostingCalls: readonly CallEntry[] = [
  {
    callees: ['XGBClassifier', 'XGBRegressor', 'XGBRanker', 'XGBRFClassifier', 'XGBRFRegressor'],
    arguments: xgboost,
  },
  { callees: ['LGBMClassifier', 'LGBMRegressor', 'LGBMRanker', 'LGBMModel'], arguments: lightgbm },
  { callees: ['CatBoostClassifier', 'CatBoostRegressor', 'CatBoost', 'CatBoostRanker'], arguments: catboost },
  {
    callees: ['train', 'cv'],
    modules: ['xgboost', 'lightgbm', 'catboost'],
    order: ['', '', 'num_boost_round'],
    arguments: [
      entry('num_boost_round', 'number of trees', budget, 'length', { confidence: 'medium', ...rounds }),
    ],
  },
];

/** What the keys of a dict of parameters mean where a library is imported. */
export const parameterDicts: readonly {
  readonly module: string;
  /** How variables call it: `lgb_params`. */
  readonly short: string;
  readonly entries: readonly Entry[];
}[] = [
  { module: 'xgboost', short: 'xgb', entries: xgboost },
  { module: 'lightgbm', short: 'lgb', entries: lightgbm },
  { module: 'catboost', short: 'cat', entries: catboost },
];
