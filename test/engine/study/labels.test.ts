import { expect, test } from 'vitest';
import { tidyLabels, tidyTag } from '../../../src/engine/study/labels.ts';

test('a tag is one word, however it was typed', () => {
  expect(['thesis', ' #thesis ', 'two words', 'a,b;c', '##'].map(tidyTag)).toEqual([
    'thesis',
    'thesis',
    'two-words',
    'a-b-c',
    '',
  ]);
});

test('nothing said is kept as nothing', () => {
  expect(tidyLabels({ note: ' \n', tags: [' ', '#'] })).toEqual({ note: null, tags: null });
});

test('what is not named is not touched, and no tag is kept twice', () => {
  expect(tidyLabels({ tags: ['b', 'a', '#b'] })).toEqual({ tags: ['b', 'a'] });
  expect(tidyLabels({ note: ' Try with less decay. ' })).toEqual({ note: 'Try with less decay.' });
});
