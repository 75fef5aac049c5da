import type { CallEntry } from '../entry.ts';
import { decades, entry, log, share, upTo } from './words.ts';

const learningRate = entry('learning_rate', 'learning rate', decades(1e-8, 1), 'optimizer');

/** JAX: `optax`, `flax`. */
export const jaxCalls: readonly CallEntry[] = [
  {
    callees: [
      'adam',
      'adamw',
      'sgd',
      'lion',
      'rmsprop',
      'lamb',
      'adafactor',
      'nadam',
      'radam',
      'adabelief',
      'novograd',
      'yogi',
      'adagrad',
    ],
    modules: ['optax', 'jax', 'flax'],
    order: ['learning_rate'],
    arguments: [
      learningRate,
      entry('weight_decay', 'weight decay', [log(1e-6, 1e-1), share(0, 0.1)], 'regularization'),
      entry('momentum', 'momentum', share(0.5, 0.99), 'optimizer'),
      entry('b1', 'decay of the mean gradient', share(0.5, 0.99), 'optimizer', { confidence: 'medium' }),
      entry('b2', 'decay of the squared gradient', share(0.9, 0.9999), 'optimizer', { confidence: 'low' }),
    ],
  },
  {
    callees: ['clip_by_global_norm', 'clip', 'adaptive_grad_clip'],
    modules: ['optax'],
    order: ['max_norm'],
    arguments: [
      entry('max_norm max_delta clipping', 'limit of the gradient norm', log(0.1, 10), 'optimizer', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['add_decayed_weights'],
    modules: ['optax'],
    order: ['weight_decay'],
    arguments: [entry('weight_decay', 'weight decay', log(1e-6, 1e-1), 'regularization')],
  },
  {
    callees: [
      'warmup_cosine_decay_schedule',
      'cosine_decay_schedule',
      'exponential_decay',
      'linear_schedule',
      'cosine_onecycle_schedule',
    ],
    modules: ['optax'],
    order: ['init_value', 'peak_value'],
    arguments: [
      entry('peak_value', 'highest learning rate', decades(1e-8, 1), 'schedule'),
      entry('init_value', 'first learning rate', decades(1e-8, 1), 'schedule', { confidence: 'medium' }),
      entry('warmup_steps', 'length of the warm-up', upTo(4, 100), 'schedule', { confidence: 'medium' }),
      entry('decay_rate', 'factor by which the learning rate decays', share(0.5, 0.999), 'schedule'),
    ],
  },
  {
    callees: ['Dropout'],
    modules: ['flax', 'haiku', 'equinox'],
    order: ['rate'],
    arguments: [entry('rate p', 'dropout', share(0, 0.6), 'regularization')],
  },
];
