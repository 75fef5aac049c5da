import { expect, test } from 'vitest';
import { isOtherScript, isScriptFile } from '../../../src/extension/state/scripts.ts';

test('what can be run by itself, and what by another program than Python', () => {
  expect(['a.py', 'a.js', 'b/c.R', 'd.sh', 'e.cpp'].map(isScriptFile)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['a.h', 'a.hpp', 'a.yaml', 'a.json', 'a.md'].map(isScriptFile)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(['a.py', 'a.js', 'a.h'].map(isOtherScript)).toEqual([false, true, false]);
});
