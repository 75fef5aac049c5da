import { compositeByPart, ownConstraints } from './composite.ts';
import { createSpace } from './create.ts';
import type { DraftComposite, DraftConstant, DraftDerived, DraftForbidden, DraftParameter } from './draft.ts';
import { type Expression, literalText } from './expression.ts';
import { didYouMean } from './nearMiss.ts';
import type {
  Composite,
  CompositeShape,
  DerivedParameter,
  ItemRange,
  NormalPrior,
  Parameter,
  ParamValue,
  SearchSpace,
} from './parameter.ts';
import { rangeOfPrior } from './prior.ts';
import type { SpaceProblem } from './problem.ts';
import { failure, type Result } from './result.ts';

/** A number's range as JSON. */
interface JsonNumber {
  readonly type: 'float' | 'int';
  /** Where it ends; with a prior, four deviations from the mean when left out. */
  readonly low?: number;
  readonly high?: number;
  readonly log?: boolean;
  readonly step?: number;
  readonly factor?: number;
  readonly prior?: NormalPrior;
}

/** What each item of a list may be, as JSON. */
type JsonItem =
  | JsonNumber
  | { readonly type: 'categorical'; readonly choices: readonly ParamValue[]; readonly ordered?: boolean }
  | { readonly type: 'bool' };

/** One parameter, composite, constant or derived value as JSON. A range of counts is `[least, most]`. */
export type JsonParameter = (
  | JsonItem
  | { readonly type: 'list'; readonly length: readonly [number, number]; readonly of: JsonItem }
  | { readonly type: 'permutation'; readonly choices: readonly ParamValue[] }
  | {
      readonly type: 'subset';
      readonly choices: readonly ParamValue[];
      /** Any number when left out. */
      readonly size?: readonly [number, number];
    }
  | { readonly type: 'simplex'; readonly size: number /** 1 when left out. */; readonly total?: number }
  | { readonly type: 'constant'; readonly value: ParamValue }
  | { readonly type: 'derived'; readonly expression: string }
) & { readonly if?: string };

/**
 * A space as JSON: parameters by name; under `where`, an array of constraints; under `forbid`, an array of expressions
 * that must not hold or of objects of values that must not come together.
 */
export interface JsonSpace {
  readonly [name: string]: JsonParameter | readonly string[] | readonly DraftForbidden[];
}

/** Reads a space from foreign JSON. Returns every problem found; what it accepts, `spaceToJson` writes back. */
export const parseSpace = (json: unknown): Result<SearchSpace, readonly SpaceProblem[]> => {
  if (!isObject(json)) {
    return failure([
      {
        code: 'type',
        message:
          'A space is an object of parameters by name, such as {"lr": {"type": "float", "low": 0, "high": 1}}.',
      },
    ]);
  }
  const reader = new Reader();
  for (const [name, value] of Object.entries(json)) {
    if (name === 'where' && Array.isArray(value)) reader.readConstraints(value);
    else if (name === 'forbid' && Array.isArray(value)) reader.readForbidden(value);
    else reader.readParameter(name, value);
  }
  return reader.problems.length > 0 ? failure(reader.problems) : createSpace(reader);
};

/**
 * The space as JSON, in its own order; forbidden combinations have become constraints. `parseSpace` makes an equal space
 * of it.
 */
export const spaceToJson = (space: SearchSpace): JsonSpace => {
  const entries = new Map<string, JsonParameter | readonly string[]>();
  const owners = compositeByPart(space);
  for (const parameter of space.parameters) {
    const owner = owners.get(parameter.name);
    if (owner === undefined) entries.set(parameter.name, parameterToJson(parameter));
    else if (!entries.has(owner.name)) entries.set(owner.name, compositeToJson(owner));
  }
  for (const derived of space.derived) entries.set(derived.name, derivedToJson(derived));
  const constraints = ownConstraints(space);
  if (constraints.length > 0)
    entries.set(
      'where',
      constraints.map(({ text }) => text),
    );
  return Object.fromEntries(entries);
};

const conditionToJson = (condition: Expression | undefined): { readonly if?: string } =>
  condition === undefined ? {} : { if: condition.text };

const parameterToJson = ({ condition, ...parameter }: Parameter): JsonParameter => ({
  ...itemToJson(parameter),
  ...conditionToJson(condition),
});

const itemToJson = (item: ItemRange): JsonItem => {
  if (item.kind === 'bool') return { type: 'bool' };
  if (item.kind === 'categorical')
    return { type: 'categorical', choices: item.choices, ...(item.ordered ? { ordered: true } : {}) };
  const { kind, low, high, log, step, factor, prior } = item;
  return {
    type: kind,
    low,
    high,
    ...(log ? { log } : {}),
    ...(step === undefined ? {} : { step }),
    ...(factor === undefined ? {} : { factor }),
    ...(prior === undefined ? {} : { prior }),
  };
};

const compositeToJson = ({ shape, condition }: Composite): JsonParameter => ({
  ...shapeToJson(shape),
  ...conditionToJson(condition),
});

