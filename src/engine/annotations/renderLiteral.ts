import type { SourceValue } from '../space/parameter.ts';
import { languageCalled } from './languages.ts';
import type { LanguageId } from './tunable.ts';

/**
 * Writes `value` as a literal of its language in the style of the literal that stands there now; what is written reads
 * back as exactly `value`. Throws on a number that is not finite, which no parameter takes.
 */
export const renderLiteral = (
  value: SourceValue,
  present: { readonly text: string; readonly value: SourceValue },
  language: LanguageId = 'python',
): string => languageCalled(language).render(value, present);
