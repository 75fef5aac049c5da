import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { scanPython } from '../../src/engine/index.ts';
import { createSampler } from '../../src/engine/samplers/registry.ts';
import { createStoppingRule, schedulerOf } from '../../src/engine/tuner/strategies.ts';
import {
  commandIds,
  contextKeys,
  offeredPruners,
  offeredSamplers,
  panelViewType,
  settingDefaults,
  settingsSection,
  viewIds,
  walkthroughId,
} from '../../src/extension/contributions.ts';

const root = path.resolve(import.meta.dirname, '../..');
const text = readFileSync(path.join(root, 'package.json'), 'utf8');

interface Setting {
  readonly order: number;
  readonly scope: string;
  readonly type: unknown;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly markdownDescription?: string;
}

interface Manifest {
  readonly icon: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string }[];
    readonly configuration: readonly {
      readonly id: string;
      readonly title: string;
      readonly order: number;
      readonly properties: Readonly<Record<string, Setting>>;
    }[];
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly when: string;
      readonly contents: string;
    }[];
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly {
        readonly id: string;
        readonly title: string;
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly submenus: readonly { readonly id: string; readonly label: string }[];
    readonly menus: Readonly<
      Record<string, readonly { readonly command?: string; readonly submenu?: string }[]>
    >;
  };
}
const manifest = JSON.parse(text) as Manifest; // our own file; a wrong shape fails the tests below
const strings = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<
  string,
  string
>;
const sections = manifest.contributes.configuration;
const settings: readonly (readonly [string, Setting])[] = sections.flatMap(({ properties }) =>
  Object.entries(properties),
);
const settingNamed = (name: string): Setting | undefined =>
  settings.find(([declared]) => declared === name)?.[1];
const textOf = (key: string | undefined): string => strings[key?.replaceAll('%', '') ?? ''] ?? '';
const sorted = (values: Iterable<string>): readonly string[] => [...values].sort();

test('the table and package.json name the same commands', () => {
  expect(sorted(commandIds)).toEqual(sorted(manifest.contributes.commands.map(({ command }) => command)));
});

test('every command has our category', () => {
  expect(new Set(manifest.contributes.commands.map(({ category }) => category))).toEqual(
    new Set(['TuneLens']),
  );
});

test('menus name only commands that exist', () => {
  const used = Object.values(manifest.contributes.menus).flatMap((items) =>
    items.flatMap(({ command }) => command ?? []),
  );
  expect(used.filter((command) => !commandIds.includes(command))).toEqual([]);
  const submenus = manifest.contributes.submenus.map(({ id }) => id);
  const opened = Object.values(manifest.contributes.menus).flatMap((items) =>
    items.flatMap(({ submenu }) => submenu ?? []),
  );
  expect(sorted(new Set(opened))).toEqual(sorted(submenus));
  for (const { id, label } of manifest.contributes.submenus) {
    expect(manifest.contributes.menus[id]?.length).toBeGreaterThan(0);
    expect(textOf(label)).not.toBe('');
  }
});

test('the table and package.json name the same settings with the same defaults', () => {
  const declared = settings.map(([name, body]) => [name, body.default]);
  const ours = Object.entries(settingDefaults).map(([name, value]) => [`${settingsSection}.${name}`, value]);
  expect(Object.fromEntries(declared)).toEqual(Object.fromEntries(ours));
});

test('settings offer samplers and pruners that the engine has, and package.json the same', () => {
  expect(settingNamed('tunelens.sampler')?.enum).toEqual(offeredSamplers);
  expect(settingNamed('tunelens.pruner')?.enum).toEqual(offeredPruners);
  for (const name of offeredSamplers) expect(createSampler({ name, options: {} }).ok).toBe(true);
  for (const name of offeredPruners)
    expect(
      schedulerOf({ name, options: {} }) !== undefined || createStoppingRule({ name, options: {} }).ok,
    ).toBe(true);
});

test('every setting stands in a section, in an order, with a description and a scope', () => {
  expect(sections.map(({ order }) => order)).toEqual(sections.map((_, index) => index));
  for (const { title, properties } of sections) {
    expect(textOf(title)).not.toBe('');
    const bodies = Object.values(properties);
    expect(
      bodies.map(({ order }) => order),
      title,
    ).toEqual(bodies.map((_, index) => index));
  }
  for (const [name, body] of settings) {
    expect(textOf(body.markdownDescription).length, name).toBeGreaterThan(20);
    expect(['resource', 'window', 'machine-overridable', 'language-overridable'], name).toContain(body.scope);
    expect(body.enumDescriptions?.length, name).toBe(body.enum?.length);
    for (const text of body.enumDescriptions ?? []) expect(textOf(text), `${name}: ${text}`).not.toBe('');
  }
});

test('descriptions of settings link only to settings that exist', () => {
  const links = settings.flatMap(([, body]) => [
    ...textOf(body.markdownDescription).matchAll(/`#([\w.-]+)#`/g),
  ]);
  expect(links.length).toBeGreaterThan(3);
  for (const [, name] of links) expect(settings.map(([declared]) => declared)).toContain(name);
});

