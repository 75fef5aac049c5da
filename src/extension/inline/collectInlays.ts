import * as l10n from '@vscode/l10n';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { type BoundCommand, bindCommand } from '../contributions.ts';
import { toMetric, toShortValue } from '../state/words.ts';
import { isBestInPlace, type TunedLiteral } from './collectTuned.ts';

/** What stands behind a tuned literal. */
export interface Inlay {
  /** Offset in the text. */
  readonly at: number;
  readonly label: string;
  readonly tooltip: string;
  /** Puts the best value in, where it is another one. */
  readonly insert?: BoundCommand<'tunelens.insertBest'>;
}

/** `best 3.2e-3 · 62 %`: the best value where the source has another one, and how much the parameter matters. */
export const collectInlays = (
  literals: readonly TunedLiteral[],
  study: StudyView,
  best: TrialView | undefined,
): readonly Inlay[] =>
  literals.flatMap((literal) => {
    const inPlace = isBestInPlace(literal);
    const value = literal.best === undefined ? undefined : toShortValue(literal.best.value);
    const parts = [
      ...(value === undefined ? [] : [inPlace ? l10n.t('best') : l10n.t('best {0}', value)]),
      ...(literal.share === undefined ? [] : [toPercent(literal.share)]),
    ];
    if (parts.length === 0) return [];
    const { tunable, parameter } = literal;
    return [
      {
        at: tunable.span.end,
        label: parts.join(' · '),
        tooltip: tooltipOf(literal, study, best),
        ...(literal.best !== undefined &&
          !inPlace && {
            insert: bindCommand('tunelens.insertBest', {
              study: study.id,
              parameter: parameter.name,
              trial: literal.best.trial,
            }),
          }),
      },
    ];
  });

/** `62 %`; what is not nothing is not shown as nothing. */
export const toPercent = (share: number): string => {
  const percent = Math.round(100 * share);
  return percent === 0 && share > 0 ? '< 1 %' : `${percent} %`;
};

const tooltipOf = (literal: TunedLiteral, study: StudyView, best: TrialView | undefined): string => {
  const lines: string[] = [];
  const metric = toMetric(study, best);
  if (literal.best !== undefined) {
    const value = toShortValue(literal.best.value);
    const result = metric === undefined ? '' : ` (${metric})`;
    lines.push(
      isBestInPlace(literal)
        ? l10n.t('The value of the best trial, {0}{1}, stands here.', literal.best.trial, result)
        : l10n.t('The best trial, {0}{1}, had {2}.', literal.best.trial, result, value),
    );
  }
  if (literal.share !== undefined)
    lines.push(
      l10n.t('{0} explains {1} of what makes trials good.', literal.parameter.name, toPercent(literal.share)),
    );
  if (literal.best !== undefined && !isBestInPlace(literal))
    lines.push(l10n.t('Double-click to insert the best value.'));
  return lines.join(' ');
};
