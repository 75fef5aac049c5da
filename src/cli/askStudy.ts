import {
  type Assignment,
  bestTrial,
  completeAssignment,
  createSampler,
  type IntermediateValue,
  importance,
  type Objective,
  type Pruner,
  parseSpace,
  randomStream,
  type Sampler,
  type SearchSpace,
  type Strategy,
  type Trial,
} from '../engine/index.ts';
import { createStoppingRule } from '../engine/node.ts';
import { RequestError } from './requestError.ts';

type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (message: string): RequestError => new RequestError('invalid-params', message);

/** NaN and infinities cannot stand in JSON as numbers; they are taken as strings, as in the spool. */
const toNumber = (value: unknown, where: string): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^[-+]?(?:nan|inf(?:inity)?)$/i.test(value))
    return value.toLowerCase().includes('nan') ? Number.NaN : value.startsWith('-') ? -Infinity : Infinity;
  throw invalid(`${where} must be a number, or the string "NaN", "Infinity" or "-Infinity".`);
};

const parseObjective = (value: unknown, index: number): Objective => {
  const direction = isObject(value) ? value.direction : value;
  const metric = isObject(value) ? value.metric : undefined;
  if (direction !== 'minimize' && direction !== 'maximize')
    throw invalid(
      'Each of “objectives” is "minimize", "maximize", or {"metric": name, "direction": one of these}.',
    );
  if (metric !== undefined && typeof metric !== 'string') throw invalid('“metric” must be a string.');
  return { metric: metric ?? (index === 0 ? 'value' : `value${index + 1}`), direction };
};

const parseStrategy = (value: unknown, fallback: string, key: string): Strategy => {
  if (value === undefined) return { name: fallback, options: {} };
  if (typeof value === 'string') return { name: value, options: {} };
  if (!isObject(value) || typeof value.name !== 'string')
    throw invalid(`“${key}” is a name, or {"name": …, "options": {…}}.`);
  const options = value.options ?? {};
  if (!isObject(options)) throw invalid(`The options of “${key}” must be an object.`);
  const checked = Object.entries(options).map(([name, option]) => {
    if (typeof option !== 'number' && typeof option !== 'string' && typeof option !== 'boolean')
      throw invalid(`Option “${name}” of “${key}” must be a number, a string or true/false.`);
    return [name, option] as const;
  });
  return { name: value.name, options: Object.fromEntries(checked) };
};

const parseSeed = (value: unknown): number => {
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid('“seed” must be a whole number of at least 0.');
};

const parseTrialBudget = (value: unknown): number | undefined => {
  const trials = isObject(value) ? value.trials : value;
  if (trials === undefined || trials === null) return undefined;
  if (typeof trials === 'number' && Number.isSafeInteger(trials) && trials > 0) return trials;
  throw invalid('“budget” is a number of trials, or {"trials": number}.');
};

const orInvalid = <T>(result: { ok: true; value: T } | { ok: false; error: string }): T => {
  if (result.ok) return result.value;
  throw invalid(result.error);
};

const tellStates = ['complete', 'pruned', 'failed', 'stopped'] as const;
type ToldState = (typeof tellStates)[number];

/** A study in memory, proposed by the engine and run by whoever asks. */
export class AskStudy {
  private readonly space: SearchSpace;
  private readonly objectives: readonly Objective[];
  private readonly sampler: Sampler;
  private readonly pruner: Pruner;
  private readonly seed: number;
  private readonly budget: number | undefined;
  private readonly trials: Trial[] = [];

  /** Throws `RequestError` with what to change. */
  constructor(params: Json) {
    const space = parseSpace(params.space);
    if (!space.ok) throw invalid(space.error.map(({ message }) => message).join(' '));
    if (space.value.parameters.length === 0) throw invalid('“space” declares no parameters.');
    const objectives = params.objectives ?? ['minimize'];
    if (!Array.isArray(objectives) || objectives.length === 0)
      throw invalid('“objectives” must be a list with at least one entry.');
    this.space = space.value;
    this.objectives = objectives.map(parseObjective);
    this.sampler = orInvalid(createSampler(parseStrategy(params.sampler, 'auto', 'sampler')));
    this.pruner = orInvalid(createStoppingRule(parseStrategy(params.pruner, 'median', 'pruner')));
    this.seed = parseSeed(params.seed);
    this.budget = parseTrialBudget(params.budget);
  }