test('every setting is read somewhere', () => {
  const isTable = (file: string): boolean => /(^|\/)(contributions|settings)\.ts$/.test(file);
  const source = readdirSync(path.join(root, 'src/extension'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !isTable(file))
    .map((file) => readFileSync(path.join(root, 'src/extension', file), 'utf8'))
    .join('\n');
  const unread = Object.keys(settingDefaults).filter((name) => !source.includes(`'${name}'`));
  expect(unread).toEqual([]);
});

test('conditions and the table use the same context keys', () => {
  const conditions = [...text.matchAll(/"when": "([^"]*)"/g)].map((match) => match[1] ?? '');
  const used = conditions.flatMap((condition) => condition.match(/\btunelens\.\w+/g) ?? []);
  const views: readonly string[] = Object.values(viewIds);
  expect(sorted(new Set(used.filter((key) => !views.includes(key))))).toEqual(
    sorted(Object.values(contextKeys)),
  );
});

test('the table and package.json name the same views', () => {
  const { viewsContainers, views, viewsWelcome } = manifest.contributes;
  expect(viewsContainers.activitybar.map(({ id }) => id)).toEqual([viewIds.container]);
  const { container: _, ...ours } = viewIds;
  expect(sorted(Object.values(views).flatMap((list) => list.map(({ id }) => id)))).toEqual(
    sorted(Object.values(ours)),
  );
  expect(sorted(new Set(viewsWelcome.map(({ view }) => view)))).toEqual(sorted(Object.values(ours)));
  expect(manifest.activationEvents).toContain(`onWebviewPanel:${panelViewType}`);
});

test('the setting that names a program is not read from an untrusted workspace', () => {
  expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain(
    'tunelens.python.interpreter',
  );
});

test('package.nls.json has every text that package.json asks for, and no other', () => {
  const asked = [...text.matchAll(/"%([\w.-]+)%"/g)].map((match) => match[1] ?? '');
  expect(sorted(new Set(asked))).toEqual(sorted(Object.keys(strings)));
});

test('the icons are there', () => {
  const files = [manifest.icon, ...manifest.contributes.viewsContainers.activitybar.map(({ icon }) => icon)];
  expect(files.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

test('the walkthrough has five steps with pictures in the colours of the theme, and ends each on something real', () => {
  const [walkthrough, ...others] = manifest.contributes.walkthroughs;
  expect(others).toEqual([]);
  expect(walkthrough?.id).toBe(walkthroughId);
  expect(walkthrough?.steps).toHaveLength(5);
  for (const { id, title, description, media, completionEvents } of walkthrough?.steps ?? []) {
    expect(textOf(title), id).not.toBe('');
    expect(textOf(media.altText), id).not.toBe('');
    const links = [...textOf(description).matchAll(/\(command:(?:toSide:)?([\w.]+)\)/g)];
    const focus = Object.values(viewIds).map((view) => `${view}.focus`);
    for (const [, command] of links) expect([...commandIds, ...focus], id).toContain(command);
    const svg = readFileSync(path.join(root, media.svg), 'utf8');
    expect([...svg.matchAll(/(?:fill|stroke)="(?!none|var\()([^"]*)"/g)], id).toEqual([]);
    for (const event of completionEvents) {
      const [, kind, name] = /^(onCommand|onContext|onView):(.+)$/.exec(event) ?? [];
      const known: Record<string, readonly string[]> = {
        onCommand: commandIds,
        onContext: Object.values(contextKeys),
        onView: Object.values(viewIds),
      };
      expect(known[kind ?? ''], `${id}: ${event}`).toContain(name);
    }
  }
});

test('the example is packed, and its search space is in order', () => {
  const file = 'examples/spirals/train.py';
  expect(readFileSync(path.join(root, '.vscodeignore'), 'utf8')).toContain(`!${file}`);
  const { tunables, objectives, problems } = scanPython(readFileSync(path.join(root, file), 'utf8'));
  expect(problems).toEqual([]);
  expect(tunables).toHaveLength(5);
  expect(objectives).toEqual([{ metric: 'val_acc', direction: 'maximize' }]);
});

test('an empty view says one thing and has at most one button, whatever is open', () => {
  const states = [true, false];
  const keys = ['isWorkspaceTrusted', 'virtualWorkspace', 'tunelens.hasStudies', 'tunelens.studiesFiltered'];
  const script = ['tunelens.scriptOpen', 'tunelens.scriptAnnotated', 'tunelens.interpreterMissing'];
  const all = [...keys, ...script].reduce<readonly ReadonlyMap<string, boolean>[]>(
    (known, key) => known.flatMap((one) => states.map((value) => new Map([...one, [key, value]]))),
    [new Map()],
  );
  const holds = (when: string, of: ReadonlyMap<string, boolean>, folders: number): boolean =>
    when.split(' || ').some((any) =>
      any.split(' && ').every((term) => {
        const [, sign, number] = /^workspaceFolderCount (==|!=) (\d)$/.exec(term) ?? [];
        if (number !== undefined) return (folders === Number(number)) === (sign === '==');
        return term.startsWith('!') ? of.get(term.slice(1)) === false : of.get(term) === true;
      }),
    );
  const { viewsWelcome } = manifest.contributes;
  for (const of of all) {
    for (const folders of [0, 1])
      for (const view of new Set(viewsWelcome.map((one) => one.view))) {
        const shown = viewsWelcome.filter((one) => one.view === view && holds(one.when, of, folders));
        const state = JSON.stringify([...of, folders, view]);
        expect(shown.length, state).toBeLessThanOrEqual(1);
        const buttons = shown.flatMap(({ contents }) => [
          ...textOf(contents).matchAll(/^\[[^\]]*\]\(command:[\w.]+\)$/gm),
        ]);
        expect(buttons.length, state).toBeLessThanOrEqual(1);
      }
  }
  const linked = viewsWelcome.flatMap(({ contents }) => [
    ...textOf(contents).matchAll(/command:(tunelens\.\w+)/g),
  ]);
  for (const [, command] of linked) expect(commandIds).toContain(command);
});
