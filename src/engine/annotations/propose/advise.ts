import { inferRange } from '../inferRange.ts';
import type { Site } from '../python/sites.ts';
import type { Slot } from '../slot.ts';
import { parameterDicts } from './catalogue/boosting.ts';
import { callCalled } from './catalogue/calls.ts';
import { choiceNames, commonNames, listNames } from './catalogue/names.ts';
import { isNever } from './catalogue/never.ts';
import { type Confidence, type Entry, type Group, isMeant, snakeCase } from './entry.ts';
import { type Asked, askedOf, choices, listOf, type Present } from './scale.ts';

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
  const advice = adviseFreely(site, around);
  return advice && { ...advice, asked: withinLimits(advice.asked, site.slot) };
};

/** No range goes beyond what the declaration of a literal allows: an option with `max=6` fails above. */
const withinLimits = (asked: Asked, { allowed, value }: Slot): Asked => {
  if (asked.kind !== 'search' || typeof value !== 'number' || !allowed) return asked;
  const { parameter } = asked;
  if (parameter.kind !== 'int' && parameter.kind !== 'float') return asked;
  const low = Math.max(parameter.low, allowed.low ?? parameter.low);
  const high = Math.min(parameter.high, allowed.high ?? parameter.high);
  if (low > value || value > high || low >= high) return asked;
  const { factor, ...plain } = parameter;
  const isKept = factor === undefined || (low === parameter.low && high === parameter.high);
  return { kind: 'search', parameter: { ...(isKept ? parameter : plain), low, high } };
};

const adviseFreely = (site: Site, around: Surroundings): Advice | undefined => {
  const { slot } = site;
  const name = snakeCase(slot.name);
  if (slot.value === undefined) return adviseList(slot, name);
  const present = { name: slot.name, value: slot.value, text: slot.text };
  const { form } = slot;
  if (form.kind === 'keyword' || form.kind === 'argument') {
    const callee = lastPart(form.callee);
    const known = callCalled(callee, around.modules);
    const place = form.kind === 'argument' ? known?.order?.[form.index] : undefined;
    if (known) return withOwner(firstMeant(known.arguments, place ?? name, present), callee);
    // What a function that we do not know does with an argument is told by that argument's name only.
    if (form.kind === 'argument') return undefined;
  }
  const ofLibrary = adviseOfDict(site, name, present, around.modules);
  if (ofLibrary) return ofLibrary;
  if (typeof slot.value === 'string') return adviseWord(site, slot.value, around);
  if (isNever(name)) return undefined;
  const entries = isSetting(site)
    ? commonNames
    : commonNames.filter(({ settingsOnly }) => settingsOnly !== true);
  return firstMeant(entries, name, present);
};

/** A class says by its name what it is; a function's name (`fit`, `train`) says nothing. */
const withOwner = (advice: Advice | undefined, callee: string): Advice | undefined =>
  advice && /^\p{Lu}/u.test(callee) && !callee.toLowerCase().includes(advice.what)
    ? { ...advice, of: callee }
    : advice;

const adviseList = ({ name, items }: Slot, snake: string): Advice | undefined => {
  const values = items?.map(({ value }) => value) ?? [];
  const numbers = values.filter((value) => typeof value === 'number');
  const entry = listNames.find((each) => isMeant(each, snake));
  const asked = entry && numbers.length === values.length ? listOf(name, numbers) : undefined;
  if (!entry || !asked) return undefined;
  const { what, why = usual(asked), group, confidence = 'high' } = entry;
  return { asked, what, why, group, confidence };
};

/** `params = {"eta": 0.1}` or `dict(eta=0.1)`, where a library is imported that calls its parameters so. */
const adviseOfDict = (
  { slot, target }: Site,
  name: string,
  present: Present,
  modules: readonly string[],
): Advice | undefined => {
  const owner = slot.form.kind === 'dict' ? slot.owner : isDictCall(slot) ? target : undefined;
  if (owner === undefined || !isParameterDict(owner)) return undefined;
  const imported = parameterDicts.filter(({ module }) => imports(modules, module));
  const named = imported.filter(({ short }) => snakeCase(owner).split('_').includes(short));
  for (const { module, entries } of named.length > 0 ? named : imported) {
    const advice = firstMeant(entries, name, present);
    if (advice) return { ...advice, of: moduleNames[module] ?? module };
  }
  return undefined;
};

const isDictCall = ({ form }: Slot): boolean => form.kind === 'keyword' && form.callee === 'dict';

const moduleNames: Readonly<Record<string, string>> = {
  xgboost: 'XGBoost',
  lightgbm: 'LightGBM',
  catboost: 'CatBoost',
};

const imports = (modules: readonly string[], wanted: string): boolean =>
  modules.some((module) => module === wanted || module.startsWith(`${wanted}.`));

const isParameterDict = (owner: string): boolean =>
  /param|config|cfg|kwargs|args|settings|opts|options/iu.test(owner);

const lastPart = (callee: string): string => callee.slice(callee.lastIndexOf('.') + 1);

/** The first entry that means a name and suits the value. */
const firstMeant = (entries: readonly Entry[], name: string, present: Present): Advice | undefined => {
  for (const entry of entries) {
    const asked = isMeant(entry, name) ? askedOf(entry.scales, present) : undefined;
    if (!asked) continue;
    const { what, group, confidence = 'high' } = entry;
    return { asked, what, why: entry.why ?? usual(asked), group, confidence };
  }
  return undefined;
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
  if (asked.kind === 'budget')
    return 'a schedule can stop short trainings early and give long ones to the best';
  if (asked.kind === 'list') return 'their number is searched, too';
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
  if (slot.value === undefined) return listByValue(slot);
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

const listByValue = ({ name, items = [] }: Slot): Advice | undefined => {
  const numbers = items.map(({ value }) => value).filter((value) => typeof value === 'number');
  const asked = numbers.length === items.length ? listOf(name, numbers) : undefined;
  return asked && { asked, what: name, why: 'by its present value', group: 'other', confidence: 'low' };
};
