import {
  type Assignment,
  bestTrial,
  checkAssignment,
  completeAssignment,
  type IntermediateValue,
  importance,
  type Job,
  type Objective,
  type PastStudy,
  type PruneContext,
  randomStream,
  replayScheduler,
  type Scheduler,
  type SearchSpace,
  scheduleOf,
  searchedFromShown,
  shownAssignment,
  type ShownAssignment,
  snap,
  type Trial,
  TrialList,
} from '../engine/index.ts';
import { createStrategies, type Strategies } from '../engine/node.ts';
import {
  readObjectives,
  readOrFail,
  readPast,
  readQueue,
  readSchedule,
  readSeed,
  readSpace,
  readStrategy,
  readTrialBudget,
  type ShownSegment,
} from './askParams.ts';
import { type KeptTrial, readKeptTrials, trialToJson } from './askTrials.ts';
import {
  insertStep,
  invalid,
  isObject,
  type Json,
  readCost,
  toNumber,
  toNumbers,
  withoutGaps,
} from './askValues.ts';
import { RequestError } from './requestError.ts';

const tellStates = ['complete', 'paused', 'pruned', 'failed', 'stopped'] as const;
type ToldState = (typeof tellStates)[number];

/** What the door knows of a trial beside the engine's own view. */
interface Note {
  readonly reason: string;
  readonly attempt: number;
}

/** A trial to run, or why there is none. */
type Handed = { readonly trial: Json } | { readonly wait: string } | { readonly done: string };

/** A study in memory, proposed by the engine and run by whoever asks. */
export class AskStudy {
  private readonly space: SearchSpace;
  private readonly objectives: readonly Objective[];
  private readonly strategies: Strategies;
  private readonly scheduler: Scheduler | undefined;
  private readonly seed: number;
  private readonly budget: number | undefined;
  private readonly queue: readonly Assignment[];
  private readonly past: readonly PastStudy[];
  private readonly list = new TrialList();
  private readonly trials = this.list.trials;
  private readonly notes: Note[] = [];

  /** Throws `RequestError` with what to change. */
  constructor(params: Json) {
    this.space = readSpace(params.space, 'space');
    this.objectives = readObjectives(params.objectives);
    const scheduler = readStrategy(params.scheduler, 'scheduler');
    const replay =
      scheduler?.name === 'replay' ? this.replayOf(readSchedule(params.schedule), params) : undefined;
    const sampler = readStrategy(params.sampler, 'sampler');
    const pruner = readStrategy(params.pruner, 'pruner') ?? (replay && { name: 'none', options: {} });
    this.strategies = readOrFail(
      createStrategies({
        objectives: this.objectives.length,
        ...(sampler === undefined ? {} : { sampler }),
        ...(pruner === undefined ? {} : { pruner }),
        ...(scheduler === undefined || replay !== undefined ? {} : { scheduler }),
      }),
    );
    this.scheduler = replay ?? this.strategies.scheduler;
    this.seed = readSeed(params.seed);
    this.budget = readTrialBudget(params.budget);
    this.queue = readQueue(params.queue).map((wanted) => withoutGaps(searchedFromShown(this.space, wanted)));
    this.past = readPast(params.past);
    this.take(params.trials);
  }

  /** Goes on where `trials` of another process ended: the next proposals are those that it would have made. */
  import(params: Json): unknown {
    if (this.trials.length > 0)
      throw new RequestError('refused', 'This study has trials already; import into a new one.');
    this.take(params.trials);
    return { trials: this.trials.length };
  }

