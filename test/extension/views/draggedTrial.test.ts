import { expect, test } from 'vitest';
import { dropFormat, parseDragged, whereDropped } from '../../../src/extension/views/draggedTrial.ts';
import { aStudy } from '../builders.ts';

test('only what the tree itself gave to be dragged is a trial', () => {
  expect(parseDragged('{"study":"s1","trial":7}')).toEqual({ study: 's1', trial: 7 });
  for (const text of ['', 'null', '[]', '{"study":1,"trial":7}', '{"study":"s1"}'])
    expect(parseDragged(text)).toBeUndefined();
});

test('a trial belongs on the files of its study, and is text where nothing is tuned', () => {
  const [parameter] = aStudy().parameters;
  const study = aStudy({
    parameters: parameter === undefined ? [] : [{ ...parameter, file: 'lib/model.py' }],
  });
  const at = (file: string, isTuned: boolean, isInFolder = true): string =>
    whereDropped(study, { file, isTuned, isInFolder });
  expect(at('train.py', true)).toBe('own');
  expect(at('lib/model.py', false)).toBe('own');
  expect(at('other.py', true)).toBe('foreign');
  expect(at('train.py', true, false)).toBe('foreign');
  expect(at('notes.md', false)).toBe('text');
});

test('the text is in the language of the document', () => {
  expect(['python', 'jsonc', 'yaml', 'markdown', 'dotenv', 'plaintext'].map(dropFormat)).toEqual([
    'python',
    'json',
    'yaml',
    'markdown',
    'environment',
    'python',
  ]);
});
