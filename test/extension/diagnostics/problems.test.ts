import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { listStrategies } from '../../../src/engine/tuner/strategies.ts';
import {
  certainFixes,
  collectProblems,
  formerMentions,
  isKnownStrategy,
  NameMemory,
  untunedAssignment,
} from '../../../src/extension/diagnostics/collectProblems.ts';

const problemsOf = (source: string) => collectProblems(source, scanPython(source));

test('a sampler or rule that does not exist is an error, with the nearest one as its fix', () => {
  const source = '# tune: sampler tepe, pruner ashaa(x=1)';
  const [first, second] = problemsOf(source);
  expect(first).toMatchObject({
    code: 'unknown-name',
    message: 'There is no sampler called tepe. Did you mean tpe?',
  });
  expect(source.slice(first?.span.start, first?.span.end)).toBe('tepe');
  expect(second?.fix?.text).toBe('asha');
});

test('names are known here exactly where the engine knows them', () => {
  const { samplers, pruners, schedulers } = listStrategies();
  const rules = [...Object.keys(pruners), ...Object.keys(schedulers)];
  for (const name of Object.keys(samplers))
    expect([name, isKnownStrategy('sampler', name)]).toEqual([name, true]);
  for (const name of rules) expect([name, isKnownStrategy('pruner', name)]).toEqual([name, true]);
  for (const name of ['scalarized', 'bohb']) expect(Object.keys(samplers)).toContain(name);
  for (const name of ['threshold', 'halving']) expect(rules).toContain(name);
});

test('what is certain can be repaired at once, guesses are left to the person', () => {
  const source = 'a = 1  # tune: 4..1\nb = 2  # tune 1..4\nc = 1  # tune: 1..4 lgo';
  expect(certainFixes(problemsOf(source)).map(({ text }) => text)).toEqual(['1..4', 'tune:']);
});

const before = 'lr = 1e-3  # tune: 1e-5..1\nm = 0.9  # tune: 0..1 if lr > 1e-4\n# tune: where lr * m < 1';

test('a variable that gets another name is followed by what its literal and annotation are', () => {
  const memory = new NameMemory();
  memory.note('f', before, scanPython(before));
  // Letter by letter, as somebody types.
  for (const name of ['l', 'learning', 'learning_rate']) {
    const source = before.replace('lr =', `${name} =`);
    const read = scanPython(source);
    memory.note('f', source, read);
    expect([...memory.renamed('f', source, read)]).toEqual([['lr', name]]);
    expect(formerMentions(source, read, 'lr')).toHaveLength(2);
  }
});

test('nothing is guessed where two literals look alike', () => {
  const text = 'a = 1  # tune: 1..4\nb = 1  # tune: 1..4\n# tune: where a + b < 6';
  const memory = new NameMemory();
  memory.note('f', text, scanPython(text));
  const after = text.replace('a = 1', 'x = 1').replace('b = 1', 'y = 1');
  expect(memory.renamed('f', after, scanPython(after)).size).toBe(0);
  memory.forget('f');
  expect(memory.renamed('f', after, scanPython(after)).size).toBe(0);
});

test('lists are followed with their lengths and items', () => {
  const text = 'h = [8]  # tune: list 1..2 of 1..8\n# tune: where h.length > 1 and h[0] > 2 and hh > 1';
  const read = scanPython(text);
  expect(formerMentions(text, read, 'h').map(({ start, end }) => text.slice(start, end + 2))).toEqual([
    'h.l',
    'h[0',
  ]);
});

test('a name that is assigned but not tuned is found where it is assigned', () => {
  const source = 'x == 1\nbase: float = 2.0\nb = 1  # tune: = 2 * base';
  expect(untunedAssignment(source, 'base')).toBe(source.indexOf('2.0'));
  expect(untunedAssignment(source, 'x')).toBeUndefined();
  expect(untunedAssignment(source, 'a.b')).toBeUndefined();
});
