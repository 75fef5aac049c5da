import { expect, test } from 'vitest';
import { makeTunable, removeAnnotation } from '../../../../src/engine/annotations/assist/makeTunable.ts';
import { scanSource } from '../../../../src/engine/annotations/scanSource.ts';
import type { LanguageId } from '../../../../src/engine/annotations/tunable.ts';
import { scanPython } from '../../../../src/engine/annotations/scanPython.ts';

/** The text after the literal at the `|` was made tunable, with what is to be filled in marked; or why not. */
const made = (notation: string, language: LanguageId = 'python'): string => {
  const offset = notation.indexOf('|');
  const text = notation.replace('|', '');
  const result = makeTunable({ language, text, annotations: scanSource(language, text), offset });
  if (!result.ok) return result.error;
  return result.value.insertions.reduceRight((all, { at, text: put, fill }) => {
    const marked =
      fill.end > fill.start
        ? `${put.slice(0, fill.start)}«${put.slice(fill.start, fill.end)}»${put.slice(fill.end)}`
        : put;
    return all.slice(0, at) + marked + all.slice(at);
  }, text);
};

test.each([
  ['lr = 1e|-3', 'lr = 1e-3  # tune: «1e-5..0.1 log»'],
  ['l|r = 1e-3', 'lr = 1e-3  # tune: «1e-5..0.1 log»'],
  ['n = 64|\r\nx = 1', 'n = 64  # tune: «16..256 log step 2x»\r\nx = 1'],
  ['flag = Tru|e', 'flag = True  # tune'],
  ['opt = "ad|am"', 'opt = "adam"  # tune: ["adam", "«…»"]'],
  ['seed = 0|', 'seed = 0  # tune: «seed»'],
  ['h = [64, 3|2]', 'h = [64, 32]  # tune: «list 1..2 of 8..256»'],
  ['a = 1; b = 2|', 'a = 1; b = 2  # tune: b: «1..10»'],
  ['m = build(\n    lr=1e|-3,\n    b=2)', 'm = build(\n    lr=1e-3,  # tune: «1e-5..0.1 log»\n    b=2)'],
  ['lr = 1e|-3  # by hand', 'lr = 1e-3  # by hand  # tune: «1e-5..0.1 log»'],
  ['a = 1; b = 2|  # tune: a: 1..4', 'a = 1; b = 2  # tune: a: 1..4; b: «1..10»'],
])('%j becomes %j', (notation, expected) => {
  expect(made(notation)).toBe(expected);
});

test.each([
  ['lr = 1|  # tune: 1..4', 'tuned already'],
  ['lr = f|(x)', 'lr is a call'],
  ['lr = f"{|x}"', 'f-string'],
  ['s = """\nlr = 1|\n"""', 'Put the cursor'],
  ['print|()', 'named literal'],
  ['x = 1 + \\\n  2|', 'Put the cursor'],
  ['a = b"a|"', 'bytes'],
  ['|', 'Put the cursor'],
  ['f(a=1), g(a=2|)', 'more than one a'],
])('%j cannot be tuned: %s', (notation, reason) => {
  expect(made(notation)).toContain(reason);
});

const removed = (text: string): string => {
  const [comment] = scanPython(text).comments;
  if (!comment) return 'no annotation';
  const { span, text: put } = removeAnnotation('python', text, comment);
  return text.slice(0, span.start) + put + text.slice(span.end);
};

test.each([
  ['lr = 1  # tune: 1..4\nx = 1', 'lr = 1\nx = 1'],
  ['lr = 1  # tune: 1..4\r\nx = 1', 'lr = 1\r\nx = 1'],
  ['lr = 1  # by hand  # tune: 1..4', 'lr = 1  # by hand'],
  ['lr = 1  # tune: 1..4  # by hand', 'lr = 1  # by hand'],
  ['lr = 1  # tune: 1..4  (or so)', 'lr = 1  # (or so)'],
  ['x = 1\n# tune: maximize acc\ny = 1', 'x = 1\ny = 1'],
  ['  # tune: maximize acc', ''],
])('%j without its annotation is %j', (text, expected) => {
  expect(removed(text)).toBe(expected);
});

test.each<[LanguageId, string, string]>([
  ['yaml', 'name: ad|am\n', 'name: adam  # tune: ["adam", "«…»"]\n'],
  ['yaml', 'a:\n  lr: 0.0|01', 'a:\n  lr: 0.001  # tune: «1e-5..0.1 log»'],
  ['toml', 'lr = 0.0|01', 'lr = 0.001  # tune: «1e-5..0.1 log»'],
  ['json', '{"lr": 0.0|01, "b": 2}', '{"lr": 0.001, "b": 2}  // tune: lr: «1e-5..0.1 log»'],
  ['javascript', 'const o = {lr: 0.1, b: fals|e};', 'const o = {lr: 0.1, b: false};  // tune: b:'],
  ['r', 'flag <- TRU|E', 'flag <- TRUE  # tune'],
  ['shell', 'NAME=ad|am', 'NAME=adam  # tune: ["adam", "«…»"]'],
  ['cpp', '#define LR 1e|-3', '#define LR 1e-3  // tune: «1e-5..0.1 log»'],
])('in %s %j becomes %j', (language, notation, expected) => {
  expect(made(notation, language)).toBe(expected);
});
