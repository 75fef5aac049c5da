import * as l10n from '@vscode/l10n';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { countFinished, formatNumber } from '../../protocol/index.ts';
import { fileNameOf, toMetric, toTrialCount } from '../state/words.ts';

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
          text: `${fileNameOf(study.script)}: ${study.message ?? l10n.t('the study failed.')}`,
        },
      ];
    case 'paused':
      return [
        {
          kind: 'paused',
          study: study.id,
          text: `${fileNameOf(study.script)}: ${study.message ?? l10n.t('the study is paused.')}`,
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
  const { number, message } = newestFailed;
  const what = l10n.t('Trial {0} of {1} failed', number, fileNameOf(study.script));
  const text = message === undefined ? what : `${what}: ${message}`;
  return [{ kind: 'trial-failed', study: study.id, trial: newestFailed.number, text }];
};

/** `train.py: 30 trials done. Best val_acc 0.9722 (trial 12); your values gave 0.9444.` */
const toEndText = (
  study: StudyView,
  best: TrialView | undefined,
  baseline: TrialView | undefined,
): string => {
  const done = l10n.t('{0}: {1} done.', fileNameOf(study.script), toTrialCount(countFinished(study)));
  const metric = toMetric(study, best);
  if (best === undefined || metric === undefined) return `${done} ${l10n.t('No trial gave a result.')}`;
  if (best.number === 0) return `${done} ${l10n.t('Your own values are still the best: {0}.', metric)}`;
  const before = baseline?.values?.[0];
  const result =
    before === undefined
      ? l10n.t('Best {0} (trial {1}).', metric, best.number)
      : l10n.t('Best {0} (trial {1}); your values gave {2}.', metric, best.number, formatNumber(before));
  return `${done} ${result}`;
};
