import type { Entry } from '../entry.ts';
import type { Scale } from '../scale.ts';
import {
  around,
  budget,
  doubling,
  decades,
  entry,
  flag,
  linear,
  log,
  ordered,
  share,
  upTo,
  whole,
  wholeLog,
} from './words.ts';

/**
 * Names of settings as scripts of any library use them, more special ones first. The usual ranges are common practice:
 * what papers and libraries recommend, wide enough to hold what works for most problems.
 */
export const commonNames: readonly Entry[] = [
  // Schedules
  entry(
    'warmup_ratio warmup_fraction warmup_proportion warmup_pct pct_start',
    'share of the training that warms up',
    share(0, 0.3),
    'schedule',
  ),
  entry(
    'warmup warmup_steps num_warmup_steps n_warmup_steps warmup_iters warmup_epochs num_warmup_epochs warmup_updates lr_warmup_steps lr_warmup_epochs',
    'length of the warm-up',
    [upTo(4, 5), share(0, 0.3)],
    'schedule',
    { confidence: 'medium' },
  ),
  entry(
    'lr_gamma lr_decay lr_decay_rate lr_decay_factor decay_factor scheduler_gamma sched_gamma gamma_lr lr_factor',
    'factor by which the learning rate decays',
    share(0.1, 0.99),
    'schedule',
  ),
  entry(
    'layer_decay layerwise_decay llrd layer_lr_decay',
    'decay of the learning rate by layer',
    share(0.5, 1),
    'schedule',
  ),
  entry(
    'lr_step_size lr_step lr_decay_steps lr_decay_epochs decay_epochs',
    'steps between decays of the learning rate',
    around(),
    'schedule',
    { confidence: 'medium' },
  ),
  entry('min_lr lr_min eta_min final_lr end_lr', 'last learning rate', decades(1e-10, 1), 'schedule', {
    confidence: 'low',
  }),
  entry(
    'ema_decay ema_rate ema_beta ema_momentum model_ema_decay',
    'decay of the averaged weights',
    share(0.9, 0.9999),
    'training',
    {
      confidence: 'medium',
    },
  ),
  entry('use_ema ema', 'averaging of the weights', flag, 'training', { confidence: 'medium' }),

  // Optimisers
  entry(
    'lr learning_rate base_lr lr0 init_lr initial_lr max_lr peak_lr lr_init lr_max blr start_lr lr_* *_lr learning_rate_* *_learning_rate',
    'learning rate',
    decades(1e-8, 1),
    'optimizer',
  ),
  entry('eta step_size', 'learning rate', decades(1e-8, 1), 'optimizer', {
    settingsOnly: true,
    confidence: 'medium',
  }),
  entry(
    'weight_decay wd weightdecay *_weight_decay *_wd',
    'weight decay',
    [log(1e-6, 1e-1), share(0, 0.1)],
    'regularization',
  ),
  entry(
    'l1 l2 l1_reg l2_reg reg reg_l1 reg_l2 l2_penalty l1_penalty weight_penalty regularization reg_strength reg_lambda reg_alpha l1_lambda l2_lambda',
    'regularization strength',
    [log(1e-6, 1e-1), share(0, 0.1)],
    'regularization',
    { settingsOnly: true },
  ),
  entry('momentum sgd_momentum', 'momentum', share(0.5, 0.99), 'optimizer'),
  entry(
    'beta1 beta_1 adam_beta1 b1 adam_b1',
    'decay of the mean gradient',
    [linear(0, 0.9, { domain: [0, 0.6] }), share(0.8, 0.99)],
    'optimizer',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'beta2 beta_2 adam_beta2 b2 adam_b2',
    'decay of the squared gradient',
    share(0.9, 0.9999),
    'optimizer',
    {
      confidence: 'low',
    },
  ),
  entry('nesterov', 'Nesterov momentum', flag, 'optimizer', { confidence: 'medium' }),
  entry('amsgrad', 'the AMSGrad variant', flag, 'optimizer', { confidence: 'low' }),
  entry(
    'grad_clip clip_grad grad_clip_norm clip_grad_norm gradient_clip gradient_clip_val gradient_clip_norm max_grad_norm clip_norm grad_norm_clip clip_gradient max_norm_grad',
    'limit of the gradient norm',
    [log(0.1, 10), share(0, 1)],
    'optimizer',
    { confidence: 'medium' },
  ),

  // Regularisation
  entry(
    'drop_path drop_path_rate droppath stochastic_depth stochastic_depth_rate stochastic_depth_prob survival_drop layer_drop layerdrop',
    'stochastic depth',
    share(0, 0.5),
    'regularization',
  ),
  entry(
    'dropout dropout_* *_dropout drop drop_rate drop_prob p_drop p_dropout dropout_rate dropout_prob *_dropout_prob *_dropout_rate *_dropout_p *_drop resid_pdrop embd_pdrop attn_pdrop pdrop',
    'dropout',
    share(0, 0.6),
    'regularization',
  ),
  entry('keep_prob keep_rate', 'share of units that dropout keeps', share(0.4, 1), 'regularization'),
  entry(
    'label_smoothing label_smoothing_factor smoothing smooth_eps label_smooth smoothing_eps',
    'label smoothing',
    share(0, 0.3),
    'regularization',
  ),
  entry(
    'mixup mixup_alpha mixup_a mix_alpha cutmix cutmix_alpha',
    'strength of mixing examples',
    linear(0, 1, { domain: [0, 4] }),
    'augmentation',
  ),
  entry(
    'mixup_prob cutmix_prob aug_prob augment_prob flip_prob p_flip hflip vflip erase_prob random_erase random_erasing reprob cutout_prob aug_p mask_prob noise_prob',
    'probability of an augmentation',
    share(0, 1),
    'augmentation',
    { confidence: 'medium' },
  ),
  entry('color_jitter jitter colour_jitter', 'strength of the colour jitter', share(0, 0.8), 'augmentation', {
    confidence: 'medium',
  }),
  entry(
    'noise_std noise_sigma input_noise noise_scale noise_level action_noise exploration_noise',
    'strength of the noise',
    [log(1e-3, 1), linear(0, 1)],
    'augmentation',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'batch_norm use_bn use_batch_norm use_batchnorm batchnorm layer_norm use_layer_norm use_layernorm',
    'normalization',
    flag,
    'architecture',
    {
      confidence: 'medium',
    },
  ),

  // Architecture
  entry(
    'hidden hidden_size hidden_sizes hidden_dim hidden_dims hidden_units n_hidden num_hidden hidden_features hidden_channels nhid n_units num_units mlp_units lstm_units gru_units rnn_units rnn_size hidden_layer_size dense_units fc_units hidden_width h_dim hid_dim rnn_hidden lstm_hidden gru_hidden',
    'width of the hidden layers',
    around(2, 65536),
    'architecture',
  ),
  entry(
    'd_model n_embd embed_dim embedding_dim emb_dim embedding_size embed_size emb_size d_embed emsize ninp model_dim',
    'width of the model',
    doubling(4, 65536),
    'architecture',
  ),
  entry(
    'd_ff ff_dim d_hid dim_feedforward ffn_dim ffn_hidden mlp_dim intermediate_size d_inner',
    'width of the feed-forward layers',
    doubling(4, 262144),
    'architecture',
  ),
  entry(
    'mlp_ratio ffn_ratio expansion_ratio',
    'widening of the feed-forward layers',
    [linear(1, 8), whole(1, 8)],
    'architecture',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'latent_dim latent_size z_dim nz z_size n_latent noise_dim latent_dims code_dim codings_size bottleneck_dim',
    'size of the latent space',
    around(1, 4096),
    'architecture',
  ),
  entry(
    'base_channels num_filters n_filters filters base_filters nb_filters ngf ndf num_channels n_channels_base base_width width_base base_dim',
    'number of filters',
    around(4, 4096),
    'architecture',
    { confidence: 'medium' },
  ),
  entry('width units', 'width of a layer', around(4, 65536), 'architecture', {
    confidence: 'medium',
    settingsOnly: true,
  }),
  entry(
    'layers n_layers num_layers n_layer nlayers num_hidden_layers n_hidden_layers hidden_layers num_blocks n_blocks nblocks blocks num_encoder_layers num_decoder_layers encoder_layers decoder_layers n_enc_layers n_dec_layers num_res_blocks n_residual_blocks num_residual_blocks num_conv_layers n_conv_layers lstm_layers gru_layers rnn_layers fc_layers mlp_layers gnn_layers num_stages n_stages',
    'number of layers',
    whole(1, 8),
    'architecture',
  ),
  entry('depth max_depth tree_depth', 'depth', whole(1, 12), 'architecture', {
    confidence: 'medium',
    settingsOnly: true,
  }),
  entry(
    'heads n_heads num_heads n_head nhead nheads num_attention_heads attention_heads attn_heads',
    'number of attention heads',
    doubling(2, 64),
    'architecture',
    { confidence: 'medium' },
  ),
  entry(
    'kernel_size kernel ksize conv_kernel filter_size',
    'size of the kernels',
    [ordered(3, 5, 7), ordered(1, 3, 5, 7), ordered(2, 3, 4, 5)],
    'architecture',
    {
      confidence: 'medium',
      settingsOnly: true,
    },
  ),
  entry('bidirectional', 'reading in both directions', flag, 'architecture', { confidence: 'medium' }),
  entry('lora_r lora_rank lora_dim', 'rank of the adapters', around(1, 1024), 'architecture'),
  entry('lora_alpha', 'scale of the adapters', [around(1, 1024), decades(1e-2, 1e3, 1)], 'architecture'),

  // Training
  entry(
    'batch_size bs batch train_batch_size train_bs train_batch batch_size_train micro_batch_size per_device_train_batch_size per_gpu_train_batch_size per_device_batch_size minibatch_size mini_batch_size batchsize batch_sz ims_per_batch imgs_per_batch samples_per_gpu',
    'batch size',
    around(1, 65536),
    'training',
  ),
  entry(
    'gradient_accumulation_steps grad_accum_steps accumulate_grad_batches grad_accum accum_steps accumulation_steps accum_iter',
    'batches that make up one step',
    around(1, 256),
    'training',
    { confidence: 'low' },
  ),
  entry(
    'epochs n_epochs num_epochs max_epochs nb_epochs num_train_epochs train_epochs total_epochs nepochs niter nb_epoch n_epoch epoch_num num_epoch epochs_num',
    'length of the training',
    budget,
    'length',
    { confidence: 'medium' },
  ),
  entry(
    'max_steps max_iters max_iter num_steps_total total_steps train_steps num_train_steps training_steps total_timesteps max_train_steps num_iterations n_iterations total_iters num_boost_round num_rounds n_rounds max_updates num_updates_total train_iters',
    'length of the training',
    budget,
    'length',
    {
      confidence: 'medium',
      settingsOnly: true,
    },
  ),
  entry(
    'patience early_stopping_patience early_stop_patience early_stopping_rounds',
    'patience of early stopping',
    upTo(4, 5),
    'training',
    {
      confidence: 'low',
    },
  ),
  entry(
    'augment use_augmentation data_augmentation use_aug augmentation',
    'augmentation',
    flag,
    'augmentation',
    {
      confidence: 'medium',
    },
  ),
  entry('class_weight_power pos_weight', 'weight of the positive class', decades(1e-2, 1e3, 1), 'loss', {
    confidence: 'medium',
  }),

  // Losses
  entry(
    'lambda_gp gp_lambda gp_weight gradient_penalty_weight gp_coef lambda_gradient_penalty',
    'weight of the gradient penalty',
    log(1, 100),
    'loss',
  ),
  entry(
    'kl_weight beta_kl kld_weight kl_beta kl_coef vae_beta',
    'weight of the KL divergence',
    decades(1e-8, 1e3),
    'loss',
  ),
  entry(
    'aux_weight aux_loss_weight *_loss_weight *_loss_coef lambda_* *_lambda loss_lambda *_weight_loss perceptual_weight recon_weight adv_weight commitment_cost distill_weight distillation_weight',
    'weight of a part of the loss',
    decades(1e-6, 1e4, 1),
    'loss',
    { confidence: 'medium' },
  ),
  entry('focal_gamma', 'focus on hard examples', linear(0, 5), 'loss'),
  entry('focal_alpha', 'weight of the rare class', share(0.05, 0.95), 'loss', { confidence: 'medium' }),
  entry('margin triplet_margin contrastive_margin arc_margin', 'margin of the loss', log(0.05, 2), 'loss', {
    confidence: 'medium',
    settingsOnly: true,
  }),
  entry(
    'temperature temp distill_temperature kd_temperature softmax_temp contrastive_temperature nce_t',
    'temperature',
    [log(0.01, 1, [1e-3, 0.5]), log(0.1, 20, [0.5, 100])],
    'loss',
    {
      confidence: 'medium',
      settingsOnly: true,
    },
  ),
  entry(
    'mask_ratio masking_ratio mlm_probability mask_probability',
    'share that is masked',
    share(0.05, 0.9),
    'training',
    {
      confidence: 'medium',
    },
  ),

  // Reinforcement learning; smaller values of this name belong to a schedule
  entry(
    'gamma discount discount_factor reward_discount',
    'discount of later rewards',
    linear(0.9, 0.9999, { domain: [0.9, 0.9999] }),
    'training',
    {
      settingsOnly: true,
    },
  ),
  entry('gamma', 'factor by which the learning rate decays', share(0.1, 0.99), 'schedule', {
    settingsOnly: true,
    confidence: 'medium',
  }),
  entry(
    'gae_lambda lam lmbda gae',
    'smoothing of the advantages',
    linear(0.8, 1, { domain: [0.5, 1] }),
    'training',
  ),
  entry(
    'clip_range clip_eps clip_coef clip_ratio eps_clip clip_epsilon clip_param ppo_clip',
    'range of the clipped policy',
    linear(0.05, 0.4, { domain: [0, 1] }),
    'training',
  ),
  entry(
    'ent_coef entropy_coef entropy_coeff entropy_beta ent_coeff entropy_weight',
    'weight of the entropy',
    [log(1e-5, 1e-1), share(0, 0.1)],
    'exploration',
  ),
  entry(
    'vf_coef value_coef value_loss_coef vf_coeff critic_coef',
    'weight of the value loss',
    share(0.1, 1),
    'loss',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'tau polyak soft_tau target_tau',
    'speed of the target network',
    [log(1e-4, 1e-1, [0, 0.5]), linear(0.9, 0.9999, { domain: [0.9, 0.9999] })],
    'training',
    {
      settingsOnly: true,
    },
  ),
  entry(
    'epsilon_decay eps_decay exploration_decay',
    'decay of the exploration',
    [linear(0.9, 0.9999, { domain: [0.8, 1] }), around()],
    'exploration',
  ),
  entry(
    'epsilon_end eps_end epsilon_min eps_min min_epsilon final_epsilon end_e exploration_final_eps epsilon_final',
    'last share of random actions',
    share(0.005, 0.2),
    'exploration',
    {
      confidence: 'medium',
    },
  ),
  entry('exploration_fraction', 'share of the training that explores', share(0.05, 0.6), 'exploration'),
  entry(
    'update_epochs ppo_epochs k_epochs n_update_epochs',
    'passes over each rollout',
    whole(1, 20),
    'training',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'num_minibatches n_minibatches nminibatches',
    'minibatches of a rollout',
    around(1, 256),
    'training',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'rollout_length rollout_steps rollout_len num_rollout_steps',
    'steps of a rollout',
    around(4),
    'training',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'buffer_size replay_size replay_buffer_size memory_size buffer_capacity replay_capacity',
    'size of the replay buffer',
    wholeLog(10_000, 1_000_000),
    'training',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'target_update target_update_freq target_update_interval target_network_frequency update_target_every',
    'steps between updates of the target network',
    around(1),
    'training',
    {
      confidence: 'medium',
    },
  ),
  entry('train_freq train_frequency update_every', 'steps between updates', around(1, 1024), 'training', {
    confidence: 'low',
  }),
  entry(
    'policy_delay policy_frequency policy_freq',
    'updates of the critic for one of the actor',
    whole(1, 4),
    'training',
    {
      confidence: 'low',
    },
  ),

  // Generative models
  entry(
    'n_critic critic_iters d_steps disc_iters critic_iterations n_disc num_critic critic_steps',
    'updates of the critic for one of the generator',
    whole(1, 10),
    'training',
  ),
  entry(
    'clip_value weight_clip weight_clip_value weight_cliping_limit clamp_value',
    'limit of the critic’s weights',
    decades(1e-4, 1, 1),
    'regularization',
  ),
  entry(
    'timesteps num_timesteps diffusion_steps num_diffusion_steps noise_steps n_diffusion_steps num_train_timesteps',
    'number of diffusion steps',
    wholeLog(100, 4000),
    'sampling',
    {
      confidence: 'medium',
    },
  ),
  entry('beta_start', 'first noise variance', decades(1e-7, 1e-1, 1), 'sampling'),
  entry('beta_end', 'last noise variance', decades(1e-5, 1, 1), 'sampling'),
  entry(
    'guidance_scale cfg_scale guidance_weight guidance_strength guidance',
    'strength of the guidance',
    linear(1, 15, { domain: [0, 50] }),
    'sampling',
    {
      confidence: 'medium',
    },
  ),
  entry(
    'p_uncond uncond_prob cfg_drop_prob drop_cond_prob cond_drop_prob',
    'share trained without condition',
    share(0, 0.3),
    'training',
  ),
];