const shapeToJson = (shape: CompositeShape): JsonParameter => {
  switch (shape.kind) {
    case 'list':
      return { type: 'list', length: [shape.least, shape.most], of: itemToJson(shape.item) };
    case 'permutation':
      return { type: 'permutation', choices: shape.choices };
    case 'subset':
      return { type: 'subset', choices: shape.choices, size: [shape.least, shape.most] };
    case 'simplex':
      return { type: 'simplex', size: shape.size, ...(shape.total === 1 ? {} : { total: shape.total }) };
  }
};

const derivedToJson = ({ expression, condition }: DerivedParameter): JsonParameter => {
  const { root, text } = expression;
  const isConstant = root.kind === 'literal' && text === literalText(root.value);
  return {
    ...(isConstant ? { type: 'constant', value: root.value } : { type: 'derived', expression: text }),
    ...conditionToJson(condition),
  };
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const numberKeys = ['type', 'low', 'high', 'log', 'step', 'factor', 'prior', 'if'];

const keysByType: Readonly<Record<string, readonly string[]>> = {
  float: numberKeys,
  int: numberKeys,
  categorical: ['type', 'choices', 'ordered', 'if'],
  bool: ['type', 'if'],
  list: ['type', 'length', 'of', 'if'],
  permutation: ['type', 'choices', 'if'],
  subset: ['type', 'choices', 'size', 'if'],
  simplex: ['type', 'size', 'total', 'if'],
  constant: ['type', 'value', 'if'],
  derived: ['type', 'expression', 'if'],
};

/** What a list can be of. */
const itemTypes: readonly string[] = ['float', 'int', 'categorical', 'bool'];

type Fields = Readonly<Record<string, unknown>>;

/** Collects a draft and the problems of its JSON. */
class Reader {
  readonly parameters: (DraftParameter | DraftComposite)[] = [];
  readonly derived: (DraftDerived | DraftConstant)[] = [];
  readonly constraints: string[] = [];
  readonly forbidden: DraftForbidden[] = [];
  readonly problems: SpaceProblem[] = [];

  readConstraints(values: readonly unknown[]): void {
    values.forEach((value, constraint) => {
      if (typeof value === 'string') this.constraints.push(value);
      else
        this.problems.push({
          code: 'type',
          constraint,
          message: 'Each constraint under "where" must be text.',
        });
    });
  }

  readForbidden(values: readonly unknown[]): void {
    for (const value of values) {
      const isCombination =
        isObject(value) && Object.keys(value).length > 0 && Object.values(value).every(isParamValue);
      // Just checked: values by name.
      if (typeof value === 'string' || isCombination) this.forbidden.push(value as DraftForbidden);
      else
        this.problems.push({
          code: 'type',
          message:
            'Each entry under "forbid" must be text, or an object of values by name, such as {"optimizer": "sgd", "nesterov": true}.',
        });
    }
  }

  readParameter(name: string, value: unknown): void {
    const before = this.problems.length;
    const fields = this.#fields(name, value, Object.keys(keysByType));
    if (fields === undefined) return;
    const condition = this.#optional(name, fields, 'if', 'string');
    const base = condition === undefined ? { name } : { name, condition };
    if (fields.type === 'derived') {
      const expression = this.#required(name, fields, 'expression', 'string') ?? '';
      if (this.problems.length === before) this.derived.push({ ...base, expression });
    } else if (fields.type === 'constant') {
      const constant = this.#constant(name, fields.value);
      if (this.problems.length === before) this.derived.push({ ...base, value: constant });
    } else {
      const range = this.#range(name, fields);
      if (this.problems.length === before) this.parameters.push({ ...base, ...range });
    }
  }

  #constant(name: string, value: unknown): ParamValue {
    if (isParamValue(value) && (typeof value !== 'number' || Number.isFinite(value))) return value;
    this.#wrong(name, `"value" of ${name} must be a finite number, a text, true, false or null.`);
    return null;
  }

  #range(name: string, fields: Fields): ItemRange | CompositeShape {
    switch (fields.type) {
      case 'list': {
        const [least, most] = this.#counts(name, fields, 'length') ?? [0, 0];
        const of = this.#fields(`Each item of ${name}`, fields.of, itemTypes, name);
        const item: ItemRange = of === undefined ? { kind: 'bool' } : this.#item(name, of);
        return { kind: 'list', least, most, item };
      }
      case 'permutation':
        return { kind: 'permutation', choices: this.#choices(name, fields.choices) };
      case 'subset': {
        const choices = this.#choices(name, fields.choices);
        const [least, most] =
          fields.size === undefined
            ? [0, choices.length]
            : (this.#counts(name, fields, 'size') ?? [0, choices.length]);
        return { kind: 'subset', choices, least, most };
      }
      case 'simplex': {
        const size = this.#required(name, fields, 'size', 'number') ?? 0;
        return { kind: 'simplex', size, total: this.#optional(name, fields, 'total', 'number') ?? 1 };
      }
      default:
        return this.#item(name, fields);
    }
  }

  #item(name: string, fields: Fields): ItemRange {
    if (fields.type === 'bool') return { kind: 'bool' };
    if (fields.type === 'categorical') {
      const choices = this.#choices(name, fields.choices);
      return {
        kind: 'categorical',
        choices,
        ordered: this.#optional(name, fields, 'ordered', 'boolean') ?? false,
      };
    }
    return this.#number(name, fields, fields.type === 'int' ? 'int' : 'float');
  }

  #number(name: string, fields: Fields, kind: 'float' | 'int'): ItemRange {
    const log = this.#optional(name, fields, 'log', 'boolean') ?? false;
    const prior = fields.prior === undefined ? undefined : this.#prior(name, fields.prior);
    const usual = prior && rangeOfPrior(prior, { kind, log });
    const bound = (key: 'low' | 'high'): number =>
      (fields[key] === undefined && fields.prior !== undefined
        ? usual?.[key]
        : this.#required(name, fields, key, 'number')) ?? 0;
    const low = bound('low');
    const high = bound('high');
    const step = this.#optional(name, fields, 'step', 'number');
    const factor = this.#optional(name, fields, 'factor', 'number');
    return {
      kind,
      low,
      high,
      log,
      ...(step === undefined ? {} : { step }),
      ...(factor === undefined ? {} : { factor }),
      ...(prior === undefined ? {} : { prior }),
    };
  }

  #prior(name: string, value: unknown): NormalPrior | undefined {
    const isNormal =
      isObject(value) &&
      value.kind === 'normal' &&
      Object.keys(value).every((key) => ['kind', 'mean', 'sd'].includes(key));
    if (isNormal && typeof value.mean === 'number' && typeof value.sd === 'number')
      return { kind: 'normal', mean: value.mean, sd: value.sd };
    return this.#wrong(name, `"prior" of ${name} must be like {"kind": "normal", "mean": 0, "sd": 1}.`);
  }

  /** `[least, most]`, or one number for both. */
  #counts(name: string, fields: Fields, key: string): readonly [number, number] | undefined {
    const value = fields[key];
    if (value === undefined) return this.#wrong(name, `${name} needs "${key}".`);
    if (typeof value === 'number') return [value, value];
    const [least, most, ...more]: readonly unknown[] = Array.isArray(value) ? value : [];
    if (typeof least === 'number' && typeof most === 'number' && more.length === 0) return [least, most];
    return this.#wrong(name, `"${key}" of ${name} must be a number or two, such as [1, 4].`);
  }

  #fields(what: string, value: unknown, types: readonly string[], name = what): Fields | undefined {
    if (!isObject(value)) {
      return this.#wrong(name, `${what} must be an object such as {"type": "float", "low": 0, "high": 1}.`);
    }
    const { type } = value;
    const keys = typeof type === 'string' && types.includes(type) ? keysByType[type] : undefined;
    if (keys === undefined) {
      const hint = typeof type === 'string' ? didYouMean(type, types) : '';
      const whose = what === name ? name : `${what.charAt(0).toLowerCase()}${what.slice(1)}`;
      return this.#wrong(name, `The type of ${whose} must be one of ${types.join(', ')}.${hint}`);
    }
    const known = what === name ? keys : keys.filter((key) => key !== 'if');
    const unknown = Object.keys(value).find((key) => !known.includes(key));
    if (unknown === undefined) return value;
    const hint = didYouMean(unknown, known) || ` There are ${known.join(', ')}.`;
    return this.#wrong(name, `${what} has the unknown key ${unknown}.${hint}`);
  }

  #choices(name: string, value: unknown): readonly ParamValue[] {
    if (Array.isArray(value) && value.every(isParamValue)) return value;
    this.#wrong(name, `The choices of ${name} must be an array of numbers, texts, true, false or null.`);
    return [];
  }

  #required<K extends keyof Primitives>(
    name: string,
    fields: Fields,
    key: string,
    type: K,
  ): Primitives[K] | undefined {
    if (fields[key] === undefined) return this.#wrong(name, `${name} needs "${key}".`);
    return this.#optional(name, fields, key, type);
  }

  #optional<K extends keyof Primitives>(
    name: string,
    fields: Fields,
    key: string,
    type: K,
  ): Primitives[K] | undefined {
    const value = fields[key];
    if (value === undefined) return undefined;
    // typeof has just said so.
    if (typeof value === type) return value as Primitives[K];
    return this.#wrong(name, `"${key}" of ${name} must be ${words[type]}, found ${JSON.stringify(value)}.`);
  }

  #wrong(parameter: string, message: string): undefined {
    this.problems.push({ code: 'type', parameter, message });
    return undefined;
  }
}

interface Primitives {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

const words = { string: 'text', number: 'a number', boolean: 'true or false' } as const;

const isParamValue = (value: unknown): value is ParamValue =>
  value === null || ['number', 'string', 'boolean'].includes(typeof value);
