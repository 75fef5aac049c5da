import { createSpace } from './create.ts';
import type { DraftDerived, DraftParameter } from './draft.ts';
import { didYouMean } from './nearMiss.ts';
import type { DerivedParameter, Parameter, ParamValue, SearchSpace } from './parameter.ts';
import type { SpaceProblem } from './problem.ts';
import { failure, type Result } from './result.ts';

/** One parameter or derived value as JSON. */
export type JsonParameter =
  | {
      readonly type: 'float' | 'int';
      readonly low: number;
      readonly high: number;
      readonly log?: boolean;
      readonly step?: number;
      readonly factor?: number;
      readonly if?: string;
    }
  | {
      readonly type: 'categorical';
      readonly choices: readonly ParamValue[];
      readonly ordered?: boolean;
      readonly if?: string;
    }
  | { readonly type: 'bool'; readonly if?: string }
  | { readonly type: 'derived'; readonly expression: string; readonly if?: string };

/** A space as JSON: parameters by name; under `where`, an array of constraints. */
export interface JsonSpace {
  readonly [name: string]: JsonParameter | readonly string[];
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
    else reader.readParameter(name, value);
  }
  return reader.problems.length > 0 ? failure(reader.problems) : createSpace(reader);
};

/** The space as JSON, in its own order. `parseSpace` makes an equal space of it. */
export const spaceToJson = (space: SearchSpace): JsonSpace => {
  const entries: [string, JsonParameter | readonly string[]][] = [
    ...space.parameters.map((parameter): [string, JsonParameter] => [
      parameter.name,
      parameterToJson(parameter),
    ]),
    ...space.derived.map((derived): [string, JsonParameter] => [derived.name, derivedToJson(derived)]),
  ];
  if (space.constraints.length > 0) entries.push(['where', space.constraints.map(({ text }) => text)]);
  return Object.fromEntries(entries);
};

const parameterToJson = (parameter: Parameter): JsonParameter => {
  const condition = parameter.condition === undefined ? {} : { if: parameter.condition.text };
  if (parameter.kind === 'bool') return { type: 'bool', ...condition };
  if (parameter.kind === 'categorical') {
    const { choices, ordered } = parameter;
    return { type: 'categorical', choices, ...(ordered ? { ordered } : {}), ...condition };
  }
  const { kind, low, high, log, step, factor } = parameter;
  return {
    type: kind,
    low,
    high,
    ...(log ? { log } : {}),
    ...(step === undefined ? {} : { step }),
    ...(factor === undefined ? {} : { factor }),
    ...condition,
  };
};

const derivedToJson = ({ expression, condition }: DerivedParameter): JsonParameter => ({
  type: 'derived',
  expression: expression.text,
  ...(condition === undefined ? {} : { if: condition.text }),
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const keysByType: Readonly<Record<string, readonly string[]>> = {
  float: ['type', 'low', 'high', 'log', 'step', 'factor', 'if'],
  int: ['type', 'low', 'high', 'log', 'step', 'factor', 'if'],
  categorical: ['type', 'choices', 'ordered', 'if'],
  bool: ['type', 'if'],
  derived: ['type', 'expression', 'if'],
};

/** Collects a draft and the problems of its JSON. */
class Reader {
  readonly parameters: DraftParameter[] = [];
  readonly derived: DraftDerived[] = [];
  readonly constraints: string[] = [];
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

  readParameter(name: string, value: unknown): void {
    const before = this.problems.length;
    const fields = this.#fields(name, value);
    if (fields === undefined) return;
    const condition = this.#optional(name, fields, 'if', 'string');
    const base = condition === undefined ? { name } : { name, condition };
    switch (fields.type) {
      case 'float':
      case 'int':
        this.#add(before, this.#number(base, fields, fields.type));
        return;
      case 'categorical': {
        const choices = this.#choices(name, fields.choices);
        const ordered = this.#optional(name, fields, 'ordered', 'boolean') ?? false;
        this.#add(before, { ...base, kind: 'categorical', choices, ordered });
        return;
      }
      case 'bool':
        this.#add(before, { ...base, kind: 'bool' });
        return;
      default: {
        const expression = this.#required(name, fields, 'expression', 'string');
        if (this.problems.length === before) this.derived.push({ ...base, expression: expression ?? '' });
      }
    }
  }

  #add(before: number, parameter: DraftParameter): void {
    if (this.problems.length === before) this.parameters.push(parameter);
  }

  #number(
    base: { readonly name: string; readonly condition?: string },
    fields: Readonly<Record<string, unknown>>,
    kind: 'float' | 'int',
  ): DraftParameter {
    const low = this.#required(base.name, fields, 'low', 'number') ?? 0;
    const high = this.#required(base.name, fields, 'high', 'number') ?? 0;
    const log = this.#optional(base.name, fields, 'log', 'boolean') ?? false;
    const step = this.#optional(base.name, fields, 'step', 'number');
    const factor = this.#optional(base.name, fields, 'factor', 'number');
    const steps = { ...(step === undefined ? {} : { step }), ...(factor === undefined ? {} : { factor }) };
    return { ...base, kind, low, high, log, ...steps };
  }

  #fields(name: string, value: unknown): Readonly<Record<string, unknown>> | undefined {
    if (!isObject(value)) {
      return this.#wrong(name, `${name} must be an object such as {"type": "float", "low": 0, "high": 1}.`);
    }
    const types = Object.keys(keysByType);
    const { type } = value;
    const keys = typeof type === 'string' && Object.hasOwn(keysByType, type) ? keysByType[type] : undefined;
    if (keys === undefined) {
      const hint = typeof type === 'string' ? didYouMean(type, types) : '';
      return this.#wrong(name, `The type of ${name} must be one of ${types.join(', ')}.${hint}`);
    }
    const unknown = Object.keys(value).find((key) => !keys.includes(key));
    if (unknown === undefined) return value;
    const hint = didYouMean(unknown, keys) || ` There are ${keys.join(', ')}.`;
    return this.#wrong(name, `${name} has the unknown key ${unknown}.${hint}`);
  }

  #choices(name: string, value: unknown): readonly ParamValue[] {
    if (Array.isArray(value) && value.every(isParamValue)) return value;
    this.#wrong(name, `The choices of ${name} must be an array of numbers, texts, true, false or null.`);
    return [];
  }

  #required<K extends keyof Primitives>(
    name: string,
    fields: Readonly<Record<string, unknown>>,
    key: string,
    type: K,
  ): Primitives[K] | undefined {
    if (fields[key] === undefined) return this.#wrong(name, `${name} needs "${key}".`);
    return this.#optional(name, fields, key, type);
  }

  #optional<K extends keyof Primitives>(
    name: string,
    fields: Readonly<Record<string, unknown>>,
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