  ask(params: Json): unknown {
    const count = params.count ?? 1;
    if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1 || count > 10_000)
      throw invalid('“count” must be a whole number from 1 to 10000.');
    const trials: Json[] = [];
    while (trials.length < count) {
      const handed = this.hand();
      if (!('trial' in handed)) return { trials, ...handed };
      trials.push(handed.trial);
    }
    return { trials };
  }

  report(params: Json): unknown {
    const trial = this.running(params);
    const { step } = params;
    if (typeof step !== 'number' || !Number.isFinite(step)) throw invalid('“step” must be a number.');
    const updated = this.withReport(trial, step, params.values);
    this.list.set(trial.number, updated);
    const context = this.contextOf(updated);
    const scheduled = this.scheduler?.decide(context);
    if (scheduled?.action === 'stop') return { prune: true, reason: scheduled.reason };
    if (scheduled?.action === 'pause') return { prune: false, pause: true, reason: scheduled.reason };
    const decision = this.strategies.pruner.decide(context);
    return decision.prune ? { prune: true, reason: decision.reason } : { prune: false };
  }

  tell(params: Json): unknown {
    const trial = this.running(params);
    const state = (params.state ?? 'complete') as ToldState; // checked in the next line
    if (!tellStates.includes(state)) throw invalid(`“state” must be one of ${tellStates.join(', ')}.`);
    if (state === 'paused' && this.scheduler === undefined)
      throw invalid('Without a “scheduler” nobody would take up a paused trial again.');
    const constraints =
      params.constraints === undefined ? undefined : toNumbers(params.constraints, '“constraints”');
    const cost = readCost(params.cost);
    const told = this.settled(trial, state, params.values);
    this.list.set(trial.number, {
      ...told,
      ...(constraints === undefined ? {} : { constraints }),
      ...(cost === undefined ? {} : { cost }),
    });
    return { state: told.state };
  }

  best(): unknown {
    const number = bestTrial(this.trials, this.objectives);
    const trial = number === undefined ? undefined : this.trials[number];
    if (trial === undefined) return { best: null };
    return {
      best: {
        number: trial.number,
        value: trial.values?.[0],
        values: trial.values,
        params: this.shown(trial),
      },
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

  /** Every trial, in a form that `create`, `import` and “past” take. */
  dump(): unknown {
    const kept = this.trials.map(
      (trial, number): KeptTrial => ({ trial, ...(this.notes[number] ?? { reason: '', attempt: 1 }) }),
    );
    return { trials: kept.map((one) => trialToJson(one, this.space)) };
  }

  /** The schedule that a trial, the best one unless told otherwise, was trained under. */
  schedule(params: Json): unknown {
    const number = params.number ?? bestTrial(this.trials, this.objectives);
    if (number === undefined) return { schedule: null };
    if (typeof number !== 'number' || this.trials[number] === undefined)
      throw invalid(`There is no trial ${String(number)}.`);
    const schedule = scheduleOf(this.trials, number).map(({ step, params: values }) => ({
      step,
      params: shownAssignment(this.space, values),
    }));
    return { number, schedule };
  }

  private replayOf(schedule: readonly ShownSegment[], { scheduler }: Json): Scheduler {
    const options = isObject(scheduler) && isObject(scheduler.options) ? scheduler.options : {};
    const maxFidelity = toNumber(options.maxFidelity, '“maxFidelity” of replay');
    const apart = schedule.map(({ step, params: shown }) => {
      const values = withoutGaps(searchedFromShown(this.space, shown));
      const wrong = checkAssignment(this.space, values);
      if (wrong !== undefined) throw invalid(`The schedule does not fit the space: ${wrong}`);
      return { step, params: values };
    });
    return replayScheduler({ schedule: apart, maxFidelity });
  }

  private take(trials: unknown): void {
    for (const { trial, reason, attempt } of readKeptTrials(trials, this.objectives, this.space)) {
      this.list.set(this.trials.length, trial);
      this.notes.push({ reason, attempt });
    }
  }

  /** With composites as the lists that they stand for. */
  private shown({ params }: Trial): ShownAssignment {
    return shownAssignment(this.space, params);
  }

  private get remaining(): number | undefined {
    return this.budget === undefined ? undefined : Math.max(0, this.budget - this.trials.length);
  }

  /** The next trial to run, its bookkeeping done. */
  private hand(): Handed {
    if (this.scheduler === undefined) {
      if (this.remaining === 0)
        return { done: `All ${this.budget} trials of the budget have been proposed.` };
      return { trial: this.start(undefined) };
    }
    const job = this.scheduler.next({
      space: this.space,
      objectives: this.objectives,
      trials: this.trials,
      random: randomStream(this.seed, this.trials.length, 'schedule'),
      ...(this.remaining === undefined ? {} : { remaining: this.remaining }),
    });
    for (const number of job.ends ?? []) this.endPaused(number);
    return this.perform(job);
  }

  private perform(job: Job): Handed {
    switch (job.kind) {
      case 'start':
        return { trial: this.start(job.fidelity) };
      case 'propose': {
        const { fidelity, reason, parent, parentStep } = job;
        const origin = {
          ...(parent === undefined ? {} : { parent }),
          ...(parentStep === undefined ? {} : { parentStep }),
        };
        return { trial: this.add(job.params, reason, { fidelity, ...origin }) };
      }
      case 'resume':
        return { trial: this.resume(job.trial, job.fidelity, job.reason) };
      case 'wait':
        return { wait: job.reason };
      case 'done':
        return { done: job.reason };
    }
  }

  private start(fidelity: number | undefined): Json {
    const { params, reason } = this.asked() ?? this.sampled();
    return this.add(params, reason, fidelity === undefined ? {} : { fidelity });
  }

  /** Values from the queue, for samplers that do not look at it themselves; off the grid they count as the nearest. */
  private asked(): { readonly params: Assignment; readonly reason: string } | undefined {
    const wanted = this.queue[this.trials.length];
    if (wanted === undefined || this.strategies.sampler.name === 'auto') return undefined;
    const near = Object.fromEntries(
      this.space.parameters.flatMap((parameter) => {
        const value = Object.hasOwn(wanted, parameter.name) ? wanted[parameter.name] : undefined;
        return value === undefined ? [] : [[parameter.name, snap(parameter, value)] as const];
      }),
    );
    const params = completeAssignment(this.space, near);
    return checkAssignment(this.space, params) === undefined
      ? { params, reason: `Number ${this.trials.length + 1} of the values to try first.` }
      : undefined;
  }

  private sampled(): { readonly params: Assignment; readonly reason: string } {
    const { remaining } = this;
    return this.strategies.sampler.sample({
      space: this.space,
      objectives: this.objectives,
      trials: this.trials,
      random: randomStream(this.seed, this.trials.length, 'sample'),
      ...(remaining === undefined ? {} : { remaining }),
      ...(this.queue.length === 0 ? {} : { queue: this.queue }),
      ...(this.past.length === 0 ? {} : { past: this.past }),
    });
  }

  private add(searched: Assignment, reason: string, more: Partial<Trial>): Json {
    const number = this.trials.length;
    const params = completeAssignment(this.space, searched);
    const several = this.objectives.length > 1 ? { curves: this.objectives.map(() => []) } : {};
    this.list.set(number, { number, state: 'running', params, intermediate: [], ...several, ...more });
    this.notes.push({ reason, attempt: 1 });
    return {
      number,
      params: shownAssignment(this.space, params),
      reason,
      ...(this.scheduler === undefined ? {} : { attempt: 1 }),
      ...(more.fidelity === undefined ? {} : { fidelity: more.fidelity }),
      ...(more.parent === undefined ? {} : { parent: more.parent, parentStep: more.parentStep }),
    };
  }

  private resume(number: number, fidelity: number, reason: string): Json {
    const trial = this.trials[number];
    const note = this.notes[number];
    if (trial === undefined || note === undefined) throw new Error(`The scheduler resumed trial ${number}.`);
    const attempt = note.attempt + 1;
    this.list.set(number, { ...trial, state: 'running', fidelity });
    this.notes[number] = { ...note, attempt };
    return { number, params: this.shown(trial), reason, fidelity, resume: true, attempt };
  }

  private endPaused(number: number): void {
    const trial = this.trials[number];
    if (trial?.state === 'paused') this.list.set(number, { ...trial, state: 'pruned' });
  }

  private contextOf(trial: Trial): PruneContext {
    const direction = this.objectives[0]?.direction ?? 'minimize';
    return { trial, others: this.trials, direction, objectives: this.objectives };
  }

  /** The trial as it stands after what was told of it. */
  private settled(trial: Trial, state: ToldState, values: unknown): Trial {
    if (state === 'paused' || (state === 'complete' && this.isPartial(trial))) {
      // What it came to belongs to the fidelity it had, not to a full run.
      const reached = values === undefined ? trial : this.withFidelityReached(trial, values);
      if (state === 'paused') return { ...reached, state };
      if (reached.intermediate.some(({ step, value }) => step >= this.end(trial) && Number.isNaN(value)))
        return { ...reached, state: 'failed' };
      const { action } = this.scheduler?.decide(this.contextOf(reached)) ?? { action: 'pause' };
      return { ...reached, state: action === 'stop' ? 'pruned' : 'paused' };
    }
    if (state !== 'complete') return { ...trial, state };
    const all = this.allValues(values);
    // A trial whose result is not a number has none.
    return all.some(Number.isNaN) ? { ...trial, state: 'failed' } : { ...trial, state, values: all };
  }

  private end({ fidelity }: Trial): number {
    return fidelity ?? Infinity;
  }

  /** Would the scheduler have it pause where its fidelity ends? Only then is that not the full run. */
  private isPartial(trial: Trial): boolean {
    if (this.scheduler === undefined || trial.fidelity === undefined) return false;
    const atEnd = { ...trial, intermediate: [{ step: trial.fidelity, value: 0 }] };
    return this.scheduler.decide(this.contextOf(atEnd)).action !== 'continue';
  }

  private withFidelityReached(trial: Trial, values: unknown): Trial {
    const step = this.end(trial);
    return (trial.intermediate.at(-1)?.step ?? -Infinity) >= step
      ? trial
      : this.withReport(trial, step, values);
  }

  private withReport(trial: Trial, step: number, values: unknown): Trial {
    const [first, ...others] = this.objectives.map((_, index) => this.valueOf(values, index));
    if (first === undefined) throw invalid(`The value of “${this.nameOf(0)}” is missing.`);
    const intermediate = insertStep(trial.intermediate, { step, value: first });
    if (this.objectives.length === 1) return { ...trial, intermediate };
    const more = others.map((value, i): readonly IntermediateValue[] => {
      const curve = trial.curves?.[i + 1] ?? [];
      return value === undefined ? curve : insertStep(curve, { step, value });
    });
    return { ...trial, intermediate, curves: [intermediate, ...more] };
  }

  private running(params: Json): Trial {
    const { number } = params;
    const trial = typeof number === 'number' ? this.trials[number] : undefined;
    if (trial === undefined) throw invalid(`There is no trial ${String(number)}; “number” comes from ask.`);
    if (trial.state === 'paused')
      throw new RequestError('refused', `Trial ${trial.number} is paused; ask will hand it out again.`);
    if (trial.state !== 'running')
      throw new RequestError('refused', `Trial ${trial.number} has ended already (${trial.state}).`);
    return trial;
  }

  private nameOf(index: number): string {
    return this.objectives[index]?.metric ?? 'value';
  }

  private allValues(values: unknown): readonly number[] {
    return this.objectives.map((_, index) => {
      const value = this.valueOf(values, index);
      if (value === undefined) throw invalid(`The value of “${this.nameOf(index)}” is missing.`);
      return value;
    });
  }

  /** `values` may be a number, a list in the objectives' order, or an object by metric. */
  private valueOf(values: unknown, index: number): number | undefined {
    const value = Array.isArray(values)
      ? values[index]
      : isObject(values)
        ? values[this.nameOf(index)]
        : index === 0
          ? values
          : undefined;
    return value === undefined || value === null
      ? undefined
      : toNumber(value, `The value of “${this.nameOf(index)}”`);
  }
}
