import { inferRange } from '../inferRange.ts';
import type { Site } from '../python/sites.ts';
import { parameterDicts } from './catalogue/boosting.ts';
import { callCalled } from './catalogue/calls.ts';
import { choiceNames, commonNames } from './catalogue/names.ts';
import { isNever } from './catalogue/never.ts';
import { type Confidence, type Entry, type Group, isMeant, snakeCase } from './entry.ts';
import { type Asked, askedOf, choices, type Present } from './scale.ts';

/** What to ask of a literal, and why. */
export interface Advice {
  readonly asked: Asked;
  readonly what: string;
  readonly why: string;
  /** Whose it is, in words: `AdamW`. */
  readonly of?: string;
  readonly confidence: Confidence;
  readonly group: Group;
}

/** What the rest of the file says. */
export interface Surroundings {
  /** Modules that the file imports. */
  readonly modules: readonly string[];
  /** Words that names are compared with. */
  readonly compared: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a literal that holds a value would be asked, by where it stands; undefined where nothing speaks for tuning it. */
export const advise = (site: Site, around: Surroundings): Advice | undefined => {
  const { slot } = site;
  if (slot.value === undefined) return undefined;
  const present = { name: slot.name, value: slot.value, text: slot.text };
  const name = snakeCase(slot.name);
  if (slot.form.kind === 'keyword') {
    const callee = lastPart(slot.form.callee);
    const known = callCalled(callee, around.modules);
    if (known) {
      const entry = firstMeant(known.arguments, name, present);
      return entry && { ...entry, of: callee };
    }
  }
  if (slot.form.kind === 'dict' && isParameterDict(slot.owner)) {
    for (const { module, entries } of parameterDicts) {
      const entry = imports(around.modules, module) ? firstMeant(entries, name, present) : undefined;
      if (entry) return { ...entry, of: moduleNames[module] ?? module };
    }
  }
  if (typeof slot.value === 'string') return adviseWord(site, slot.value, around);
  if (isNever(name)) return undefined;
  return firstMeant(
    isSetting(site) ? commonNames : commonNames.filter(({ settingsOnly }) => settingsOnly !== true),
    name,
    present,
  );
};

const moduleNames: Readonly<Record<string, string>> = {
  xgboost: 'XGBoost',
  lightgbm: 'LightGBM',
  catboost: 'CatBoost',
};

const imports = (modules: readonly string[], wanted: string): boolean =>
  modules.some((module) => module === wanted || module.startsWith(`${wanted}.`));

const isParameterDict = (owner: string | undefined): boolean =>
  owner !== undefined && /param|config|cfg|kwargs|args|settings|opts|options/iu.test(owner);

const lastPart = (callee: string): string => callee.slice(callee.lastIndexOf('.') + 1);

const firstMeant = (
  entries: readonly Entry[],
  name: string,
  present: Present,
): Omit<Advice, 'of'> | undefined => {
  const entry = entries.find((each) => isMeant(each, name));
  const asked = entry && askedOf(entry.scales, present);
  if (!entry || !asked) return undefined;
  const { what, group, confidence = 'high' } = entry;
  return { asked, what, why: entry.why ?? usual(asked), group, confidence };
};

/** Words are proposed only where the script says which others it understands. */
const adviseWord = (site: Site, value: string, { compared }: Surroundings): Advice | undefined => {
  const name = snakeCase(site.slot.name);
  const meant = choiceNames.find(([names]) => names.split(' ').includes(name));
  if (!meant) return undefined;
  const declared = site.slot.allowed?.choices;
  const found = new Set([value, ...(declared ?? compared.get(site.slot.name) ?? [])]);
  if (found.size < 2 || found.size > mostWords) return undefined;
  const asked = askedOf(choices(...found), { name: site.slot.name, value });
  if (!asked) return undefined;
  const [, what, group] = meant;
  const confidence = group === 'model' || group === 'loss' ? 'medium' : 'high';
  return { asked, what, why: 'the script understands each of these', group, confidence };
};

/** More are a list of everything there is rather than of what makes sense here. */
const mostWords = 12;

const usual = (asked: Asked): string => {
  if (asked.kind === 'seed') return 'trials that differ only here show the noise';
  if (asked.kind === 'budget') return 'a schedule may cut it';
  const { parameter } = asked;
  switch (parameter.kind) {
    case 'bool':
      return 'worth trying both ways';
    case 'categorical':
      return parameter.ordered ? 'these sizes are usual' : 'each of these is usual';
    default:
      return parameter.factor === 2
        ? 'usually searched by doubling'
        : parameter.log
          ? 'usually searched on a log scale'
          : 'usually searched evenly over this range';
  }
};

/** Is this where a script keeps its settings: constants, options, fields, dicts, defaults of what builds or trains? */
const isSetting = ({ slot, functions }: Site): boolean => {
  switch (slot.form.kind) {
    case 'assignment':
      return slot.form.moduleLevel || functions.length <= 1;
    case 'keyword':
      return /(?:config|args|hparams|params|settings|namespace|dict|option)$/iu.test(slot.form.callee);
    default:
      return true;
  }
};

/** For a literal that a person points at: by common practice where something is known, else by its value. */
export const adviseAny = (site: Site, around: Surroundings): Advice | undefined => {
  const advice = advise(site, around);
  if (advice) return advice;
  const { slot } = site;
  if (slot.value === undefined) return undefined;
  const present = { name: slot.name, value: slot.value, text: slot.text };
  if (/(?:^|_)(?:seed|random_state)$/u.test(snakeCase(slot.name)) && Number.isInteger(slot.value))
    return {
      asked: { kind: 'seed' },
      what: 'seed',
      why: usual({ kind: 'seed' }),
      group: 'seed',
      confidence: 'high',
    };
  const byName = firstMeant(commonNames, snakeCase(slot.name), present);
  if (byName) return byName;
  const words = new Set([slot.value, ...(slot.allowed?.choices ?? around.compared.get(slot.name) ?? [])]);
  if (typeof slot.value !== 'number' && words.size > 1) {
    const asked = askedOf(choices(...words), present);
    if (asked)
      return {
        asked,
        what: slot.name,
        why: 'the script understands each of these',
        group: 'other',
        confidence: 'medium',
      };
  }
  return byValue(present);
};

const byValue = ({ name, value, text }: Present): Advice | undefined => {
  const parameter = inferRange(name, value, text);
  return (
    parameter && {
      asked: { kind: 'search', parameter },
      what: name,
      why: 'by its present value',
      group: 'other',
      confidence: 'low',
    }
  );
};
