import type { CallEntry, Entry } from '../entry.ts';
import {
  around,
  budget,
  choices,
  decades,
  entry,
  flag,
  linear,
  log,
  ordered,
  share,
  whole,
  wholeLog,
} from './words.ts';

const depth = entry('max_depth', 'depth of the trees', [whole(2, 32), ordered(null, 4, 8, 16, 32)], 'model');
const leaves = entry(
  'min_samples_leaf',
  'smallest leaf',
  [whole(1, 20), share(0.001, 0.5)],
  'regularization',
);
const splits = entry(
  'min_samples_split',
  'smallest node that is split',
  [whole(2, 20), share(0.001, 0.5)],
  'regularization',
);
const features = entry(
  'max_features',
  'features looked at for a split',
  [choices('sqrt', 'log2', null), share(0.1, 1)],
  'model',
);
const treeCriterion = entry(
  'criterion',
  'measure of a split',
  choices('gini', 'entropy', 'log_loss'),
  'model',
  {
    confidence: 'medium',
  },
);
const alphaByFactors = entry('alpha', 'regularization strength', decades(1e-8, 1e4), 'regularization');
const pruning = entry(
  'ccp_alpha',
  'pruning of the trees',
  [log(1e-5, 1e-1), linear(0, 0.05)],
  'regularization',
);
const trees = entry('n_estimators', 'number of trees', wholeLog(50, 1000), 'model', {
  why: 'more trees cost time and seldom hurt',
  confidence: 'medium',
});
const boostedTrees = entry('n_estimators max_iter', 'number of trees', budget, 'length', {
  confidence: 'medium',
});
const learningRate = entry('learning_rate', 'learning rate', log(0.01, 0.5), 'optimizer');
const inverseStrength = entry(
  'c',
  'inverse of the regularization strength',
  decades(1e-6, 1e6),
  'regularization',
);
const kernelWidth: readonly Entry[] = [
  entry('gamma', 'width of the kernel', [choices('scale', 'auto'), decades(1e-8, 1e4)], 'model'),
];