/** Chosen by a word, where the script shows what else it understands. */
export const choiceNames: readonly (readonly [string, string, Entry['group']])[] = [
  [
    'optimizer optim opt optimiser optimizer_name optimizer_type optim_name opt_name',
    'optimizer',
    'optimizer',
  ],
  [
    'scheduler lr_scheduler sched schedule lr_schedule scheduler_type lr_scheduler_type scheduler_name lr_policy',
    'schedule of the learning rate',
    'schedule',
  ],
  [
    'activation act act_fn activation_fn nonlinearity act_func activation_function act_layer',
    'activation',
    'architecture',
  ],
  ['norm normalization norm_type norm_layer normalisation', 'normalization', 'architecture'],
  ['pool pooling pool_type pooling_type aggregator aggregation aggr readout', 'pooling', 'architecture'],
  ['init init_type initialization weight_init initializer', 'initialization', 'architecture'],
  ['beta_schedule noise_schedule schedule_type variance_schedule', 'schedule of the noise', 'sampling'],
  ['prediction_type parameterization pred_type objective_type', 'what is predicted', 'sampling'],
  ['cell cell_type rnn_type rnn rnn_cell', 'kind of recurrent cell', 'architecture'],
  [
    'arch architecture backbone encoder model_type model_name net model classifier estimator regressor',
    'model',
    'model',
  ],
  ['augmentation augment aug aug_policy augment_policy', 'augmentation', 'augmentation'],
  ['loss_type loss_fn_name criterion_name loss_name gan_loss adv_loss', 'loss', 'loss'],
  ['scaler scaling imputer vectorizer feature_selection encoding', 'preparation of the data', 'other'],
  [
    'attention attn attn_type attention_type pos_encoding positional_encoding pos_emb',
    'attention',
    'architecture',
  ],
  ['kernel solver penalty booster strategy', 'method', 'other'],
];

