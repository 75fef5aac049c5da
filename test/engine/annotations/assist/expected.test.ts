import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectedAt, type Wanted } from '../../../../src/engine/annotations/assist/expected.ts';
import { parseAnnotation } from '../../../../src/engine/annotations/grammar/parseAnnotation.ts';
import { tokenize } from '../../../../src/engine/annotations/grammar/tokens.ts';

/** What may come at the `|`, in a few letters, and the word that would be replaced. */
const at = (notation: string): string => {
  const offset = notation.indexOf('|');
  const source = notation.replace('|', '');
  const { word, wanted, target } = expectedAt(source, { start: 0, end: source.length }, offset);
  const replaced = source.slice(word.start, word.end);
  return `${target ? `${target}: ` : ''}${wanted.map(inWords).join(' ')}${replaced ? ` «${replaced}»` : ''}`;
};

const inWords = (wanted: Wanted): string => {
  switch (wanted.what) {
    case 'words':
      return wanted.words.join('/');
    case 'value':
      return `value(${[wanted.name, ...wanted.given].join(' ')})`;
    case 'choice':
      return `choice(${wanted.given.join(' ')})`;
    case 'upper':
      return `upper(${wanted.low})`;
    case 'strategy':
    case 'count':
      return `${wanted.what}(${wanted.of})`;
    case 'part':
      return wanted.target ? 'part' : 'space';
    case 'operator':
      return wanted.condition ? 'operator+if' : 'operator';
    default:
      return wanted.what;
  }
};

test.each([
  ['|', 'part'],
  [' lo|', 'part «lo»'],
  [' l|og', 'part «log»'],
  ['lr: |', 'lr: space'],
  ['1|', ''],
  ['1..|', 'upper(1)'],
  ['-1..|', 'upper(1)'],
  ['1..8|', ''],
  ['1..8 |', 'log/step/if'],
  ['1..8 log |', 'step/if'],
  ['1..8 st|', 'log/step/if «st»'],
  ['1..8 step |', 'step'],
  ['1..8 log step 2x |', 'if'],
  ['1..8 if |', 'operand'],
  ['1..8 if opt |', 'operator'],
  ['1..8 if opt == |', 'value(opt) operand'],
  ['1..8 if opt == "a|', 'value(opt) operand «"a»'],
  ['1..8 if opt == "|"', 'value(opt) operand «""»'],
  ['1..8 if Config.opt == |', 'value(Config.opt) operand'],
  ['1..8 if opt in ["a", |', 'value(opt "a") operand'],
  ['1..8 if opt not in [|', 'value(opt) operand'],
  ['1..8 if a > 1 and |', 'operand'],
  ['1..8 if max(a, |', 'operand'],
  ['= |', 'operand'],
  ['= 4 * l|', 'operand «l»'],
  ['= 4 * Config.|', 'operand «Config.»'],
  ['= 4 * lr |', 'operator+if'],
  ['= 4 * lr if |', 'operand'],
  ['[|', 'choice()'],
  ['["a", |', 'choice("a")'],
  ['["a" |', ''],
  ['["a", "b"] |', 'ordered/if'],
  ['choice(1, |', 'choice(1)'],
  ['log(1, 2) |', 'log/step/if'],
  ['normal(|', ''],
  ['normal(0, 1) |', 'in/step/if'],
  ['normal(0, 1) in 0..|', 'upper(0)'],
  ['list |', 'count(items)'],
  ['list 1..4 |', 'of'],
  ['list 1..4 of |', 'items'],
  ['list 1..4 of 16..64 |', 'log/step/if'],
  ['list 1..4 of [|', 'choice()'],
  ['permutation |', 'of/if'],
  ['subset of ["a", |', 'choice("a")'],
  ['simplex |', 'total/if'],
  ['maximize |', 'metric'],
  ['maximize acc, |', 'part'],
  ['maximize acc, mini|', 'part «mini»'],
  ['constraint |', 'metric'],
  ['constraint ms |', 'sign'],
  ['constraint ms <= |', ''],
  ['where |', 'operand'],
  ['where layers * |', 'operand'],
  ['sampler |', 'strategy(sampler)'],
  ['trials 100, pruner a|', 'strategy(pruner) «a»'],
  ['trials |', 'count(trials)'],
  ['stop |', 'duration'],
  ['budget 1..|', 'upper(1)'],
  ['cheese |', ''],
])('at %j may come %j', (notation, wanted) => {
  expect(at(notation)).toBe(wanted);
});

