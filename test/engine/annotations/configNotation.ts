import { expect } from 'vitest';
import { planEdits } from '../../../src/engine/annotations/planEdits.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import type { LanguageId } from '../../../src/engine/annotations/tunable.ts';
import type { SourceValue } from '../../../src/engine/space/parameter.ts';
import { inWords } from './notation.ts';

/** Tunables and problems of a configuration file, one line each. */
export const said = (language: LanguageId, text: string): readonly string[] => {
  const { tunables, problems } = scanSource(language, text);
  for (const { span, text: written } of tunables) expect(text.slice(span.start, span.end)).toBe(written);
  return [...tunables.map(inWords), ...problems.map(({ code, message }) => `${code}: ${message}`)];
};

/** The text with these values put in, and what was skipped. */
export const withValues = (
  language: LanguageId,
  text: string,
  values: Readonly<Record<string, SourceValue>>,
): string => {
  const wanted = Object.entries(values).map(([name, value]) => ({ name, value }));
  const { edits, skipped } = planEdits(text, wanted, [], language);
  expect(skipped).toEqual([]);
  const after = edits.reduceRight(
    (made, { start, end, text: to }) => made.slice(0, start) + to + made.slice(end),
    text,
  );
  const found = scanSource(language, after).tunables.map(({ name, value }) => [name, value] as const);
  expect(Object.fromEntries(found)).toMatchObject(values);
  return after;
};

/** How one value is written over another, behind a key. */
export const rewritten = (language: LanguageId, present: string, value: SourceValue): string => {
  const [before, after] =
    language === 'toml' ? ['x = ', '  # tune: ["q", "r"]'] : ['x: ', '  # tune: ["q", "r"]'];
  const lists = present.startsWith('[') ? '  # tune: list 0..9 of ["q", "r"]' : after;
  const text =
    language === 'json' ? `{"x": ${present} ${lists.replace('#', '//')}\n}` : `${before}${present}${lists}\n`;
  const made = withValues(language, text, { x: value });
  return made
    .slice(language === 'json' ? 6 : before.length, made.indexOf(language === 'json' ? ' //' : '  #'))
    .trimEnd();
};
