import { expect, test } from 'vitest';
import { proposeFor } from '../../../../src/engine/annotations/propose/proposeFor.ts';
import type { LanguageId } from '../../../../src/engine/annotations/tunable.ts';

/** The comment for the literal at `|`, or why there is none. */
const madeFor = (marked: string, language?: LanguageId): string => {
  const made = proposeFor(marked.replace('|', ''), marked.indexOf('|'), language);
  return made.ok ? made.value.insertText.trim() : made.error;
};

test.each([
  ['lr = 1|e-3', '# tune: 1e-5..1e-1 log'],
  ['seed = 4|2', '# tune: seed'],
  ['anything = 1|2', '# tune: 3..48 log'],
  ['anything = Tru|e', '# tune'],
  ['x = foo(a=1|, b="c")', '# tune: a: 1..10'],
  ['opt = Adam(p, lr=1e-3, betas=(0.|9, 0.999))', '# tune: beta1: 0.8..0.99'],
  ['size = "|s"\nif size == "m":\n    pass', '# tune: ["s", "m"]'],
  ['h = [|64, 32]', '# tune: h_0: 16..256 log step 2x'],
  ['a = 1; b = 2|  # tune: a: 1..4', '# tune: b: 1..10'],
])('%j gets %s', (text, expected) => {
  expect(madeFor(text)).toBe(expected);
});

test.each([
  ['x = f"|{y}"', 'Nothing here'],
  ['x = y |', 'Nothing here'],
  ['x = 1| + \\\n  2', 'backslash'],
  ['s = """\nlr = 0|.1\n"""', 'Nothing here'],
  ['x = "a|"', 'write the choices'],
  ['lr = 0.1|  # tune: 0..1', 'lr is tuned already'],
])('%j gets none, and is told why', (text, why) => {
  expect(madeFor(text)).toContain(why);
});
