import * as l10n from '@vscode/l10n';
import type { PredictionsView, StudyView, TrialView } from '../../protocol/index.ts';
import { toDigitsOf, toUncertain } from './toUncertain.ts';

export interface PredictionInput {
  readonly study: StudyView | undefined;
  /** Of the values as they were before the first step, and as they are now. */
  readonly predicted: PredictionsView | undefined;
  readonly best: TrialView | undefined;
}

/** `predicted val_acc 0.912 ± 0.004 (now 0.897, best 0.915)`, or why nothing is predicted. */
export const collectPrediction = ({ study, predicted, best }: PredictionInput): string => {
  if (study === undefined) return l10n.t('no prediction: not tuned yet');
  const [objective] = study.objectives;
  if (objective === undefined) return l10n.t('no prediction: choose the objective first');
  const [before, after] = predicted?.predictions ?? [];
  if (predicted === undefined) return l10n.t('no prediction: the engine did not answer');
  if (before === undefined || after === undefined)
    return l10n.t('no prediction: {0}', lowerFirst(predicted.message ?? ''));
  if ('outside' in after) return l10n.t('no prediction: {0} was not searched there', after.outside);
  // A run scatters about what is expected of it.
  const sd = Math.hypot(after.sd, predicted.noise);
  const value = best?.values?.[0];
  const known = [
    ...('outside' in before ? [] : [l10n.t('before {0}', toDigitsOf(before.mean, sd))]),
    ...(value === undefined ? [] : [l10n.t('best {0}', toDigitsOf(value, sd))]),
  ].join(', ');
  const expected = l10n.t('predicted {0} {1}', objective.metric, toUncertain(after.mean, sd));
  return known === '' ? expected : `${expected} (${known})`;
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/u, '');
