import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EditPlan, planEdits } from '../../../src/engine/annotations/planEdits.ts';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import type { ParamValue } from '../../../src/engine/space/parameter.ts';

const apply = (text: string, { edits }: EditPlan): string =>
  edits.reduceRight(
    (result, { start, end, text: replacement }) => result.slice(0, start) + replacement + result.slice(end),
    text,
  );

test('only the literals change', () => {
  const text =
    'import x\nlr = 1e-3  # tune: 1e-5..1e-1 log\nopt = \'adam\'  # tune: ["adam", "sgd"]\nn = 3\n';
  const plan = planEdits(text, [
    { name: 'opt', value: 'sgd' },
    { name: 'lr', value: 0.0002 },
  ]);
  expect(plan.skipped).toEqual([]);
  expect(plan.edits.map(({ name, expected, text: written }) => [name, expected, written])).toEqual([
    ['lr', '1e-3', '2e-4'],
    ['opt', "'adam'", "'sgd'"],
  ]);
  expect(apply(text, plan)).toBe(text.replace('1e-3', '2e-4').replace("'adam'", "'sgd'"));
});

test('a value that is there already needs no edit, in whatever style', () => {
  expect(planEdits('lr = 10e-4  # tune: 0..1', [{ name: 'lr', value: 0.001 }])).toEqual({
    edits: [],
    skipped: [],
  });
});

test('what cannot be placed is skipped with the reason', () => {
  const text = 'a = 1  # tune: 8..1\nb = 2';
  const { edits, skipped } = planEdits(text, [
    { name: 'a', value: 2 },
    { name: 'gone', value: 2 },
  ]);
  expect(edits).toEqual([]);
  expect(skipped.map(({ name }) => name)).toEqual(['a', 'gone']);
  expect(skipped[0]?.why).toContain('reversed');
  expect(skipped[1]?.why).toContain('No annotated literal');
});

const value: fc.Arbitrary<ParamValue> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).filter((each) => each !== 0),
  fc.integer(),
  fc.string({ unit: 'grapheme' }),
  fc.boolean(),
  fc.constant(null),
);
const literal = fc.constantFrom('1', '0.5', '1e-3', '"a"', "r'a'", 'True', 'None', '-2');
const line = fc.oneof(
  fc.constant('# a remark'),
  fc.constant(''),
  fc.constant('print("# tune: 1..2")'),
  fc.constant('class A: pass  # 😀é'),
  literal.map((text) => `NAME = ${text}  # tune: [1, 2]`),
  literal.map((text) => `f(NAME=${text})  # tune: [1, 2]`),
  literal.map((text) => `d = {"NAME": ${text}}  # tune: [1, 2]`),
);

test('applied edits give the wanted values and leave every other byte alone', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.array(value, { minLength: 12, maxLength: 12 }),
      fc.constantFrom('\n', '\r\n'),
      (lines, values, newline) => {
        const text = lines.map((each, i) => each.replace('NAME', `v${i}`)).join(newline);
        const wanted = scanPython(text).tunables.map(({ name }, i) => ({ name, value: values[i] ?? null }));
        const plan = planEdits(text, wanted);
        const after = apply(text, plan);
        expect(plan.skipped).toEqual([]);
        expect(scanPython(after).tunables.map(({ name, value: found }) => ({ name, value: found }))).toEqual(
          wanted,
        );
        const undone = plan.edits.reduce(
          (shifted, { start, text: written, expected }) =>
            shifted.slice(0, start) + expected + shifted.slice(start + written.length),
          after,
        );
        expect(undone).toBe(text);
      },
    ),
    { seed: 21, numRuns: 300 },
  );
});
