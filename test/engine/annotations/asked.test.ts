import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configMentions } from '../../../src/engine/annotations/configMentions.ts';
import { planKeyEdits } from '../../../src/engine/annotations/planKeyEdits.ts';
import { scanAsked, scanSource } from '../../../src/engine/annotations/scanSource.ts';

const config = '{"optimizer": {"lr": 0.1, "learning-rate": 2}, "layers": [8, 16], "lr": 3}';

const asked = (script: string): readonly string[] => {
  const { elsewhere, problems } = scanSource('python', script);
  const { annotations, problems: other } = scanAsked(
    'json',
    config,
    [],
    elsewhere.map((each) => ({ ...each, source: script })),
  );
  return [
    ...annotations.tunables.map(({ name, text }) => `${name}: ${text}`),
    ...[...problems, ...other.map(({ problem }) => problem)].map(({ message }) => message),
  ];
};

test.each([
  ['# tune config.json: optimizer.lr: 0..1, lr: 1..4', ['optimizer.lr: 0.1', 'lr: 3']],
  ['# tune: config.json: layers[0]: 1..9', ['layers_0: 8']],
  ['# tune "my config.json": optimizer.learning-rate: 1..4', ['learning_rate: 2']],
  ['x = 1  # tune conf/config.json: "optimizer.learning-rate": 1..4', ['learning_rate: 2']],
  ['# tune config.json: layers: list 1..3 of 1..64', ['layers: [8, 16]']],
  ['# tune config.json: trials 3', ['Give this a comment of its own: it is about the whole study.']],
  ['# tune config.json:', ['Name the key in config.json that is meant: optimizer.lr: ….']],
])('%s', (script, expected) => {
  expect(asked(script)).toEqual(expected);
});

test('no text behind a file name makes the scanner throw', () => {
  const words = fc.constantFrom(
    'lr',
    ': ',
    '1..2',
    ', ',
    '[',
    ']',
    '"',
    'layers[0]',
    ' if ',
    '.',
    'x.json:',
    '#',
    ' log',
    '-',
  );
  fc.assert(
    fc.property(
      fc.array(words, { maxLength: 12 }),
      fc.string({ unit: 'binary', maxLength: 20 }),
      (parts, rest) => {
        const script = `# tune a.json: ${parts.join('')}${rest}`;
        asked(script);
        for (const { span, body } of scanSource('python', script).elsewhere) {
          expect(span.end).toBeLessThanOrEqual(script.length);
          expect(body.start).toBeGreaterThanOrEqual(span.start);
        }
      },
    ),
    { seed: 61, numRuns: 1000 },
  );
});

test('values go to keys by their paths, and what is not there any more is said', () => {
  const plan = planKeyEdits('json', config, [
    { name: 'lr', key: 'optimizer.lr', value: 0.25 },
    { name: 'same', key: 'lr', value: 3 },
    { name: 'list', key: 'layers', value: [4] },
    { name: 'gone', key: 'optimizer.momentum', value: 1 },
    { name: 'odd', key: 'optimizer', value: 1 },
  ]);
  expect(plan.edits.map(({ expected, text }) => `${expected} → ${text}`)).toEqual([
    '0.1 → 0.25',
    '[8, 16] → [4]',
  ]);
  expect(plan.skipped).toEqual([
    { name: 'gone', why: 'There is no key optimizer.momentum any more. Insert the value by hand.' },
    { name: 'odd', why: 'optimizer is a mapping now. Insert the value by hand.' },
  ]);
});

test('a source names files in its literal text; comments and longer words name none', () => {
  const python = `open("a.yaml")
# open("b.yaml")
p.add_argument("-c", "--config", default=Path("conf") / "c.toml")
x = "yaml" + "d.yaml.bak" + f"{e}.json"
@hydra.main(config_path="conf", config_name="top")
def main(): ...
`;
  expect(configMentions('python', python)).toEqual({
    files: [
      { file: 'a.yaml', flags: [] },
      { file: 'c.toml', flags: ['-c', '--config'] },
    ],
    hydra: [{ folder: 'conf', name: 'top' }],
  });
  expect(configMentions('javascript', 'read("a.json", \'b.yaml\')').files.map(({ file }) => file)).toEqual([
    'a.json',
    'b.yaml',
  ]);
});