/**
 * Single words within a name that say what it is where nothing above knows the whole name: enough for a range that was
 * asked for by a bare annotation, too little to propose one.
 */
export const wordsWithin: readonly (readonly [string, Scale | readonly Scale[]])[] = [
  ['lr eta', decades(1e-10, 100)],
  ['wd decay l1 l2 reg regularization lambda', [log(1e-6, 1e-1), share(0, 0.1)]],
  ['dropout drop', share(0, 0.6)],
  ['momentum beta1', share(0.5, 0.99)],
  ['beta2 ema gamma discount', linear(0.9, 0.9999)],
  ['temperature temp tau', decades(1e-6, 1e4, 1)],
  ['ratio fraction frac prob probability p smoothing subsample colsample rate', share(0, 1)],
  ['layers layer depth blocks heads stages', whole(1, 8)],
  [
    'epochs epoch iterations iters rounds estimators batch bs hidden units width dim size channels features filters model',
    around(),
  ],
];

/** Lists of widths, one for each layer. */
export const listNames: readonly Entry[] = [
  entry(
    'hidden hidden_sizes hidden_dims hidden_units hidden_layers hidden_layer_sizes layer_sizes net_arch mlp_sizes mlp_dims fc_dims fc_sizes hidden_widths hidden_channels',
    'widths of the hidden layers',
    [],
    'architecture',
    { confidence: 'medium', why: 'as many as there are layers' },
  ),
];
