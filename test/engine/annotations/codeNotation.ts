import fc from 'fast-check';
import { expect, test } from 'vitest';
import { languageCalled } from '../../../src/engine/annotations/languages.ts';
import { planEdits } from '../../../src/engine/annotations/planEdits.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { summaryOf } from '../../../src/engine/annotations/summaryOf.ts';
import type { AnnotatedTunable, LanguageId } from '../../../src/engine/annotations/tunable.ts';
import type { SourceValue } from '../../../src/engine/index.ts';

/** `Config.lr: 1e-3 ∈ 1e-5..0.1 log (field)`. */
const inWords = (tunable: AnnotatedTunable): string =>
  `${tunable.name}: ${tunable.text} ∈ ${summaryOf(tunable)} (${tunable.form.kind})`;

export const tunablesIn = (language: LanguageId, text: string): readonly string[] =>
  scanSource(language, text).tunables.map(inWords);

export const problemsIn = (language: LanguageId, text: string): readonly string[] =>
  scanSource(language, text).problems.map(({ message }) => message);

/** The text with a value put into its only tunable. */
export const withValue = (language: LanguageId, text: string, value: SourceValue): string => {
  const [tunable] = scanSource(language, text).tunables;
  if (tunable === undefined) return 'no tunable';
  const [edit] = planEdits(text, [{ name: tunable.name, value }], [], language).edits;
  return edit === undefined ? text : text.slice(0, edit.start) + edit.text + text.slice(edit.end);
};

/** What every language owes: no text makes it throw, spans are right, and what is written reads back. */
export const languageProperties = (
  language: LanguageId,
  {
    pieces,
    statement,
  }: { readonly pieces: readonly string[]; readonly statement: (literal: string) => string },
): void => {
  const soup = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 })), { maxLength: 40 });

  test('no text makes it throw, and every span holds the text that it is said to hold', () => {
    fc.assert(
      fc.property(soup, (parts) => {
        const text = parts.join('');
        const { tunables, problems, comments } = scanSource(language, text);
        for (const { span, text: literal } of tunables)
          expect(text.slice(span.start, span.end)).toBe(literal);
        for (const { span } of [...problems, ...comments]) {
          expect(span.start).toBeGreaterThanOrEqual(0);
          expect(span.end).toBeLessThanOrEqual(text.length);
        }
        languageCalled(language).links?.(text);
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test('rubbish above a line with a search space never changes the value that it finds there', () => {
    const line = statement(language === 'shell' ? '0.25' : '2.5e-1');
    fc.assert(
      fc.property(fc.constantFrom(')', '}', '] ]', 'if', '= =', '@@', '1 2 3', ','), (rubbish) => {
        const found = scanSource(language, `${rubbish}\n${line}\n`).tunables;
        expect(found.map(({ value }) => value)).toEqual([0.25]);
      }),
      { seed: 5, numRuns: 20 },
    );
  });

  test('numbers and texts that are written read back as the same', () => {
    const numbers = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
    fc.assert(
      fc.property(numbers, fc.constantFrom('0.5', '1e-3', '12'), (value, like) => {
        const text = withValue(language, statement(like), value);
        const read = scanSource(language, text).tunables[0]?.value;
        expect(Object.is(Number(read) + 0, value + 0), `${value} → ${text}`).toBe(true);
      }),
      { seed: 5, numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 12 }), (value) => {
        if (language === 'shell' && (Number.isFinite(Number(value)) || /^(?:true|false|)$/u.test(value)))
          return;
        if (language === 'shell' && /[\p{Cc}]/u.test(value)) return; // written as $'…', which is not read back
        const present = statement('"adam"').replace(/tune: .*/u, 'tune: ["adam", "sgd"]');
        const text = withValue(language, present, value);
        expect(scanSource(language, text).tunables[0]?.value, text).toBe(value);
      }),
      { seed: 5, numRuns: 300 },
    );
  });
};
