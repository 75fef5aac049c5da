import type { CallEntry } from '../entry.ts';
import { around, budget, choices, decades, entry, log, ordered, share, upTo } from './words.ts';

/** Hugging Face: `transformers`, `peft`, `trl`, `diffusers`. */
export const transformersCalls: readonly CallEntry[] = [
  {
    callees: [
      'TrainingArguments',
      'Seq2SeqTrainingArguments',
      'SFTConfig',
      'DPOConfig',
      'RewardConfig',
      'ORPOConfig',
      'GRPOConfig',
      'SentenceTransformerTrainingArguments',
      'SetFitTrainingArguments',
    ],
    arguments: [
      entry('learning_rate', 'learning rate', decades(1e-8, 1), 'optimizer'),
      entry('weight_decay', 'weight decay', [log(1e-4, 0.3), share(0, 0.3)], 'regularization'),
      entry('warmup_ratio', 'share of the training that warms up', share(0, 0.2), 'schedule'),
      entry('warmup_steps', 'length of the warm-up', upTo(4, 100), 'schedule', { confidence: 'medium' }),
      entry('per_device_train_batch_size', 'batch size', around(1, 4096), 'training'),
      entry('gradient_accumulation_steps', 'batches that make up one step', around(1, 256), 'training', {
        confidence: 'low',
      }),
      entry(
        'lr_scheduler_type',
        'schedule of the learning rate',
        choices('linear', 'cosine', 'constant_with_warmup'),
        'schedule',
        { confidence: 'medium', why: 'Transformers knows each of them by this name' },
      ),
      entry('label_smoothing_factor', 'label smoothing', share(0, 0.2), 'regularization'),
      entry('max_grad_norm', 'limit of the gradient norm', log(0.1, 10), 'optimizer', {
        confidence: 'medium',
      }),
      entry('adam_beta1', 'decay of the mean gradient', share(0.5, 0.99), 'optimizer', { confidence: 'low' }),
      entry('adam_beta2', 'decay of the squared gradient', share(0.9, 0.9999), 'optimizer', {
        confidence: 'low',
      }),
      entry('neftune_noise_alpha', 'noise on the embeddings', log(1, 30), 'regularization', {
        confidence: 'medium',
      }),
      entry('beta', 'weight of the reference model', log(0.01, 1), 'loss'),
      entry('num_train_epochs', 'length of the training', budget, 'length', { confidence: 'medium' }),
      entry('max_steps', 'length of the training', budget, 'length', { confidence: 'medium' }),
    ],
  },
  {
    callees: ['LoraConfig', 'AdaLoraConfig', 'LoHaConfig', 'LoKrConfig'],
    arguments: [
      entry('r init_r target_r', 'rank of the adapters', around(1, 1024), 'architecture'),
      entry('lora_alpha alpha', 'scale of the adapters', around(1, 1024), 'architecture'),
      entry('lora_dropout rank_dropout module_dropout', 'dropout', share(0, 0.3), 'regularization'),
    ],
  },
  {
    callees: ['PromptTuningConfig', 'PrefixTuningConfig', 'PromptEncoderConfig'],
    arguments: [entry('num_virtual_tokens', 'number of learned tokens', around(1, 1024), 'architecture')],
  },
  {
    callees: [
      'DDPMScheduler',
      'DDIMScheduler',
      'DDPMPipeline',
      'GaussianDiffusion',
      'EulerDiscreteScheduler',
      'PNDMScheduler',
    ],
    arguments: [
      entry('num_train_timesteps timesteps', 'number of diffusion steps', around(10, 100_000), 'sampling', {
        confidence: 'medium',
      }),
      entry('beta_start', 'first noise variance', decades(1e-7, 1e-1, 1), 'sampling', {
        confidence: 'medium',
      }),
      entry('beta_end', 'last noise variance', decades(1e-5, 1, 1), 'sampling', { confidence: 'medium' }),
      entry(
        'beta_schedule',
        'schedule of the noise',
        choices('linear', 'scaled_linear', 'squaredcos_cap_v2'),
        'sampling',
        {
          why: 'Diffusers knows each of them by this name',
        },
      ),
      entry(
        'prediction_type',
        'what is predicted',
        choices('epsilon', 'v_prediction', 'sample'),
        'sampling',
        {
          confidence: 'medium',
          why: 'Diffusers knows each of them by this name',
        },
      ),
    ],
  },
  {
    callees: [
      'get_cosine_schedule_with_warmup',
      'get_linear_schedule_with_warmup',
      'get_constant_schedule_with_warmup',
      'get_scheduler',
    ],
    arguments: [
      entry('num_warmup_steps', 'length of the warm-up', upTo(4, 100), 'schedule', { confidence: 'medium' }),
    ],
  },
  {
    callees: ['EMAModel', 'ModelEma', 'ModelEmaV2', 'ExponentialMovingAverage'],
    arguments: [
      entry('decay power max_decay', 'decay of the averaged weights', share(0.9, 0.9999), 'training', {
        confidence: 'medium',
      }),
    ],
  },
  {
    callees: ['BertConfig', 'GPT2Config', 'RobertaConfig', 'LlamaConfig', 'ViTConfig', 'T5Config'],
    arguments: [
      entry(
        'hidden_dropout_prob attention_probs_dropout_prob resid_pdrop embd_pdrop attn_pdrop dropout_rate',
        'dropout',
        share(0, 0.5),
        'regularization',
      ),
      entry(
        'num_hidden_layers n_layer num_layers',
        'number of layers',
        { kind: 'whole', low: 1, high: 12 },
        'architecture',
      ),
      entry('hidden_size n_embd d_model', 'width of the model', around(16, 16_384), 'architecture', {
        confidence: 'medium',
      }),
      entry(
        'intermediate_size d_ff',
        'width of the feed-forward layers',
        around(16, 65_536),
        'architecture',
        { confidence: 'medium' },
      ),
      entry('hidden_act', 'activation', ordered(), 'architecture', { confidence: 'low' }),
    ],
  },
];
