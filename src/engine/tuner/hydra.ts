import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { HydraMention } from '../annotations/config/mention.ts';
import { languageCalled } from '../annotations/languages.ts';
import { scanSource } from '../annotations/scanSource.ts';

/** A file that Hydra puts together with others. */
export interface HydraFile {
  readonly file: string;
  /** Where its keys come in the whole configuration, as far as its folder tells: `optimizer`. */
  readonly below: string;
  /** Where a tuned entry of a defaults list chooses among files: that entry, and its value that chooses this one. */
  readonly when?: Choice;
}

export interface Choice {
  readonly file: string;
  /** The name of the tunable in that file. */
  readonly name: string;
  readonly value: string;
}

/**
 * The files that Hydra reads for a configuration: the one that is named, and those that the defaults lists name, with
 * what the command line chooses instead. Of a group whose choice is tuned, every file that can be chosen.
 */
export const hydraFiles = (
  from: string,
  mention: HydraMention,
  args: readonly string[],
): readonly HydraFile[] => {
  const given = optionsIn(args);
  const root = path.resolve(path.dirname(from), given.folder ?? mention.folder ?? '.');
  const found = new Map<string, HydraFile>();
  const visit = (name: string, when?: Choice): void => {
    const file = fileOf(root, name);
    if (file === undefined || found.has(file) || found.size >= maxFiles) return;
    const folder = path.posix.dirname(name);
    found.set(file, {
      file,
      below: folder === '.' ? '' : folder.replaceAll('/', '.'),
      ...(when && { when }),
    });
    for (const each of defaultsOf(file, path.posix.dirname(name), given.groups))
      visit(each.name, each.when ?? when);
  };
  visit(given.name ?? mention.name);
  return [...found.values()];
};

/** More than any configuration has; a guard against lists that go round. */
const maxFiles = 500;

const fileOf = (root: string, name: string): string | undefined =>
  [name, `${name}.yaml`, `${name}.yml`]
    .map((each) => path.join(root, each))
    .find((each) => /\.ya?ml$/u.test(each) && statSync(each, { throwIfNoEntry: false })?.isFile());

interface Given {
  readonly folder?: string;
  readonly name?: string;
  readonly groups: ReadonlyMap<string, string>;
}

/** `--config-path P`, `--config-name N`, and `group=choice`. */
const optionsIn = (args: readonly string[]): Given => {
  const option = (...names: readonly string[]): string | undefined => {
    const at = args.findIndex((arg) => names.includes(arg.replace(/=.*$/su, '')));
    const arg = args[at];
    if (arg === undefined) return undefined;
    return arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : args[at + 1];
  };
  const folder = option('--config-path', '-cp');
  const name = option('--config-name', '-cn');
  const groups = args.flatMap((arg): (readonly [string, string])[] => {
    const { group, choice } =
      /^\+{0,2}(?<group>[\w/-]+)(?:@[\w.:-]*)?=(?<choice>[\w./-]+)$/u.exec(arg)?.groups ?? {};
    return group !== undefined && choice !== undefined ? [[group, choice]] : [];
  });
  return {
    ...(folder !== undefined && { folder }),
    ...(name !== undefined && { name }),
    groups: new Map(groups),
  };
};

interface Default {
  readonly name: string;
  readonly when?: Choice;
}

const defaultsOf = (file: string, folder: string, given: ReadonlyMap<string, string>): readonly Default[] => {
  const text = readFileSync(file, 'utf8');
  const entries = languageCalled('yaml').open(text).entries?.() ?? [];
  const { tunables } = scanSource('yaml', text);
  return entries.flatMap(({ path: place, slot }): readonly Default[] => {
    const found = /^defaults\[\d+\](?:\.(.+?))?(?:\[\d+\])?$/u.exec(place);
    if (!found || typeof slot.value !== 'string') return [];
    const [, key] = found;
    if (key === undefined)
      return slot.value === '_self_' ? [] : [{ name: inFolder(folder, slot.value.replace(/@.*$/u, '')) }];
    const group = inFolder(folder, key.replace(/^(?:(?:override|optional)\s+)+/u, '').replace(/@.*$/u, ''));
    const chosen = given.get(group);
    if (chosen !== undefined) return [{ name: `${group}/${chosen}` }];
    const tuned = tunables.find(({ form }) => form.kind === 'key' && form.path === place);
    const choices =
      tuned?.role.kind === 'search' && tuned.role.parameter.kind === 'categorical'
        ? tuned.role.parameter.choices
        : undefined;
    if (!tuned || !choices) return [{ name: `${group}/${slot.value}` }];
    return choices.flatMap((value) =>
      typeof value === 'string'
        ? [{ name: `${group}/${value}`, when: { file, name: tuned.name, value } }]
        : [],
    );
  });
};

/** Names are relative to the file's own group, unless they begin with a slash. */
const inFolder = (folder: string, name: string): string =>
  name.startsWith('/') ? name.slice(1) : path.posix.join(folder, name);
