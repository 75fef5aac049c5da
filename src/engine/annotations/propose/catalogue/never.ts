/**
 * Names that are never proposed, though a pattern may mean them: what describes the data, the machine, the output or the
 * measuring. In snake case; `*` stands for anything.
 */
const patterns: readonly string[] = [
  // Randomness, machines, files
  'seed *_seed seed_* random_state rng random_seed deterministic',
  'num_workers n_workers workers n_jobs nthread num_threads threads device gpu gpus num_gpus n_gpu cuda rank local_rank world_size backend',
  'host port url out output name *_name run_id project entity tags version *_version',
  'amp use_amp fp16 bf16 pin_memory compile dtype precision verbose verbosity debug quiet silent dry_run resume pretrained',
  // Measuring and printing
  '*_interval log_every* print_* *_freq_log save_* *_save log_* *_log eval_* *_eval *_every plot_* display_* n_samples_to_* report_*',
  'val_* *_val valid_* validation_* test_* *_test dev_* inference_* infer_* predict_* sample_* n_samples num_samples',
  'per_device_eval_batch_size eval_batch_size test_batch_size val_batch_size valid_batch_size eval_bs test_bs val_bs',
  'cv n_splits n_folds num_folds folds k_folds fold scoring metric *_metric',
  // The data and the task
  'num_classes n_classes nclasses classes num_labels n_labels vocab_size n_vocab num_tokens ntoken *_vocab',
  'input_dim input_size in_dim in_features in_channels in_ch out_dim out_features out_channels output_dim output_size num_features n_features nc',
  'image_size img_size image_width image_height height width_px resolution crop_size patch_size sample_rate sr fps channels n_channels num_actions n_actions action_dim state_dim obs_dim observation_dim max_episode_steps',
  'train_ratio train_frac test_size val_split val_ratio validation_split split_ratio test_ratio train_split val_frac',
  'block_size seq_len sequence_length max_length max_len max_seq_len context_length max_seq_length maxlen',
  'threshold conf_threshold iou_threshold nms_threshold epsilon eps tol min_delta pad_token_id ignore_index',
  'loss *_loss acc *_acc accuracy score best best_* *_best running_* total_loss total_reward total n_total count *_count step steps_done epoch iteration it idx i j k n',
  'lr_scheduler lr_scheduler_type lr_schedule lr_policy lr_find lr_finder use_lr*',
];

let pattern: RegExp | undefined;

/** Is a name, in snake case, one of those that say nothing about how well a model learns? */
export const isNever = (name: string): boolean => {
  pattern ??= new RegExp(
    `^(?:${patterns
      .flatMap((line) => line.split(' '))
      .map((each) => each.replaceAll('*', '[a-z0-9_]*'))
      .join('|')})$`,
    'u',
  );
  return pattern.test(name);
};
