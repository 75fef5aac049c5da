import fc from 'fast-check';
import { expect } from 'vitest';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import type { LanguageId } from '../../../src/engine/annotations/tunable.ts';

/** Texts made of a language's own pieces, and any other. */
export const anyTextOf = (pieces: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 50 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 200 }),
  );

/** Every place that a scan gives lies in the text. */
export const expectPlacesInside = (language: LanguageId, text: string): void => {
  const { tunables, problems } = scanSource(language, text);
  for (const { span, text: written } of tunables) expect(text.slice(span.start, span.end)).toBe(written);
  for (const { span } of problems) expect(span.end).toBeLessThanOrEqual(text.length);
};
