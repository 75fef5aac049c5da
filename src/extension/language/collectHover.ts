import * as l10n from '@vscode/l10n';
import {
  type AnnotatedTunable,
  type FileAnnotations,
  literalMeant,
  mentionsIn,
  type SourceValue,
  type Span,
  summaryOf,
} from '../../engine/index.ts';
import { toShortValue } from '../state/words.ts';
import { drawRange, drawShape, type Drawn, type Palette, type Picture } from './drawSpace.ts';
import { commentAt, isWithin } from './place.ts';
import { spaceInWords } from './spaceInWords.ts';

/** The tunable that a place is about, and the part of the text that says so. */
export interface HoverPlace {
  readonly tunable: AnnotatedTunable;
  readonly span: Span;
}

/** By the literal itself, its name before it, its annotation, or a name in any annotation. */
export const hoverPlace = (
  source: string,
  annotations: FileAnnotations,
  offset: number,
): HoverPlace | undefined => {
  const { tunables } = annotations;
  const comment = commentAt(source, annotations, offset);
  const mention = comment && mentionsIn(source, comment).find(({ span }) => isWithin(span, offset));
  const meant = comment && mention && literalMeant(annotations, comment, mention);
  const named = meant && tunables.find(({ span }) => span.start === meant.span.start);
  if (named && mention) return { tunable: named, span: mention.span };
  const literal = tunables.find(({ span }) => isWithin(span, offset));
  if (literal) return { tunable: literal, span: literal.span };
  const [own, ...others] = comment
    ? tunables.filter(({ annotation }) => annotation.start === comment.span.start)
    : [];
  if (own && others.length === 0 && comment) return { tunable: own, span: comment.span };
  for (const tunable of tunables) {
    const span = nameBefore(source, tunable);
    if (span && isWithin(span, offset)) return { tunable, span };
  }
  return undefined;
};

/** Where the name of a literal stands on its line, before it: `lr` of `lr = 1e-3` and of `"lr": 1e-3`. */
export const nameBefore = (
  source: string,
  { name, span }: Pick<AnnotatedTunable, 'name' | 'span'>,
): Span | undefined => {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const from = source.lastIndexOf('\n', span.start - 1) + 1;
  const before = source.slice(from, span.start);
  for (let at = before.lastIndexOf(last); at >= 0; at = at === 0 ? -1 : before.lastIndexOf(last, at - 1)) {
    const isWhole =
      !/[\p{L}\p{N}_]/u.test(before[at - 1] ?? ' ') &&
      !/[\p{L}\p{N}_]/u.test(before[at + last.length] ?? ' ');
    if (isWhole) return { start: from + at, end: from + at + last.length };
  }
  return undefined;
};

/** What a study knows of a parameter. */
export interface HoverFacts {
  readonly study: string;
  readonly trials: number;
  readonly best?: {
    readonly value: SourceValue;
    readonly trial: number;
    readonly metric?: string;
    /** Address of the command that puts the value into the source. */
    readonly insert?: string;
  };
  /** Share of the explained variation, 0 to 1, and its place among how many. */
  readonly importance?: { readonly share: number; readonly rank: number; readonly of: number };
}

export interface HoverText {
  readonly markdown: string;
  /** The same in one sentence, for those who hear it. */
  readonly alt: string;
  readonly picture?: Picture;
}

/** Everything about one tunable: `PICTURE` in the text is where the picture goes. */
export const collectHover = (
  tunable: AnnotatedTunable,
  facts: HoverFacts | undefined,
  palette: Palette,
): HoverText => {
  const { role } = tunable;
  const picture = pictureOf(tunable, facts?.best?.value, palette);
  const words = spaceInWords(role);
  const lines = [
    `**${asText(tunable.name)}** · ${asCode(summaryOf(tunable))}`,
    asText(words),
    ...(picture ? [picturePlace] : []),
    ...conditionLines(tunable),
    ...(role.kind === 'search' && role.inferred
      ? [l10n.t('The range follows from name and value; write another one behind `tune:` to change it.')]
      : []),
    ...factLines(tunable, facts),
  ];
  return {
    markdown: lines.join('\n\n'),
    alt: `${tunable.name}: ${words}. ${l10n.t('Now {0}', toShortValue(tunable.value))}${
      facts?.best ? `, ${l10n.t('best {0}', toShortValue(facts.best.value))}` : ''
    }`,
    ...(picture && { picture }),
  };
};

export const picturePlace = 'PICTURE';

const pictureOf = (
  { role, value }: AnnotatedTunable,
  best: SourceValue | undefined,
  palette: Palette,
): Picture | undefined => {
  const drawn: Drawn = { present: value, ...(best !== undefined && { best }) };
  if (role.kind === 'search') return drawRange(role.parameter, drawn, palette);
  return role.kind === 'composite' ? drawShape(role.composite.shape, drawn, palette) : undefined;
};

const conditionLines = ({ role }: AnnotatedTunable): readonly string[] => {
  const condition =
    role.kind === 'search'
      ? role.parameter.condition
      : role.kind === 'composite'
        ? role.composite.condition
        : role.kind === 'derived'
          ? role.derived.condition
          : undefined;
  return [
    ...(role.kind === 'derived' ? [l10n.t('Always {0}', asCode(role.derived.expression.text))] : []),
    ...(condition ? [l10n.t('Only where {0}', asCode(condition.text))] : []),
  ];
};

const factLines = ({ value }: AnnotatedTunable, facts: HoverFacts | undefined): readonly string[] => {
  if (facts === undefined) return [];
  const { best, importance } = facts;
  const lines: string[] = [];
  if (best) {
    const isThere = JSON.stringify(best.value) === JSON.stringify(value);
    const metric = best.metric === undefined ? '' : ` (${asText(best.metric)})`;
    const where = l10n.t('trial {0} of {1}', best.trial, asText(facts.study));
    lines.push(
      isThere
        ? l10n.t('Best value so far: the present one, {0}{1}', where, metric)
        : l10n.t('Best value so far: {0}, {1}{2}', asCode(toShortValue(best.value)), where, metric) +
            (best.insert === undefined ? '' : ` · [${l10n.t('Insert')}](${best.insert})`),
    );
  }
  const tried = l10n.t('Tried in {0} trials', facts.trials);
  const weight =
    importance &&
    l10n.t(
      'explains {0} of the differences, place {1} of {2}',
      inPercent(importance.share),
      importance.rank,
      importance.of,
    );
  lines.push(weight === undefined ? tried : `${tried} · ${weight}`);
  return lines;
};

const inPercent = (share: number): string =>
  share > 0 && share < 0.01 ? l10n.t('less than 1 %') : `${Math.round(share * 100)} %`;

/** Text of a file that must not be read as Markdown. */
const asText = (text: string): string => text.replaceAll(/[\\`*_{}[\]()#+\-.!|<>~&$]/gu, '\\$&');

const asCode = (text: string): string => {
  const fence = '`'.repeat(Math.max(0, ...[...text.matchAll(/`+/gu)].map(([run]) => run.length)) + 1);
  return `${fence}${fence.length > 1 ? ' ' : ''}${text.replaceAll(/[\r\n]+/gu, ' ')}${fence.length > 1 ? ' ' : ''}${fence}`;
};
