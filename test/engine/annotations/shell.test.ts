import { expect, test } from 'vitest';
import { languageCalled } from '../../../src/engine/annotations/languages.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { languageProperties, problemsIn, tunablesIn, withValue } from './codeNotation.ts';

test.each([
  ['LR=0.001  # tune: 1e-5..1e-1 log', 'LR: 0.001 ∈ 1e-5..0.1 log (assignment)'],
  ['export BS=64 # tune: 16..256', 'BS: 64 ∈ 16..256 (assignment)'],
  ['declare -i n=3 # tune: 1..4', 'n: 3 ∈ 1..4 (assignment)'],
  ['OPT="adam" # tune: ["adam", "sgd"]', 'OPT: "adam" ∈ ["adam", "sgd"] (assignment)'],
  ["Q='7' # tune: 1..9", "Q: '7' ∈ 1..9 (assignment)"],
  ['ON=true # tune', 'ON: true ∈ true | false (assignment)'],
  [`LR=\${LR:-0.001} # tune: 1e-5..1e-1 log`, 'LR: 0.001 ∈ 1e-5..0.1 log (variable)'],
  [`: "\${MOM:=0.1}" # tune: 0..1`, 'MOM: 0.1 ∈ 0..1 (variable)'],
  ['python train.py --lr 0.1 # tune: 0..1', 'lr: 0.1 ∈ 0..1 (keyword)'],
  ['./train --batch-size=32 # tune: 16..64', 'batch_size: 32 ∈ 16..64 (keyword)'],
  ['if x; then Q=7; fi # tune: 1..9', 'Q: 7 ∈ 1..9 (assignment)'],
  ['h=(64 64) # tune: list 1..3 of 16..128', 'h: (64 64) ∈ list 1..3 of 16..128 (assignment)'],
])('%s', (text, found) => {
  expect(tunablesIn('shell', text)).toEqual([found]);
});

test.each([
  'cat <<EOT\nA=1 # tune: 1..2\nEOT',
  'cat <<-"EOT" | grep x\n\tA=1 # tune: 1..2\n\tEOT',
  's="# tune: 1..2"',
  "s='\nA=1 # tune: 1..2\n'",
  'Z=a#tune: 1..2',
])('%s is no annotation', (text) => {
  expect(scanSource('shell', text)).toMatchObject({ tunables: [], problems: [] });
});

test('what stands behind a here-document counts, and a shift is none', () => {
  expect(tunablesIn('shell', "cat <<EOT\nit's\nEOT\nA=1 # tune: 1..2\n")).toHaveLength(1);
  expect(tunablesIn('shell', 'x=$((1<<2))\nA=1 # tune: 1..2\n')).toHaveLength(1);
  expect(tunablesIn('shell', 'cat <<< "a"\nA=1 # tune: 1..2\n')).toHaveLength(1);
});

test('what is no plain word is said', () => {
  expect(problemsIn('shell', 'A=$(date) # tune: 1..2')[0]).toContain('an expansion');
});

test('values are quoted where they have to be', () => {
  const at = (word: string): string => `A=${word} # tune: ["a", "b"]`;
  expect(withValue('shell', at('a'), 'b')).toBe(at('b'));
  expect(withValue('shell', at('a'), "it's $x")).toBe(at("'it'\\''s $x'"));
  expect(withValue('shell', at('"a"'), 'x $y')).toBe(at('"x \\$y"'));
  expect(withValue('shell', 'A="0.5" # tune: 0..1', 0.25)).toBe('A="0.25" # tune: 0..1');
});

test('files that it sources and runs are named; those of unknown folders are not', () => {
  const text = `DIR="$(cd "$(dirname "$0")" && pwd)"
source ./a.sh; . "$(dirname "$0")/b.sh"
. "$DIR/c.sh"
. "$ELSEWHERE/d.sh"
python train.py --config "$X/e.py"
`;
  expect(
    languageCalled('shell')
      .links?.(text)
      .map(({ path, from }) => `${from} ${path}`),
  ).toEqual(['cwd ./a.sh', 'file b.sh', 'file c.sh', 'cwd train.py']);
});

languageProperties('shell', {
  pieces: [
    'A=',
    '0.5',
    ' # tune: 1..2\n',
    '"',
    "'",
    '`',
    '$(',
    '${',
    '}',
    ')',
    '<<EOT',
    'EOT',
    '\n',
    '\\',
    ';',
    '|',
    '((',
  ],
  statement: (literal) => `A=${literal} # tune: 0..1`,
});
