import * as l10n from '@vscode/l10n';
import type { AnnotatedTunable, ParamValue } from '../../engine/index.ts';
import { namesUsed } from '../../engine/index.ts';
import { formatNumber, type InsightsView, type StudyView } from '../../protocol/index.ts';
import { toShortValue } from '../state/words.ts';
import { isSearchedAlike, type TunedLiteral } from './collectTuned.ts';

/** What a study suggests to change about one annotation. */
export type Advice = AboutLiteral &
  (
    | { readonly kind: 'widen'; readonly side: 'low' | 'high'; readonly suggested: number }
    | { readonly kind: 'fix'; readonly value: ParamValue }
  );

interface AboutLiteral {
  /** Of the literal, in its file. */
  readonly name: string;
  readonly line: number;
  readonly study: string;
  /** The study's name for it. */
  readonly parameter: string;
  readonly title: string;
  /** The numbers behind it. */
  readonly reason: string;
}

/** What a person does not want to be told again. */
export const adviceKey = ({ kind, study, parameter }: Pick<Advice, 'kind' | 'study' | 'parameter'>): string =>
  `${study} ${kind} ${parameter}`;

export interface AdviceInput {
  readonly literals: readonly TunedLiteral[];
  readonly study: StudyView;
  readonly insights: InsightsView | undefined;
  /** `where` and other expressions of the file that name literals. */
  readonly constraints: readonly string[];
}

/** At most one for each literal, and only what is certain; none where the annotation was changed since the study. */
export const collectAdvice = ({ literals, study, insights, constraints }: AdviceInput): readonly Advice[] => {
  if (insights === undefined) return [];
  const depended = new Set(literals.flatMap(({ tunable }) => namesUsed(tunable)));
  return literals.flatMap((literal): readonly Advice[] => {
    const { tunable, parameter, insight } = literal;
    if (insight === undefined || !isSearchedAlike(literal)) return [];
    const { name, line } = tunable;
    const about = { name, line, study: study.id, parameter: parameter.name };
    const { edge, idle } = insight;
    if (edge !== undefined) return [{ ...about, kind: 'widen', ...edge, ...widenWords(literal, edge) }];
    const isUsed = depended.has(name) || constraints.some((text) => mentions(text, name));
    if (idle === undefined || isUsed || isOnlyOne(literals, tunable)) return [];
    return [{ ...about, kind: 'fix', value: idle.value, ...fixWords(idle, study, insights) }];
  });
};

type Found<Key extends 'edge' | 'idle'> = NonNullable<NonNullable<TunedLiteral['insight']>[Key]>;
type Words = Pick<Advice, 'title' | 'reason'>;

const widenWords = ({ parameter }: TunedLiteral, edge: Found<'edge'>): Words => {
  const { low = Number.NaN, high = Number.NaN } = parameter;
  const [from, to] = edge.side === 'low' ? [edge.suggested, high] : [low, edge.suggested];
  const range = `${toShortValue(from)}..${toShortValue(to)}`;
  return {
    title:
      edge.side === 'high'
        ? l10n.t('At the upper edge of its range: widen to {0}?', range)
        : l10n.t('At the lower edge of its range: widen to {0}?', range),
    reason: l10n.t(
      '{0} of the {1} best trials have values at this end, and with {2} certainty the best value within the range lies there. Writes the wider range into the annotation, for the next study.',
      edge.best,
      edge.of,
      `${Math.min(99, Math.floor(100 * edge.certainty))} %`,
    ),
  };
};

const fixWords = (idle: Found<'idle'>, { objectives }: StudyView, { noise }: InsightsView): Words => ({
  title: l10n.t('Does not matter here: fix at {0}?', toShortValue(idle.value)),
  reason: l10n.t(
    'With 95 % certainty its whole range changes {0} by at most {1}; equal runs scatter by {2}. Removes the annotation and leaves this value, so that the next study searches less.',
    objectives[0]?.metric ?? '',
    formatNumber(Number(idle.effect.toPrecision(2))),
    formatNumber(Number(noise.toPrecision(2))),
  ),
});

const mentions = (text: string, name: string): boolean =>
  [...text.matchAll(/[\p{L}_][\p{L}\p{N}_.]*/gu)].some(([word]) => word === name);

/** A study needs something to search. */
const isOnlyOne = (literals: readonly TunedLiteral[], tunable: AnnotatedTunable): boolean =>
  literals.every((literal) => literal.tunable === tunable);
