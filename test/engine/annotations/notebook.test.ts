import fc from 'fast-check';
import { expect, test } from 'vitest';
import { magicLines } from '../../../src/engine/annotations/notebook/magicLines.ts';
import { notebookProgram, readNotebook } from '../../../src/engine/annotations/notebook/notebookProgram.ts';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';

const aNotebook = (cells: readonly unknown[], metadata: unknown = {}): string =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells });

const codeOf = (text: string): string[] =>
  magicLines(text).instead.map(({ line, text: code }) => `${line}:${code}`);

test('code cells are read in order, numbered among all cells; what is tagged tunelens-skip is left out', () => {
  const read = readNotebook(
    aNotebook([
      { cell_type: 'markdown', source: '# Title' },
      { cell_type: 'code', source: ['lr = 0.1\n', 'x = 2'] },
      { cell_type: 'code', source: 'plot()', metadata: { tags: ['tunelens-skip'] } },
      { cell_type: 'code', source: 'a\r\nb' },
      { cell_type: 'raw', source: 'x' },
      { cell_type: 'code', source: 3 },
      'nonsense',
    ]),
  );
  expect(read).toEqual({
    ok: true,
    value: [
      { number: 2, text: 'lr = 0.1\nx = 2' },
      { number: 4, text: 'a\nb' },
      { number: 6, text: '' },
    ],
  });
});

test.each([
  ['{', /not JSON/],
  ['[]', /no cells/],
  ['{"worksheets": []}', /nbformat 4/],
  [aNotebook([], { language_info: { name: 'R' } }), /language is r/],
  [aNotebook([], { kernelspec: { language: 'julia' } }), /language is julia/],
])('what is no Python notebook is refused with a reason: %s', (json, message) => {
  const read = readNotebook(json);
  expect(read.ok).toBe(false);
  expect(!read.ok && read.error).toMatch(message);
});

test('the program holds every cell as it is written, and says where', () => {
  const program = notebookProgram([
    { number: 1, text: 'import os\n%matplotlib inline' },
    { number: 3, text: 'lr = 0.1  # tune: 0..1\n' },
  ]);
  expect(program.text).toBe(
    '# %% [cell 1]\nimport os\n%matplotlib inline\n# %% [cell 3]\nlr = 0.1  # tune: 0..1\n\n',
  );
  expect(program.scannable).toHaveLength(program.text.length);
  expect(program.cells.map(({ start, end }) => program.text.slice(start, end))).toEqual([
    'import os\n%matplotlib inline',
    'lr = 0.1  # tune: 0..1\n',
  ]);
  const lines = program.text.split('\n');
  expect(program.cells.map(({ line }) => lines[line])).toEqual(['import os', 'lr = 0.1  # tune: 0..1']);
  expect(program.cells[0]?.instead).toEqual([{ line: 2, text: 'pass' }]);
  expect(scanPython(program.scannable).tunables.map(({ name, line }) => [name, line])).toEqual([['lr', 4]]);
});

test.each([
  ['%matplotlib inline', 'pass'],
  ['!pip install -q optuna', 'pass'],
  ['%pip install x', 'pass'],
  ['!python -m pip install x', 'pass'],
  ['%time model.fit(x)', 'model.fit(x)'],
  ['%time', 'pass'],
  ['foo?', 'pass'],
  ['?foo', 'pass'],
  ['np.array??', 'pass'],
  ['%cd ../data', 'import os as __os; __os.chdir(__os.path.expanduser("../data"))'],
  ['%env CUDA_VISIBLE_DEVICES=0', 'import os as __os; __os.environ["CUDA_VISIBLE_DEVICES"] = "0"'],
  ['!echo "it\'s"', 'import subprocess as __subprocess; __subprocess.call("echo \\"it\'s\\"", shell=True)'],
])('%s becomes %s', (line, code) => {
  expect(codeOf(`x = 1\n${line}\ny = 2`)).toEqual([`1:${code}`]);
});

test.each([
  'files = !ls',
  'out = %sql select 1',
  '!echo {lr}',
  '!cat $path',
  '%run other.py',
  '%sql select 1',
])('%s cannot be done and says so when it is reached', (line) => {
  expect(codeOf(line)).toEqual([
    expect.stringMatching(/^0:raise RuntimeError\("A trial runs .*tunelens-skip/),
  ]);
});

test('cell magics: what measures runs its cell, what shows is left out, another language is refused', () => {
  expect(codeOf('%%time\nx = 1')).toEqual(['0:pass']);
  expect(codeOf('\n%%html\n<b>x = 1</b>')).toEqual(['0:', '1:pass', '2:']);
  expect(codeOf('%%bash\nls').map((line) => line.slice(0, 20))).toEqual(['0:raise RuntimeError', '1:']);
});

test('inside strings, brackets and continued lines nothing is a magic', () => {
  const text = 's = """\n%matplotlib\n!ls\n"""\nx = (7\n  % 2\n)\ny = 7 \\\n  % 2\nprint("%d" % x)';
  expect(codeOf(text)).toEqual([]);
  expect(magicLines(text).scannable).toBe(text);
});

test('a quote or bracket in a magic opens nothing for the lines below', () => {
  expect(codeOf('!echo "(\n%matplotlib inline\nx = 1')).toHaveLength(2);
});

test('a magic in a block leaves a block', () => {
  const { scannable, instead } = magicLines('if a:\n    %load_ext x\nb = 1  # tune: 1..2');
  expect(instead).toEqual([{ line: 1, text: '    pass' }]);
  expect(scannable).toBe('if a:\n    pass       \nb = 1  # tune: 1..2');
});

test('any text: offsets and line numbers stay, and nothing throws', () => {
  const part = fc.constantFrom(
    '%',
    '!',
    '?',
    '\n',
    '"""',
    "'",
    '(',
    ')',
    '\\',
    ' ',
    'x',
    '=',
    '%%time',
    '!ls',
    '#',
    'é😀',
  );
  fc.assert(
    fc.property(fc.array(fc.array(part, { maxLength: 30 }), { maxLength: 4 }), (cells) => {
      const program = notebookProgram(cells.map((parts, number) => ({ number, text: parts.join('') })));
      expect(program.scannable).toHaveLength(program.text.length);
      const newlines = (text: string): number => text.split('\n').length;
      expect(newlines(program.scannable)).toBe(newlines(program.text));
      const lines = program.text.split('\n');
      for (const { start, end, line, instead } of program.cells) {
        expect(program.text.slice(start, end).split('\n')[0]).toBe(lines[line]);
        for (const each of instead) expect(each.text).not.toContain('\n');
      }
    }),
    { seed: 5, numRuns: 500 },
  );
});
