import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { config } from '@vscode/l10n';
import type { l10nJsonFormat } from '@vscode/l10n-dev';
import { afterEach, expect, test } from 'vitest';
import { collectStatus } from '../../src/extension/views/collectStatus.ts';
import { aStudy, counts } from './builders.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): l10nJsonFormat =>
  JSON.parse(readFileSync(path.join(root, file), 'utf8')) as l10nJsonFormat; // our own files
const sources = readdirSync(path.join(root, 'src/extension'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, contents: readFileSync(path.join(root, 'src/extension', file), 'utf8') }));

const languages = ['de'];
const pairs = languages.flatMap((language) => [
  { from: 'package.nls.json', to: `package.nls.${language}.json` },
  { from: 'l10n/bundle.l10n.json', to: `l10n/bundle.l10n.${language}.json` },
]);

const textOf = (entry: l10nJsonFormat[string] | undefined): string =>
  typeof entry === 'string' ? entry : (entry?.message ?? '');
/** What a translation must not change: placeholders, commands, settings, icons, and code that a person types. */
const fixedParts = (text: string): readonly string[] =>
  [...text.matchAll(/\{\d+\}|\((?:command|https?):[^)]*\)|`[^`]*`|\$\([\w~-]+\)|tunelens\.\w+|# tune\b/g)]
    .map(([part]) => part)
    // Keys have names of their own in each language.
    .filter((part) => !/^`(?:Alt|Ctrl)\+/.test(part))
    .sort();

afterEach(() => config({ contents: {} }));

/** First arguments of `l10n.t`, which are plain strings. */
const textsIn = (source: string): readonly string[] =>
  [...source.matchAll(/l10n\.t\(\s*(?:'((?:\\.|[^'\\])*)'|"((?:\\.|[^"\\])*)")/g)].map(
    ([, single, double]) =>
      single === undefined
        ? (JSON.parse(`"${double}"`) as string) // between double quotes JSON's escapes are the language's
        : (JSON.parse(`"${single.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`) as string),
  );

test('the bundle holds the texts of the source and no other; `npm run l10n` writes it', () => {
  const found = new Set(sources.flatMap(({ contents }) => textsIn(contents)));
  expect([...found].sort()).toEqual(Object.keys(read('l10n/bundle.l10n.json')).sort());
});

test('every text to translate is a plain string, so that translators get it', () => {
  for (const { file, contents } of sources)
    expect(textsIn(contents).length, file).toBe(contents.match(/l10n\.t\(/g)?.length ?? 0);
});

test.each(pairs)('$to translates everything, and leaves alone what is no language', ({ from, to }) => {
  const original = read(from);
  const translated = read(to);
  expect(Object.keys(translated).sort()).toEqual(Object.keys(original).sort());
  for (const [key, entry] of Object.entries(original)) {
    const text = textOf(entry);
    const other = textOf(translated[key]);
    expect(other.trim(), key).not.toBe('');
    expect(fixedParts(other), key).toEqual(fixedParts(text));
  }
});

test('texts in another language are shown', () => {
  config({ contents: JSON.parse(readFileSync(path.join(root, 'l10n/bundle.l10n.de.json'), 'utf8')) });
  const study = aStudy({ counts: counts({ running: 2, complete: 3 }) });
  const { tooltip } = collectStatus({ study, best: undefined, running: [] }, String);
  expect(tooltip).toContain('2 laufen');
});

test('no message, title or question is given to the editor untranslated', () => {
  const shown =
    /(?:show\w+Message|setStatusBarMessage|new UserError|new NothingToDo)\(\s*['"`](?!TuneLens: \$\{)\w|\b(?:title|placeHolder|prompt|openLabel|tooltip|detail|none): ['"`](?!\$\{|TuneLens['"`])[A-Z]/g;
  const untranslated = sources.flatMap(({ file, contents }) =>
    [...contents.matchAll(shown)].map(({ index }) => {
      const line = contents.slice(0, index).split('\n').length;
      return `${file}:${line}: ${contents.slice(index, index + 60)}`;
    }),
  );
  expect(untranslated).toEqual([]);
});

test('translations are packed', () => {
  const packed = readFileSync(path.join(root, '.vscodeignore'), 'utf8');
  for (const pattern of ['!l10n/*.json', '!package.nls.*.json']) expect(packed).toContain(pattern);
  for (const { to } of pairs) expect(existsSync(path.join(root, to)), to).toBe(true);
});
