import * as l10n from '@vscode/l10n';
import {
  type AnnotatedTunable,
  failure,
  type FileAnnotations,
  literalMeant,
  type LiteralPlace,
  type Mention,
  mentionsIn,
  ownerOfPart,
  type Result,
  type Span,
  success,
} from '../../engine/index.ts';
import { nameBefore } from './collectHover.ts';
import { commentAt, isWithin } from './place.ts';

/** A name in an annotation, with what it means. */
export interface NamedPlace extends Mention {
  /** The part of it that another name would replace: `lr` of `Config.lr` and `hidden` of `hidden.length`. */
  readonly renamed: Span;
  readonly shortName: string;
  /** Undefined where the name means nothing in this file. */
  readonly literal?: LiteralPlace;
}

/** The name at a place inside an annotation; undefined elsewhere. */
export const namedAt = (
  source: string,
  annotations: FileAnnotations,
  offset: number,
): NamedPlace | undefined => {
  const comment = commentAt(source, annotations, offset);
  const mention = comment && mentionsIn(source, comment).find(({ span }) => isWithin(span, offset));
  if (comment === undefined || mention === undefined) return undefined;
  const literal = literalMeant(annotations, comment, mention);
  return { ...mention, ...shortPart(mention), ...(literal && { literal }) };
};

const shortPart = ({ text, span }: Mention): Pick<NamedPlace, 'renamed' | 'shortName'> => {
  const base = ownerOfPart(text);
  const at = base.lastIndexOf('.') + 1;
  return {
    renamed: { start: span.start + at, end: span.start + base.length },
    shortName: base.slice(at),
  };
};

/** Every mention of a literal's name in annotations, and the name that the literal stands behind. */
export const placesOf = (
  source: string,
  annotations: FileAnnotations,
  literal: LiteralPlace,
): readonly { readonly span: Span; readonly isWritten: boolean }[] => {
  const mentions = mentionsOf(source, annotations, literal).map((span) => ({ span, isWritten: false }));
  const own = nameBefore(source, literal);
  return own === undefined ? mentions : [{ span: own, isWritten: true }, ...mentions];
};

const mentionsOf = (source: string, annotations: FileAnnotations, literal: LiteralPlace): readonly Span[] =>
  annotations.comments.flatMap((comment) =>
    mentionsIn(source, comment)
      // By name first: what a name means is looked up among all literals.
      .filter((mention) => shortPart(mention).shortName === literal.name)
      .filter((mention) => literalMeant(annotations, comment, mention)?.span.start === literal.span.start)
      .map((mention) => shortPart(mention).renamed),
  );

/** What is to be done to give a tuned variable another name. */
export interface Rename {
  readonly mentions: readonly Span[];
  /** The variable where it is assigned. */
  readonly target?: Span;
  /** Why the variable cannot be renamed without knowing its language: it is used elsewhere. */
  readonly refusal?: string;
}

export const collectRename = (
  source: string,
  annotations: FileAnnotations,
  literal: LiteralPlace,
  newName: string,
): Result<Rename, string> => {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(newName))
    return failure(l10n.t('A name is letters, digits and underscores, and does not begin with a digit.'));
  const others = annotations.comments.flatMap(({ literals }) => literals);
  if (others.some(({ name, owner }) => name === newName && owner === literal.owner))
    return failure(l10n.t('{0} is tuned already: choose another name.', newName));
  const tunable = annotations.tunables.find(({ span }) => span.start === literal.span.start);
  const target = nameBefore(source, literal);
  const refusal = tunable && target ? whyNotAlone(source, annotations, tunable, target) : undefined;
  return success({
    mentions: mentionsOf(source, annotations, literal),
    ...(target && { target }),
    ...(refusal !== undefined && { refusal }),
  });
};

const whyNotAlone = (
  source: string,
  { comments }: FileAnnotations,
  { form, name }: AnnotatedTunable,
  target: Span,
): string | undefined => {
  const word = source.slice(target.start, target.end);
  if (form.kind !== 'assignment')
    return l10n.t(
      '{0} is no variable, so other code may depend on its name: rename it there, and the annotations follow by quick fix.',
      name,
    );
  if (form.target !== word)
    return l10n.t(
      '{0} is part of {1}: rename it there, and the annotations follow by quick fix.',
      word,
      form.target,
    );
  const other = [...source.matchAll(new RegExp(`(?<![\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`, 'gu'))].find(
    ({ index }) => index !== target.start && !comments.some(({ span }) => isWithin(span, index)),
  );
  if (other === undefined) return undefined;
  const line = source.slice(0, other.index).split('\n').length;
  return l10n.t(
    '{0} is used on line {1} too, and nothing here knows how to rename it in code: change it there, and the annotations follow by quick fix.',
    word,
    line,
  );
};
