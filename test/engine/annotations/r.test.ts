import { expect, test } from 'vitest';
import { languageCalled } from '../../../src/engine/annotations/languages.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { languageProperties, problemsIn, tunablesIn, withValue } from './codeNotation.ts';

test.each([
  ['lr <- 1e-3  # tune: 1e-5..1e-1 log', 'lr: 1e-3 ∈ 1e-5..0.1 log (assignment)'],
  ['x <<- -4 # tune: -8..1', 'x: -4 ∈ -8..1 (assignment)'],
  ['n = 10L # tune: 1..20', 'n: 10L ∈ 1..20 (assignment)'],
  ['0.5 -> d # tune: 0..1', 'd: 0.5 ∈ 0..1 (assignment)'],
  ['learning.rate <- 0.1 # tune: 0..1', 'learning.rate: 0.1 ∈ 0..1 (assignment)'],
  ['x <- 1e5 # tune: 1e4..1e6', 'x: 1e5 ∈ 10000..1000000 (assignment)'],
  ['on <- TRUE # tune', 'on: TRUE ∈ true | false (assignment)'],
  ['o <- \'adam\' # tune: ["adam", "sgd"]', 'o: \'adam\' ∈ ["adam", "sgd"] (assignment)'],
  ['f <- function(a, k = 3) { # tune: 1..4\n}', 'k: 3 ∈ 1..4 (default)'],
  ['train(m, k = 3) # tune: 1..4', 'k: 3 ∈ 1..4 (keyword)'],
  ['p <- list(\n  k = 3, # tune: 1..4\n)', 'k: 3 ∈ 1..4 (dict)'],
  ['p$k <- 3 # tune: 1..4', 'k: 3 ∈ 1..4 (field)'],
  ['p[["k"]] <- 3 # tune: 1..4', 'k: 3 ∈ 1..4 (field)'],
  ['v <- c(64, 64) # tune: list 1..3 of 16..128', 'v: c(64, 64) ∈ list 1..3 of 16..128 (assignment)'],
])('%s', (text, found) => {
  expect(tunablesIn('r', text)).toEqual([found]);
});

test.each([
  's <- "# tune: 1..2"',
  "s <- '\n# tune: 1..2\n'",
  's <- r"( " # tune: 1..2 )"',
  's <- r"---[\n# tune: 1..2\n]---"',
])('%s is no annotation', (text) => {
  expect(scanSource('r', text)).toMatchObject({ tunables: [], problems: [] });
});

test('a raw string does not hide what stands behind it', () => {
  expect(tunablesIn('r', 's <- r"( " )"\nlr <- 0.1 # tune: 0..1\n')).toEqual(['lr: 0.1 ∈ 0..1 (assignment)']);
});

test('what is no literal is said', () => {
  expect(problemsIn('r', 'x <- f(1) # tune: 1..2')[0]).toContain('a call');
  expect(problemsIn('r', 'x <- y # tune: 1..2')[0]).toContain('a name');
});

test('a whole number stays one by its mark', () => {
  expect(withValue('r', 'n <- 10L # tune: 1..20', 12)).toBe('n <- 12L # tune: 1..20');
  expect(withValue('r', 'b <- TRUE # tune', false)).toBe('b <- FALSE # tune');
  expect(withValue('r', 'v <- c(1, 2) # tune: list 1..3 of 1..9', [3])).toBe(
    'v <- c(3) # tune: list 1..3 of 1..9',
  );
});

test('sourced files are named, from the working folder', () => {
  expect(languageCalled('r').links?.('source("a.R")\n')).toMatchObject([{ path: 'a.R', from: 'cwd' }]);
});

languageProperties('r', {
  pieces: [
    'x <- ',
    '1e-3',
    ' # tune: 1..2\n',
    '"',
    "'",
    'r"(',
    ')"',
    '(',
    ')',
    '{',
    '}',
    'function',
    '\n',
    '%',
    '`',
    '->',
    '\\',
  ],
  statement: (literal) => `x <- ${literal} # tune: 0..1`,
});
