import type { Direction } from './objective.ts';

/** Whole words of metric names. The later word decides: `loss_improvement` rises, `accuracy_error` falls. */
const risingWords = new Set(
  (
    'acc accuracy acc1 acc5 prec1 prec5 auc auroc auprc ap map f1 f2 fbeta score reward return returns r2 precision recall sensitivity ' +
    'specificity bleu rouge meteor dice iou miou jaccard mcc kappa ndcg mrr hits top1 top5 psnr ssim likelihood ' +
    'throughput improvement gain correct correlation pearson spearman winrate em explained'
  ).split(' '),
);
const fallingWords = new Set(
  (
    'loss losses error errors err mse rmse mae mape smape msle rmsle nll nlpd bce ce crossentropy entropy logloss ' +
    'perplexity ppl latency time seconds duration ms wer cer ter fid kid brier ece deviance regret cost distance ' +
    'memory size params flops energy divergence kl violation hinge huber misclassification aic bic'
  ).split(' '),
);

/**
 * Which way a metric is better, by its name: `val_acc`, `test/F1`, `rewardMean` rise; `validationLoss`, `wer` fall.
 * `neg…` turns the rest round (`neg_mean_squared_error`). A name that says nothing is minimised, as most losses are.
 */
export const guessDirection = (metric: string): Direction => {
  const words = wordsOf(metric);
  // `fid_score` is a FID: the word says only that it is a number.
  const sense = words.findLast((word) => isTelling(word) && word !== 'score') ?? words.find(isTelling);
  const rises = sense !== undefined && risingWords.has(sense);
  const turned = words.includes('neg') || words.includes('negative');
  return sense !== undefined && rises !== turned ? 'maximize' : 'minimize';
};

/** `valF1Score` → val, f1, score; `top-5_acc` → top, 5, acc; `mIoU` stays whole, as it is known. */
const wordsOf = (name: string): readonly string[] =>
  name
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .flatMap((word) => (isTelling(word.toLowerCase()) ? [word] : word.split(/(?<=[a-z0-9])(?=[A-Z])/)))
    .map((word) => withoutStage(word.toLowerCase()));

const isTelling = (word: string): boolean => risingWords.has(word) || fallingWords.has(word);

/** `valloss` and `testacc` are common in scripts. */
const withoutStage = (word: string): string =>
  isTelling(word)
    ? word
    : (/^(?:training|train|validation|valid|val|test|eval|dev)(.+)$/.exec(word)?.[1] ?? word);
