import { expect, test } from 'vitest';
import { filledWords, runnerOf } from '../../../src/engine/tuner/runner.ts';

const words = (script: string, text = '', commands = {}): readonly string[] | undefined =>
  runnerOf(script, text, { commands, folder: '/w', files: [script] })?.words;

test('Python needs no runner, and each other language has a usual program', () => {
  expect(words('/w/a.py')).toBeUndefined();
  expect(words('/w/a.js')).toEqual(['node']);
  expect(words('/w/a.jl')).toEqual(['julia', '--project']);
  expect(words('/w/a.sh')).toEqual(['bash']);
  expect(words('/w/a.zsh')).toEqual(['zsh']);
});

test('the first line says more, and a person’s choice, by ending or language, comes before it', () => {
  expect(words('/w/a.sh', '#!/bin/dash -e\n')).toEqual(['/bin/dash', '-e']);
  expect(words('/w/a.ts', '#!/usr/bin/env -S deno run -A\n')).toEqual(['deno', 'run', '-A']);
  expect(words('/w/a.sh', '#!/usr/bin/env bash\n')).toEqual(['bash']);
  const commands = { typescript: ['tsx'], '.mts': ['bun'] };
  expect(words('/w/a.ts', '#!/usr/bin/env node\n', commands)).toEqual(['tsx']);
  expect(words('/w/a.mts', '', commands)).toEqual(['bun']);
});

test('script and program stand where the words say, else at the end', () => {
  const runner = { words: ['cc', '{file}', '-lm'], root: '/w' };
  expect(filledWords(runner, 'a.c', 'a.out')).toEqual(['cc', 'a.c', '-lm', '-o', 'a.out']);
  expect(filledWords({ words: ['node'], root: '/w' }, 'a.js')).toEqual(['node', 'a.js']);
});

test('the tree stands for the workspace, or for the folder that holds all sources where they lie outside', () => {
  const rootOf = (files: readonly string[]): string | undefined =>
    runnerOf(files[0] ?? '', '', { folder: '/w', files })?.root;
  expect(rootOf(['/w/src/a.js', '/w/lib/b.js'])).toBe('/w');
  expect(rootOf(['/w/src/a.js', '/other/b.js'])).toBe('/');
  expect(rootOf(['/x/y/a.js', '/x/z/b.js'])).toBe('/x');
});
