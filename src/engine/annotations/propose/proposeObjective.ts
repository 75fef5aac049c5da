import { guessDirection } from '../../study/direction.ts';
import { metricPlaces } from '../../study/metricPatterns.ts';
import type { PythonFile } from '../python/pythonFile.ts';
import { resultsOf } from '../python/results.ts';
import { commentText, endOfLine } from './placeComment.ts';
import type { Proposal } from './proposal.ts';

/** The value that most likely says how good a trial is, as a proposal; undefined where none stands out. */
export const proposeObjective = (file: PythonFile, text: string): Proposal | undefined => {
  const candidates = resultsOf(file).flatMap((result) => {
    const metrics =
      result.kind === 'printed'
        ? metricPlaces(result.text).map(({ metric }) => metric)
        : result.kind === 'logged'
          ? [result.text]
          : result.names;
    return metrics.flatMap((metric) => {
      const rank = rankOf(metric);
      // An assigned value is read from the script itself, exactly; of two alike it is the better.
      const judged =
        (result.isJudged && rank < 3 ? rank + 1.6 : rank) + (result.kind === 'assigned' ? 0.1 : 0);
      return rank === 0 ? [] : [{ result, metric, rank: judged - (result.isTraining ? 1.5 : 0) }];
    });
  });
  const best = candidates.reduce<(typeof candidates)[number] | undefined>(
    (known, each) => (known === undefined || each.rank > known.rank ? each : known),
    undefined,
  );
  if (!best || best.rank < 1) return undefined;
  const { result, metric, rank } = best;
  const direction = guessDirection(metric);
  const line = file.lines.lineOf(result.span.end);
  // A lone assigned name needs no naming; what is printed or logged does.
  const isOnly = result.kind === 'assigned' && result.targets === 1;
  const annotation = isOnly ? direction : `${direction} ${metric}`;
  return {
    name: metric,
    span: result.span,
    line,
    insertAt: endOfLine(text, file.lines, line),
    insertText: commentText('python', annotation),
    annotation,
    reason: `${metric}: what a trial is judged by, ${direction === 'maximize' ? 'more' : 'less'} is better`,
    confidence: rank >= 3 ? 'high' : 'medium',
    group: 'objective',
  };
};

const measured =
  /(?:^|[_/])(?:acc|accuracy|auc|roc_auc|auroc|f1|f1_score|score|cv_score|scores_mean|r2|map|miou|iou|dice|bleu|rouge|reward|mean_reward|avg_reward|episode_reward|return|mean_return|top1|top5|acc1|acc5|prec1|psnr|ssim|ndcg|mcc|kappa|spearman)(?:$|[_/])/iu;
const lost =
  /(?:^|[_/])(?:loss|rmse|mse|mae|mape|logloss|log_loss|nll|error|err|perplexity|ppl|fid|wer|cer|rmsle)(?:$|[_/])/iu;
const heldOut = /(?:^|[_/])(?:val|valid|validation|eval|dev|cv|oof|holdout)(?:$|[_/])|^val|^valid/iu;
const tested = /(?:^|[_/])test(?:$|[_/])/iu;
const notJudging =
  /(?:^|[_/])(?:best|train|tr|running|total|sum|batch|epoch|step|min|max|last|old|prev|target|fn|func|history|std|list|per)(?:$|[_/])/iu;

/** How much a name speaks for being the objective; 0 for not at all. */
const rankOf = (metric: string): number => {
  if (notJudging.test(metric)) return 0;
  const name = metric.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/gu, '_');
  const quality = lost.test(name) ? 1.4 : measured.test(name) ? 2.2 : 0;
  if (quality === 0) return 0;
  if (heldOut.test(name)) return quality + 1.6;
  if (tested.test(name)) return quality + 0.8;
  return /(?:^|_)loss(?:$|_)/iu.test(name) ? quality - 1 : quality;
};
