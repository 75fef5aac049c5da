import * as l10n from '@vscode/l10n';
import { formatNumber, type SimplifiedView } from '../../protocol/index.ts';
import { reasonsOf } from './collectOutcome.ts';
import type { PlannedInsertion } from './insertion.ts';

/** A text with some edits made; they must not overlap. */
export const withEdits = (
  text: string,
  edits: readonly { readonly start: number; readonly end: number; readonly text: string }[],
): string =>
  [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((made, { start, end, text: put }) => made.slice(0, start) + put + made.slice(end), text);

/** What a person should know beside the preview; undefined where there is nothing. */
export const collectRemarks = ({
  skipped,
  notes,
}: Pick<PlannedInsertion, 'skipped' | 'notes'>):
  | { readonly isWarning: boolean; readonly text: string }
  | undefined => {
  const texts = [...reasonsOf(skipped), ...new Set(notes.map(({ note }) => note))];
  return texts.length === 0 ? undefined : { isWarning: skipped.length > 0, text: texts.join(' ') };
};

/** `val_loss expected 0.0002 worse, noise 0.004` */
export const describeDifference = ({ metrics }: Pick<SimplifiedView, 'metrics'>): string =>
  metrics
    .map(({ metric, worse, noise }) =>
      worse > 0
        ? l10n.t('{0} expected {1} worse, noise {2}', metric, formatNumber(worse), formatNumber(noise))
        : l10n.t('{0} expected no worse, noise {1}', metric, formatNumber(noise)),
    )
    .join(' · ');

/** `lr 0.003041 → 0.003` */
export const describeRounded = ({ rounded }: Pick<SimplifiedView, 'rounded'>): string =>
  rounded
    .map(({ parameter, from, to }) => `${parameter} ${formatNumber(from)} → ${formatNumber(to)}`)
    .join(' · ');
