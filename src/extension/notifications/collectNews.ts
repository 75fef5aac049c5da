import type { StudyView, TrialView } from '../../protocol/index.ts';
import { countFinished, formatCount, formatNumber } from '../../protocol/index.ts';
import { fileNameOf, toMetric } from '../state/words.ts';

/** Something a person may want to hear of while looking elsewhere. */
export type News =
  | { readonly kind: 'complete'; readonly study: string; readonly text: string; readonly hasBest: boolean }
  | { readonly kind: 'needs-objective'; readonly study: string }
  | { readonly kind: 'failed'; readonly study: string; readonly text: string }
  | { readonly kind: 'paused'; readonly study: string; readonly text: string }
  | { readonly kind: 'trial-failed'; readonly study: string; readonly trial: number; readonly text: string };

/** What is remembered of a study between two looks. */
export interface Seen {
  readonly state: StudyView['state'];
  readonly failedTrials: number;
}

export interface NewsInput {
  readonly study: StudyView;
  readonly best: TrialView | undefined;
  readonly baseline: TrialView | undefined;
  readonly newestFailed: TrialView | undefined;
}

export const toSeen = (study: StudyView): Seen => ({ state: study.state, failedTrials: study.counts.failed });

/**
 * What happened to a study since the last look. Nothing at the first look (it is how things are, not news), but for
 * a question that waits for an answer.
 */
export const collectNews = (before: Seen | undefined, input: NewsInput): readonly News[] => {
  const { study } = input;
  if (study.state === 'needs-objective' && before?.state !== 'needs-objective')
    return [{ kind: 'needs-objective', study: study.id }];
  if (before === undefined) return [];
  return [
    ...collectFirstFailure(before, input),
    ...(before.state === study.state ? [] : collectStateNews(input)),
  ];
};

const collectStateNews = ({ study, best, baseline }: NewsInput): readonly News[] => {
  switch (study.state) {
    case 'complete':
      return [
        {
          kind: 'complete',
          study: study.id,
          text: toEndText(study, best, baseline),
          hasBest: best !== undefined,
        },
      ];
    case 'failed':
      return [
        {
          kind: 'failed',
          study: study.id,
          text: `${fileNameOf(study.script)}: ${study.message ?? 'the study failed.'}`,
        },
      ];
    case 'paused':
      return [
        {
          kind: 'paused',
          study: study.id,
          text: `${fileNameOf(study.script)}: ${study.message ?? 'the study is paused.'}`,
        },
      ];
    case 'running':
    case 'stopped':
    case 'needs-objective':
      return [];
  }
};

const collectFirstFailure = (before: Seen, { study, newestFailed }: NewsInput): readonly News[] => {
  // The baseline's failure ends the study, which is told as such.
  if (before.failedTrials > 0 || newestFailed === undefined || newestFailed.number === 0) return [];
  const why = newestFailed.message === undefined ? '' : `: ${newestFailed.message}`;
  const text = `Trial ${newestFailed.number} of ${fileNameOf(study.script)} failed${why}`;
  return [{ kind: 'trial-failed', study: study.id, trial: newestFailed.number, text }];
};

/** `train.py: 30 trials done. Best val_acc 0.9722 (trial 12); your values gave 0.9444.` */
const toEndText = (
  study: StudyView,
  best: TrialView | undefined,
  baseline: TrialView | undefined,
): string => {
  const done = `${fileNameOf(study.script)}: ${formatCount(countFinished(study), 'trial')} done.`;
  const metric = toMetric(study, best);
  if (best === undefined || metric === undefined) return `${done} No trial gave a result.`;
  if (best.number === 0) return `${done} Your own values are still the best: ${metric}.`;
  const before = baseline?.values?.[0];
  const compared = before === undefined ? '' : `; your values gave ${formatNumber(before)}`;
  return `${done} Best ${metric} (trial ${best.number})${compared}.`;
};