  ask(params: Json): unknown {
    const count = params.count ?? 1;
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1 || count > 10_000)
      throw invalid('“count” must be a whole number from 1 to 10000.');
    const left = this.budget === undefined ? count : Math.min(count, this.budget - this.trials.length);
    return { trials: Array.from({ length: Math.max(0, left) }, () => this.propose()) };
  }

  report(params: Json): unknown {
    const trial = this.running(params);
    const { step } = params;
    if (typeof step !== 'number' || !Number.isFinite(step)) throw invalid('“step” must be a number.');
    const value = this.firstValue(params.values);
    const updated: Trial = { ...trial, intermediate: insertStep(trial.intermediate, { step, value }) };
    this.trials[trial.number] = updated;
    const [objective] = this.objectives;
    if (objective === undefined) return { prune: false };
    const others = this.trials.filter(({ number }) => number !== trial.number);
    const decision = this.pruner.decide({ trial: updated, others, direction: objective.direction });
    return decision.prune ? { prune: true, reason: decision.reason } : { prune: false };
  }

  tell(params: Json): unknown {
    const trial = this.running(params);
    const state = (params.state ?? 'complete') as ToldState; // checked in the next line
    if (!tellStates.includes(state)) throw invalid(`“state” must be one of ${tellStates.join(', ')}.`);
    const constraints = params.constraints;
    if (constraints !== undefined && !Array.isArray(constraints))
      throw invalid('“constraints” must be a list of numbers.');
    const values = state === 'complete' ? this.allValues(params.values) : undefined;
    const isNaNComplete = values?.some(Number.isNaN) ?? false;
    this.trials[trial.number] = {
      ...trial,
      // A trial whose result is not a number has none.
      state: isNaNComplete ? 'failed' : state,
      ...(values === undefined || isNaNComplete ? {} : { values }),
      ...(constraints === undefined
        ? {}
        : { constraints: constraints.map((value) => toNumber(value, 'Each of “constraints”')) }),
    };
    return {};
  }

  best(): unknown {
    const number = bestTrial(this.trials, this.objectives);
    const trial = number === undefined ? undefined : this.trials[number];
    if (trial === undefined) return { best: null };
    return {
      best: { number: trial.number, value: trial.values?.[0], values: trial.values, params: trial.params },
    };
  }

  importance(): unknown {
    const [objective] = this.objectives;
    if (objective === undefined) return { importance: {} };
    const result = importance(this.space, this.trials, objective);
    if (!result.ok) return { importance: {}, message: result.error };
    return {
      importance: Object.fromEntries(result.value.map((entry) => [entry.parameter, entry.importance])),
    };
  }

  private propose(): { number: number; params: Assignment; reason: string } {
    const number = this.trials.length;
    const random = randomStream(this.seed, number, 'sample');
    const proposal = this.sampler.sample({
      space: this.space,
      objectives: this.objectives,
      trials: this.trials,
      random,
    });
    const params = completeAssignment(this.space, proposal.params);
    this.trials.push({ number, state: 'running', params, intermediate: [] });
    return { number, params, reason: proposal.reason };
  }

  private running(params: Json): Trial {
    const { number } = params;
    const trial = typeof number === 'number' ? this.trials[number] : undefined;
    if (trial === undefined) throw invalid(`There is no trial ${String(number)}; “number” comes from ask.`);
    if (trial.state !== 'running')
      throw new RequestError('refused', `Trial ${trial.number} has ended already (${trial.state}).`);
    return trial;
  }

  private allValues(values: unknown): readonly number[] {
    if (this.objectives.length === 1) return [this.firstValue(values)];
    return this.objectives.map(({ metric }, index) =>
      toNumber(
        Array.isArray(values) ? values[index] : isObject(values) ? values[metric] : undefined,
        `The value of “${metric}”`,
      ),
    );
  }

  /** `values` may be a number, a list in the objectives' order, or an object by metric. */
  private firstValue(values: unknown): number {
    const metric = this.objectives[0]?.metric ?? 'value';
    if (Array.isArray(values)) return toNumber(values[0], `The value of “${metric}”`);
    if (isObject(values)) return toNumber(values[metric], `The value of “${metric}”`);
    return toNumber(values, '“values”');
  }
}

/** Keeps step order; a step reported again replaces its value. */
const insertStep = (
  curve: readonly IntermediateValue[],
  entry: IntermediateValue,
): readonly IntermediateValue[] => {
  const last = curve.at(-1);
  if (last === undefined || last.step < entry.step) return [...curve, entry];
  return [...curve.filter(({ step }) => step !== entry.step), entry].sort((a, b) => a.step - b.step);
};
