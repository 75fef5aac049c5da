import type { CallEntry } from '../entry.ts';
import { around, budget, choices, decades, entry, flag, log, ordered, share, whole } from './words.ts';

const activations = choices('relu', 'gelu', 'elu', 'selu', 'tanh', 'swish');
const activation = entry('activation', 'activation', activations, 'architecture', {
  confidence: 'medium',
  why: 'Keras knows each of them by this name',
});
const recurrentDropout = entry('dropout recurrent_dropout', 'dropout', share(0, 0.6), 'regularization');
const inKeras = ['keras', 'tensorflow', 'tf_keras'];

/** Keras and TensorFlow: layers, optimisers, callbacks, `fit`. */
export const kerasCalls: readonly CallEntry[] = [
  {
    callees: ['Dense'],
    modules: inKeras,
    order: ['units'],
    arguments: [
      // A last layer's size is the task's: it has few units, or no activation of its own.
      entry('units', 'width of the layer', around(16, 16_384), 'architecture'),
      activation,
    ],
  },
  {
    callees: ['Conv1D', 'Conv2D', 'Conv3D', 'SeparableConv2D', 'Conv2DTranspose'],
    modules: inKeras,
    order: ['filters', 'kernel_size'],
    arguments: [
      entry('filters', 'number of filters', around(8, 2048), 'architecture'),
      entry('kernel_size', 'size of the kernels', ordered(3, 5, 7), 'architecture', { confidence: 'medium' }),
      activation,
    ],
  },
  {
    callees: ['LSTM', 'GRU', 'SimpleRNN'],
    modules: inKeras,
    order: ['units'],
    arguments: [
      entry('units', 'width of the recurrent layer', around(4, 4096), 'architecture'),
      recurrentDropout,
    ],
  },
  {
    callees: ['Embedding'],
    modules: inKeras,
    order: ['', 'output_dim'],
    arguments: [entry('output_dim', 'width of the embedding', around(4, 4096), 'architecture')],
  },
  {
    callees: ['Dropout', 'SpatialDropout1D', 'SpatialDropout2D', 'GaussianDropout', 'AlphaDropout'],
    modules: inKeras,
    order: ['rate'],
    arguments: [entry('rate', 'dropout', share(0, 0.6), 'regularization')],
  },
  {
    callees: ['GaussianNoise'],
    modules: inKeras,
    order: ['stddev'],
    arguments: [entry('stddev', 'strength of the noise', log(1e-3, 1), 'regularization')],
  },
  {
    callees: ['Adam', 'AdamW', 'SGD', 'RMSprop', 'Nadam', 'Adamax', 'Adagrad', 'Adadelta', 'Ftrl', 'Lion'],
    modules: inKeras,
    order: ['learning_rate'],
    arguments: [
      entry('learning_rate lr', 'learning rate', decades(1e-8, 1), 'optimizer'),
      entry('momentum', 'momentum', share(0.5, 0.99), 'optimizer'),
      entry('weight_decay', 'weight decay', [log(1e-6, 1e-1), share(0, 0.1)], 'regularization'),
      entry('nesterov', 'Nesterov momentum', flag, 'optimizer', { confidence: 'medium' }),
      entry('rho', 'smoothing of the squared gradient', share(0.8, 0.99), 'optimizer', {
        confidence: 'medium',
      }),
      entry('beta_1', 'decay of the mean gradient', share(0.5, 0.99), 'optimizer', { confidence: 'medium' }),
      entry('beta_2', 'decay of the squared gradient', share(0.9, 0.9999), 'optimizer', {
        confidence: 'low',
      }),
      entry('clipnorm clipvalue', 'limit of the gradients', log(0.1, 10), 'optimizer', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['l1', 'l2', 'L1', 'L2'],
    modules: inKeras,
    order: ['l'],
    arguments: [entry('l l1 l2', 'regularization strength', log(1e-6, 1e-1), 'regularization')],
  },
  {
    callees: ['l1_l2', 'L1L2'],
    modules: inKeras,
    order: ['l1', 'l2'],
    arguments: [entry('l1 l2', 'regularization strength', log(1e-6, 1e-1), 'regularization')],
  },
  {
    callees: ['fit', 'fit_generator'],
    arguments: [
      entry('batch_size', 'batch size', around(1, 65_536), 'training'),
      entry('epochs', 'length of the training', budget, 'length', { confidence: 'medium' }),
    ],
  },
  {
    callees: ['ReduceLROnPlateau'],
    modules: inKeras,
    arguments: [
      entry('factor', 'factor by which the learning rate decays', share(0.1, 0.9), 'schedule', {
        confidence: 'medium',
      }),
      entry('patience', 'epochs without progress before a decay', whole(1, 10), 'schedule', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: [
      'ExponentialDecay',
      'CosineDecay',
      'PolynomialDecay',
      'InverseTimeDecay',
      'CosineDecayRestarts',
    ],
    order: ['initial_learning_rate', 'decay_steps', 'decay_rate'],
    arguments: [
      entry('initial_learning_rate', 'first learning rate', decades(1e-8, 1), 'schedule'),
      entry('decay_rate', 'factor by which the learning rate decays', share(0.5, 0.999), 'schedule'),
    ],
  },
  {
    callees: ['RandomRotation', 'RandomZoom', 'RandomContrast', 'RandomTranslation'],
    modules: inKeras,
    order: ['factor'],
    arguments: [
      entry('factor', 'strength of the augmentation', share(0, 0.4), 'augmentation', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['batch'],
    modules: inKeras,
    order: ['batch_size'],
    arguments: [entry('batch_size', 'batch size', around(2, 65_536), 'training', { confidence: 'medium' })],
  },
];
