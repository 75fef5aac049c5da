import { c, cpp } from './code/cpp.ts';
import { javascript, typescript, typescriptReact } from './code/javascript.ts';
import { julia } from './code/julia.ts';
import { r } from './code/r.ts';
import { shell } from './code/shell.ts';
import { json } from './json/language.ts';
import type { Language } from './language.ts';
import { python } from './python/language.ts';
import { toml } from './toml/language.ts';
import type { LanguageId } from './tunable.ts';
import { yaml } from './yaml/language.ts';

/** Every language whose comments are read. Adding one is a line here and its id in `LanguageId`. */
const languages: readonly Language[] = [
  python,
  javascript,
  typescript,
  typescriptReact,
  r,
  julia,
  shell,
  c,
  cpp,
  yaml,
  toml,
  json,
];

const byId = new Map(languages.map((language) => [language.id, language]));

/** The language of an id. */
export const languageCalled = (id: LanguageId): Language => byId.get(id) ?? python;

/** The language of a file by how its name ends; undefined where we read none. */
export const languageOfFile = (file: string): LanguageId | undefined => {
  const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1).toLowerCase();
  return languages.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)))?.id;
};

/** The language of a document by the editor's id for it; undefined where we read none. */
export const languageOfEditor = (editorId: string): LanguageId | undefined =>
  languages.find(({ editorIds }) => editorIds.includes(editorId))?.id;

/** The editor's ids of all languages that we read. */
export const editorLanguages: readonly string[] = languages.flatMap(({ editorIds }) => editorIds);
