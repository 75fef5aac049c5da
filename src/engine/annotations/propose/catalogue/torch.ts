import type { CallEntry } from '../entry.ts';
import { around, doubling, decades, entry, flag, linear, log, ordered, share, whole } from './words.ts';

const learningRate = entry('lr', 'learning rate', decades(1e-8, 1), 'optimizer');
const weightDecay = entry('weight_decay', 'weight decay', [log(1e-6, 1e-1), share(0, 0.1)], 'regularization');
const betas = [
  entry(
    'beta1',
    'decay of the mean gradient',
    [linear(0, 0.9, { domain: [0, 0.6] }), share(0.8, 0.99)],
    'optimizer',
    { confidence: 'medium' },
  ),
  entry('beta2', 'decay of the squared gradient', share(0.9, 0.9999), 'optimizer', { confidence: 'low' }),
];
const momentum = entry('momentum', 'momentum', share(0.5, 0.99), 'optimizer');

/** PyTorch: `torch.optim`, its schedules, `torch.nn`, and the usual optimisers of other packages for it. */
export const torchCalls: readonly CallEntry[] = [
  {
    callees: ['SGD'],
    order: ['', 'lr', 'momentum'],
    arguments: [
      learningRate,
      momentum,
      weightDecay,
      entry('nesterov', 'Nesterov momentum', flag, 'optimizer', { confidence: 'medium' }),
    ],
  },
  {
    callees: [
      'Adam',
      'AdamW',
      'NAdam',
      'RAdam',
      'Adamax',
      'AdamW8bit',
      'Adam8bit',
      'Lamb',
      'LAMB',
      'AdaBelief',
      'Lion',
      'FusedAdam',
      'DeepSpeedCPUAdam',
      'SparseAdam',
      'Prodigy',
    ],
    order: ['', 'lr', 'betas'],
    arguments: [
      learningRate,
      weightDecay,
      ...betas,
      entry('amsgrad', 'the AMSGrad variant', flag, 'optimizer', { confidence: 'low' }),
    ],
  },
  {
    callees: ['RMSprop', 'RMSProp'],
    order: ['', 'lr', 'alpha'],
    arguments: [
      learningRate,
      momentum,
      weightDecay,
      entry('alpha rho', 'smoothing of the squared gradient', share(0.8, 0.999), 'optimizer', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['Adagrad', 'Adadelta', 'ASGD', 'Adafactor', 'LBFGS', 'Rprop'],
    order: ['', 'lr'],
    arguments: [
      learningRate,
      weightDecay,
      entry('rho', 'smoothing of the squared gradient', share(0.8, 0.99), 'optimizer', {
        confidence: 'medium',
      }),
      entry('lr_decay', 'decay of the learning rate', [log(1e-6, 1e-2), share(0, 0.01)], 'optimizer', {
        confidence: 'low',
      }),
    ],
  },
  {
    callees: ['StepLR', 'MultiStepLR', 'ExponentialLR'],
    order: ['', 'step_size', 'gamma'],
    arguments: [
      entry('gamma', 'factor by which the learning rate decays', share(0.1, 0.99), 'schedule'),
      entry('step_size', 'epochs between decays of the learning rate', around(1, 10_000), 'schedule', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['CosineAnnealingLR', 'CosineAnnealingWarmRestarts'],
    arguments: [entry('eta_min', 'last learning rate', decades(1e-10, 1), 'schedule', { confidence: 'low' })],
  },
  {
    callees: ['OneCycleLR'],
    order: ['', 'max_lr'],
    arguments: [
      entry('max_lr', 'highest learning rate', decades(1e-8, 1), 'schedule'),
      entry('pct_start', 'share of the training that warms up', share(0.05, 0.5), 'schedule'),
    ],
  },
  {
    callees: ['ReduceLROnPlateau'],
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
      'Dropout',
      'Dropout1d',
      'Dropout2d',
      'Dropout3d',
      'AlphaDropout',
      'FeatureAlphaDropout',
      'SpatialDropout1D',
      'SpatialDropout2D',
      'GaussianDropout',
      'MCDropout',
      'DropPath',
    ],
    order: ['p'],
    arguments: [entry('p rate', 'dropout', share(0, 0.6), 'regularization')],
  },
  {
    callees: ['dropout', 'dropout2d', 'alpha_dropout'],
    order: ['', 'p'],
    arguments: [entry('p rate', 'dropout', share(0, 0.6), 'regularization')],
  },
  {
    callees: ['CrossEntropyLoss', 'cross_entropy', 'CategoricalCrossentropy'],
    arguments: [entry('label_smoothing', 'label smoothing', share(0, 0.3), 'regularization')],
  },
  {
    callees: ['clip_grad_norm_', 'clip_grad_norm', 'clip_grad_value_'],
    order: ['', 'max_norm'],
    arguments: [
      entry('max_norm clip_value', 'limit of the gradient norm', log(0.1, 10), 'optimizer', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['LSTM', 'GRU', 'RNN'],
    order: ['', 'hidden_size', 'num_layers'],
    arguments: [
      entry('hidden_size units', 'width of the recurrent layers', around(4, 16_384), 'architecture'),
      entry('num_layers', 'number of layers', whole(1, 4), 'architecture'),
      entry('dropout recurrent_dropout', 'dropout', share(0, 0.6), 'regularization'),
      entry('bidirectional', 'reading in both directions', flag, 'architecture', { confidence: 'medium' }),
    ],
  },
  {
    callees: ['TransformerEncoderLayer', 'TransformerDecoderLayer', 'Transformer', 'MultiheadAttention'],
    arguments: [
      entry('dropout', 'dropout', share(0, 0.5), 'regularization'),
      entry('dim_feedforward', 'width of the feed-forward layers', around(16, 65_536), 'architecture'),
      entry(
        'num_layers num_encoder_layers num_decoder_layers',
        'number of layers',
        whole(1, 12),
        'architecture',
      ),
      entry('norm_first', 'normalization before each layer', flag, 'architecture', { confidence: 'low' }),
      entry('activation', 'activation', ordered(), 'architecture', { confidence: 'low' }),
    ],
  },
  {
    callees: ['DataLoader', 'NeighborLoader', 'DataBunch', 'ImageDataLoaders'],
    order: ['', 'batch_size'],
    arguments: [entry('batch_size bs', 'batch size', around(1, 65_536), 'training')],
  },
  {
    callees: ['create_model'],
    arguments: [
      entry('drop_rate attn_drop_rate', 'dropout', share(0, 0.6), 'regularization'),
      entry('drop_path_rate', 'stochastic depth', share(0, 0.5), 'regularization'),
    ],
  },
  {
    // Lightning
    callees: ['Trainer'],
    arguments: [
      entry('gradient_clip_val', 'limit of the gradient norm', [log(0.1, 10), share(0, 1)], 'optimizer', {
        confidence: 'medium',
      }),
      entry('accumulate_grad_batches', 'batches that make up one step', around(1, 256), 'training', {
        confidence: 'low',
      }),
      entry('max_epochs', 'length of the training', { kind: 'budget' }, 'length', { confidence: 'medium' }),
      entry('swa_lrs', 'learning rate of the averaging', decades(1e-8, 1), 'schedule', { confidence: 'low' }),
    ],
  },
  {
    // fastai
    callees: ['fit_one_cycle', 'fine_tune', 'fit_flat_cos'],
    order: ['n_epoch', 'lr_max'],
    arguments: [
      entry('lr_max base_lr lr', 'learning rate', decades(1e-8, 1), 'optimizer'),
      entry('n_epoch epochs', 'length of the training', { kind: 'budget' }, 'length', {
        confidence: 'medium',
      }),
      entry('wd', 'weight decay', log(1e-6, 1e-1), 'regularization'),
    ],
  },
  {
    callees: ['vision_learner', 'cnn_learner', 'tabular_learner', 'Learner', 'text_classifier_learner'],
    arguments: [
      entry('wd', 'weight decay', log(1e-6, 1e-1), 'regularization'),
      entry('drop_mult', 'scale of all dropouts', linearDropout(), 'regularization'),
      entry('ps embed_p', 'dropout', share(0, 0.6), 'regularization'),
    ],
  },
  // Graph networks
  {
    callees: ['GATConv', 'GATv2Conv'],
    arguments: [
      entry('heads', 'number of attention heads', doubling(2, 64), 'architecture', { confidence: 'medium' }),
      entry('dropout', 'dropout', share(0, 0.8), 'regularization'),
    ],
  },
];

function linearDropout(): ReturnType<typeof share> {
  return { kind: 'linear', low: 0.1, high: 1, least: 0, most: 2 };
}
