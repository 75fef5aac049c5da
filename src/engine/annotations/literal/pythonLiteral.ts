import { isList } from '../../space/composite.ts';
import type { SourceValue } from '../../space/parameter.ts';
import { renderList } from './listLiteral.ts';
import { renderScalar } from './scalarLiteral.ts';

/**
 * Writes `value` as a Python literal in the style of the literal that stands there now: number style, digit
 * grouping, quotes, prefix and a list's brackets and spaces are kept. What is written reads back as exactly `value`.
 * Throws on a number that is not finite, which no parameter takes.
 */
export const renderPython = (
  value: SourceValue,
  present: { readonly text: string; readonly value: SourceValue },
): string => {
  if (isList(value)) return renderList(value, present.text);
  return renderScalar(
    value,
    isList(present.value) ? { text: 'None', value: null } : { ...present, value: present.value },
  );
};
