import * as l10n from '@vscode/l10n';
import type { InsightsView, StudyView } from '../../protocol/index.ts';
import { drawResponse, type ResponsePalette, type ResponsePicture } from '../drawing/drawResponse.ts';
import { toShortValue } from '../state/words.ts';
import type { Advice } from './collectAdvice.ts';
import { isNumberKind, type TunedLiteral } from './collectTuned.ts';
import { toUncertain } from './toUncertain.ts';

/** What a hover says of how the result answers to a parameter. */
export interface Response {
  readonly picture: ResponsePicture;
  /** Paragraphs of plain text. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** The picture in a sentence. */
  readonly alt: string;
}

export const collectResponse = (
  { insight, parameter, tunable, best, running }: TunedLiteral,
  { study, insights, advice }: { study: StudyView; insights: InsightsView | undefined; advice?: Advice },
  palette: ResponsePalette,
): Response | undefined => {
  const [objective] = study.objectives;
  if (insight === undefined || insights === undefined || objective === undefined) return undefined;
  const sign = objective.direction === 'minimize' ? 1 : -1;
  const [first, ...others] = insight.points;
  if (first === undefined || others.length === 0) return undefined;
  const top = others.reduce((a, b) => (sign * b.mean < sign * a.mean ? b : a), first);
  const expected = l10n.t(
    'Best expected at {0}: {1}',
    toShortValue(top.value),
    toUncertain(top.mean, top.sd),
  );
  return {
    picture: drawResponse(
      {
        insight,
        isScale: isNumberKind(parameter.kind),
        log: parameter.log,
        noise: insights.noise,
        present: tunable.value,
        running,
        ...(best !== undefined && { best: best.value }),
      },
      palette,
    ),
    before: [
      l10n.t('{0} by {1}, the others as in the better half of the trials', objective.metric, parameter.name),
    ],
    after: [
      l10n.t('{0} · from {1} trials; {2}', expected, insight.trials, trustWords(insights)),
      ...(advice === undefined ? [] : [`${advice.title} ${advice.reason}`]),
    ],
    alt: l10n.t('Curve of {0} by {1}. {2}.', objective.metric, parameter.name, expected),
  };
};

/** How far the model is to be believed, by how well it foretold trials that it had not seen. */
const trustWords = ({ explained }: InsightsView): string =>
  explained > 0.05
    ? l10n.t('the model foretells {0} % of the differences', Math.round(100 * Math.min(0.99, explained)))
    : l10n.t('the model does not yet foretell results');
