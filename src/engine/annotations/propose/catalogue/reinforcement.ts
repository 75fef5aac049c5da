import type { CallEntry } from '../entry.ts';
import { around, choices, decades, entry, flag, linear, log, share, whole, wholeLog } from './words.ts';

const common = [
  entry('learning_rate lr', 'learning rate', decades(1e-8, 1), 'optimizer'),
  entry('gamma', 'discount of later rewards', linear(0.9, 0.9999, { domain: [0.5, 1] }), 'training'),
  entry('batch_size', 'batch size', around(4, 65_536), 'training'),
];

const onPolicy = [
  entry('n_steps', 'steps of a rollout', around(4, 65_536), 'training'),
  entry('gae_lambda', 'smoothing of the advantages', linear(0.8, 1, { domain: [0.5, 1] }), 'training'),
  entry('ent_coef', 'weight of the entropy', [log(1e-5, 1e-1), share(0, 0.1)], 'exploration'),
  entry('vf_coef', 'weight of the value loss', share(0.1, 1), 'loss', { confidence: 'medium' }),
  entry('max_grad_norm', 'limit of the gradient norm', log(0.1, 10), 'optimizer', { confidence: 'medium' }),
];

const offPolicy = [
  entry('tau', 'speed of the target network', [log(1e-4, 1e-1), linear(0, 1)], 'training'),
  entry('buffer_size', 'size of the replay buffer', wholeLog(10_000, 1_000_000), 'training', {
    confidence: 'medium',
  }),
  entry('learning_starts', 'steps before learning', wholeLog(100, 100_000), 'training', {
    confidence: 'medium',
  }),
  entry('train_freq', 'steps between updates', around(1, 1024), 'training', { confidence: 'medium' }),
  entry('gradient_steps', 'updates at a time', around(1, 1024), 'training', { confidence: 'medium' }),
];

/** Stable-Baselines3 and its relatives. */
export const reinforcementCalls: readonly CallEntry[] = [
  {
    callees: ['PPO', 'A2C', 'TRPO', 'MaskablePPO', 'RecurrentPPO'],
    arguments: [
      ...common,
      ...onPolicy,
      entry('n_epochs', 'passes over each rollout', whole(1, 20), 'training'),
      entry('clip_range', 'range of the clipped policy', linear(0.05, 0.4, { domain: [0, 1] }), 'training'),
      entry('normalize_advantage', 'normalization of the advantages', flag, 'training', {
        confidence: 'low',
      }),
      entry('use_sde', 'exploration that depends on the state', flag, 'exploration', { confidence: 'low' }),
      entry('target_kl', 'limit of the change of the policy', log(0.003, 0.1), 'training', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['DQN', 'QRDQN', 'SAC', 'TD3', 'DDPG', 'TQC', 'CrossQ'],
    arguments: [
      ...common,
      ...offPolicy,
      entry('exploration_fraction', 'share of the training that explores', share(0.05, 0.6), 'exploration'),
      entry('exploration_final_eps', 'last share of random actions', share(0.005, 0.2), 'exploration'),
      entry(
        'target_update_interval',
        'steps between updates of the target network',
        wholeLog(1, 20_000),
        'training',
      ),
      entry('policy_delay', 'updates of the critic for one of the actor', whole(1, 4), 'training', {
        confidence: 'low',
      }),
      entry('ent_coef', 'weight of the entropy', [choices('auto', 0.01, 0.1), log(1e-5, 1)], 'exploration', {
        confidence: 'low',
      }),
    ],
  },
];