/** scikit-learn's estimators and transformers. */
export const sklearnCalls: readonly CallEntry[] = [
  {
    callees: [
      'RandomForestClassifier',
      'RandomForestRegressor',
      'ExtraTreesClassifier',
      'ExtraTreesRegressor',
      'IsolationForest',
    ],
    order: ['n_estimators'],
    arguments: [
      trees,
      depth,
      leaves,
      splits,
      features,
      treeCriterion,
      pruning,
      entry('bootstrap', 'sampling with replacement', flag, 'model', { confidence: 'low' }),
      entry('max_samples', 'share of examples for each tree', share(0.1, 1), 'model', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['DecisionTreeClassifier', 'DecisionTreeRegressor', 'ExtraTreeClassifier'],
    arguments: [depth, leaves, splits, features, treeCriterion, pruning],
  },
  {
    callees: [
      'GradientBoostingClassifier',
      'GradientBoostingRegressor',
      'AdaBoostClassifier',
      'AdaBoostRegressor',
    ],
    arguments: [
      { ...boostedTrees, names: ['n_estimators'] },
      learningRate,
      entry('max_depth', 'depth of the trees', whole(1, 10), 'model'),
      entry('subsample', 'share of examples for each tree', share(0.4, 1), 'regularization'),
      leaves,
      splits,
      features,
    ],
  },
  {
    callees: ['HistGradientBoostingClassifier', 'HistGradientBoostingRegressor'],
    arguments: [
      { ...boostedTrees, names: ['max_iter'] },
      learningRate,
      entry('max_leaf_nodes', 'leaves of a tree', wholeLog(7, 255), 'model'),
      entry('max_depth', 'depth of the trees', whole(2, 16), 'model'),
      entry('min_samples_leaf', 'smallest leaf', wholeLog(2, 200), 'regularization'),
      entry('l2_regularization', 'regularization strength', [log(1e-6, 10), linear(0, 10)], 'regularization'),
      entry('max_bins', 'bins of a feature', around(16, 255), 'model', { confidence: 'low' }),
      entry('max_features', 'share of features for a split', share(0.3, 1), 'regularization', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['LogisticRegression', 'LogisticRegressionCV'],
    arguments: [
      inverseStrength,
      entry('penalty', 'penalty', choices('l2', null), 'regularization', { confidence: 'low' }),
      entry('l1_ratio', 'share of the L1 penalty', share(0, 1), 'regularization'),
      entry('class_weight', 'weights of the classes', choices(null, 'balanced'), 'model', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['SVC', 'SVR', 'NuSVC'],
    arguments: [
      inverseStrength,
      ...kernelWidth,
      entry('kernel', 'kernel', choices('rbf', 'linear', 'poly', 'sigmoid'), 'model'),
      entry('degree', 'degree of the polynomial kernel', whole(2, 5), 'model', { confidence: 'medium' }),
      entry('epsilon', 'width of the tube without loss', log(1e-3, 1), 'model'),
      entry('class_weight', 'weights of the classes', choices(null, 'balanced'), 'model', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['LinearSVC', 'LinearSVR', 'PassiveAggressiveClassifier'],
    arguments: [
      inverseStrength,
      entry('loss', 'loss', choices('hinge', 'squared_hinge'), 'model', { confidence: 'medium' }),
      entry('epsilon', 'width of the tube without loss', [log(1e-3, 1), linear(0, 1)], 'model', {
        confidence: 'low',
      }),
    ],
  },
  {
    callees: ['KNeighborsClassifier', 'KNeighborsRegressor'],
    order: ['n_neighbors'],
    arguments: [
      entry('n_neighbors', 'number of neighbours', whole(1, 50), 'model'),
      entry('weights', 'weights of the neighbours', choices('uniform', 'distance'), 'model'),
      entry('p', 'power of the distance', whole(1, 2), 'model', { confidence: 'medium' }),
      entry('metric', 'distance', choices('minkowski', 'cosine', 'chebyshev'), 'model', {
        confidence: 'low',
      }),
    ],
  },
  {
    callees: ['Ridge', 'RidgeClassifier', 'Lasso', 'LassoLars', 'KernelRidge'],
    arguments: [alphaByFactors, ...kernelWidth],
  },
  {
    callees: ['ElasticNet', 'SGDClassifier', 'SGDRegressor'],
    arguments: [
      alphaByFactors,
      entry('l1_ratio', 'share of the L1 penalty', share(0, 1), 'regularization'),
      entry('penalty', 'penalty', choices('l2', 'l1', 'elasticnet'), 'regularization', {
        confidence: 'medium',
      }),
      entry('eta0', 'first learning rate', decades(1e-6, 10), 'optimizer'),
    ],
  },
  {
    callees: ['MLPClassifier', 'MLPRegressor'],
    arguments: [
      alphaByFactors,
      entry('hidden_layer_sizes', 'width of the hidden layer', around(4, 4096), 'architecture'),
      entry('learning_rate_init', 'learning rate', decades(1e-8, 1), 'optimizer'),
      entry('activation', 'activation', choices('relu', 'tanh', 'logistic'), 'architecture'),
      entry('solver', 'solver', choices('adam', 'sgd', 'lbfgs'), 'optimizer', { confidence: 'medium' }),
      entry('batch_size', 'batch size', around(4, 65_536), 'training'),
      entry('momentum', 'momentum', share(0.5, 0.99), 'optimizer'),
      entry('max_iter', 'length of the training', budget, 'length', { confidence: 'low' }),
    ],
  },
  {
    callees: [
      'KMeans',
      'MiniBatchKMeans',
      'GaussianMixture',
      'SpectralClustering',
      'AgglomerativeClustering',
    ],
    order: ['n_clusters'],
    arguments: [
      entry('n_clusters n_components', 'number of clusters', whole(2, 20), 'model'),
      entry('linkage', 'linkage', choices('ward', 'complete', 'average', 'single'), 'model'),
      entry(
        'covariance_type',
        'shape of the clusters',
        choices('full', 'tied', 'diag', 'spherical'),
        'model',
      ),
    ],
  },
  {
    callees: ['DBSCAN', 'HDBSCAN', 'OPTICS'],
    arguments: [
      entry('eps', 'reach of a neighbourhood', decades(1e-4, 1e4, 1), 'model'),
      entry('min_samples min_cluster_size', 'points of a cluster', whole(2, 30), 'model'),
    ],
  },
  {
    callees: ['PCA', 'TruncatedSVD', 'FastICA', 'NMF', 'KernelPCA', 'IncrementalPCA'],
    order: ['n_components'],
    arguments: [
      entry('n_components', 'number of components', [share(0.7, 0.99), around(2, 10_000)], 'model'),
      entry('whiten', 'whitening', flag, 'model', { confidence: 'low' }),
    ],
  },
  {
    callees: ['TfidfVectorizer', 'CountVectorizer', 'HashingVectorizer'],
    arguments: [
      entry('min_df', 'documents that a word must be in', [whole(1, 20), share(0, 0.1)], 'model'),
      entry('max_df', 'share of documents that a word may be in', share(0.5, 1), 'model'),
      entry('max_features', 'number of words kept', wholeLog(1000, 100_000), 'model'),
      entry('sublinear_tf', 'logarithm of the counts', flag, 'model', { confidence: 'medium' }),
      entry('analyzer', 'what is counted', choices('word', 'char', 'char_wb'), 'model', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['SelectKBest', 'SelectPercentile', 'RFE'],
    arguments: [
      entry('k n_features_to_select percentile', 'number of features kept', around(1, 10_000), 'model'),
    ],
  },
  {
    callees: ['PolynomialFeatures'],
    order: ['degree'],
    arguments: [entry('degree', 'degree of the polynomials', whole(1, 4), 'model')],
  },
  {
    callees: ['MultinomialNB', 'BernoulliNB', 'ComplementNB'],
    arguments: [entry('alpha', 'smoothing', decades(1e-6, 1e2), 'regularization')],
  },
  {
    callees: ['GaussianNB'],
    arguments: [entry('var_smoothing', 'smoothing', decades(1e-14, 1), 'regularization')],
  },
  {
    callees: ['KBinsDiscretizer', 'SplineTransformer', 'QuantileTransformer'],
    arguments: [
      entry('n_bins n_knots n_quantiles', 'number of bins', around(2, 10_000), 'model', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['SimpleImputer'],
    arguments: [
      entry('strategy', 'what fills gaps', choices('mean', 'median', 'most_frequent'), 'model', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['BaggingClassifier', 'BaggingRegressor'],
    arguments: [trees, entry('max_samples max_features', 'share for each model', share(0.1, 1), 'model')],
  },
  {
    callees: ['SMOTE', 'KNNImputer', 'LocalOutlierFactor'],
    arguments: [entry('k_neighbors n_neighbors', 'number of neighbours', whole(1, 30), 'model')],
  },
];