/** Annotations that read well, made of the grammar's own parts. */
const number = fc.constantFrom('1', '0.5', '1e-5', '16', '-3');
const name = fc.constantFrom('lr', 'Config.lr', 'opt');
const condition = fc.oneof(
  fc.constant(''),
  name.map((each) => ` if ${each} == "a"`),
  name.map((each) => ` if ${each} > 1 and not lr in [1, 2]`),
);
const range = fc.tuple(number, fc.constantFrom('', ' log', ' step 2x', ' step 0.5', ' log step 2x'));
const space = fc.oneof(
  fc.tuple(range, condition).map(([[low, suffix], end]) => `${low}..32${suffix}${end}`),
  condition.map((end) => `["a", "b"] ordered${end}`),
  fc.constantFrom('normal(1, 2) in 0..3', 'log(1, 2)', 'choice(1, 2)', 'seed', 'budget 1..3'),
  range.map(([low, suffix]) => `list 1..4 of ${low}..32${suffix}`),
  fc.constantFrom('subset of ["a", "b"] 1..2', 'permutation', 'simplex total 3', '= 4 * lr if opt == "a"'),
  fc.constantFrom('maximize acc', 'constraint ms <= 3', 'where lr * 2 < 4', 'trials 3', 'sampler tpe'),
);
const annotation = fc.array(space, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(', '));
const grammarWords = new Set([
  ...['log', 'step', 'if', 'ordered', 'in', 'of', 'total', 'and', 'or', 'not'],
  ...['maximize', 'where', 'list', 'subset', 'simplex', 'permutation', 'trials', 'sampler', 'budget'],
]);

test('every word of a well-written annotation was among those that might come there', () => {
  fc.assert(
    fc.property(annotation, (source) => {
      for (const { kind, text, start } of tokenize(source, 0)) {
        if (kind !== 'name' || !grammarWords.has(text)) continue;
        const { wanted, word } = expectedAt(source, { start: 0, end: source.length }, start);
        expect(word).toEqual({ start, end: start });
        const isOffered = wanted.some(
          (each) =>
            each.what === 'part' ||
            each.what === 'items' ||
            each.what === 'operand' ||
            each.what === 'operator' ||
            (each.what === 'words' && each.words.includes(text)),
        );
        expect([source, text, isOffered || inSubsetOf(source, text)]).toEqual([source, text, true]);
      }
    }),
    { seed: 31, numRuns: 500 },
  );
});

/** `subset of […] 1..2` ends with counts, behind which only a condition may stand. */
const inSubsetOf = (source: string, text: string): boolean => text === 'if' && source.includes('subset');

test('a word that is offered reads well where it was offered', () => {
  fc.assert(
    fc.property(annotation, fc.nat(), (source, at) => {
      const offset = at % (source.length + 1);
      const { wanted, word } = expectedAt(source, { start: 0, end: source.length }, offset);
      for (const each of wanted) {
        if (each.what !== 'words') continue;
        for (const one of each.words) {
          const text = `${source.slice(0, word.start)} ${one} `;
          const { problems } = parseAnnotation(text, { start: 0, end: text.length });
          const start = text.lastIndexOf(one);
          const isRefused = problems.some(
            ({ span, message }) => span.start === start && /not |Nothing more|no log/u.test(message),
          );
          expect([text, isRefused]).toEqual([text, false]);
        }
      }
    }),
    { seed: 32, numRuns: 500 },
  );
});

test('no text makes it throw, and the word always touches the place', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), annotation),
      fc.nat(),
      fc.nat(),
      (source, a, b) => {
        const start = a % (source.length + 1);
        const offset = start + (b % (source.length + 1 - start));
        const { word } = expectedAt(source, { start, end: source.length }, offset);
        expect(word.start).toBeLessThanOrEqual(offset);
        expect(word.end).toBeGreaterThanOrEqual(offset);
        expect(word.start).toBeGreaterThanOrEqual(start);
        expect(word.end).toBeLessThanOrEqual(source.length);
      },
    ),
    { seed: 33, numRuns: 3000 },
  );
});
