import type { JsonValue, RunState } from '../study/launcher.ts';
import { excessOver, type MetricLimit, type Objective } from '../study/objective.ts';
import type { Losses, TrialRecord } from '../study/store.ts';

/** All that is known of a run when it has ended. */
export interface RunFacts {
  readonly record: TrialRecord;
  readonly state: RunState;
  readonly objectives: readonly Objective[];
  readonly limits: readonly MetricLimit[];
  /** Newest value of each metric this attempt reported. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What had to be bound, by tunable. */
  readonly expected: Readonly<Record<string, JsonValue>>;
  /** What the runtime proved bound. */
  readonly bound: Readonly<Record<string, JsonValue>>;
  /** End of the run's output. */
  readonly logTail: string;
  /** Absent when the trial has none. */
  readonly checkpoint?: {
    /** Something was saved during this attempt. */
    readonly isNew: boolean;
  };
  /** The highest step that any metric has. */
  readonly step?: number;
}

export interface Settlement {
  readonly state: 'complete' | 'pruned' | 'failed' | 'stopped' | 'waiting' | 'paused';
  readonly values?: readonly number[];
  /** One per limit. */
  readonly constraints?: readonly number[];
  readonly message?: string;
  /** After an interruption. */
  readonly losses?: Losses;
  /** The source itself is at fault: no other trial can do better. */
  readonly fatal?: boolean;
}

/** Exit code of the runtime when a literal was not where it was expected. */
export const driftExitCode = 97;

/** Exit code of `build.sh` when the program could not be made. */
const buildExitCode = 96;

/** Interruptions in a row, without getting any further, that a trial is started again after. */
const mostLosses = 1;
/** That many where it goes on from a checkpoint, or was not to blame: the machine was restarted. */
const mostLossesResumed = 3;

/**
 * Killed from outside, where the shell around the script lived to tell: by SIGKILL (mostly when memory has run out) or by
 * SIGTERM (a machine that is shut down).
 */
const killedCodes: readonly number[] = [137, 143];

const errorLine = /^(?:[\w.]*(?:Error|Exception|Exit|Interrupt|Warning)|ERROR:)(?:\b|\s).*$/;
/** `train.cpp:3:10: error: …` */
const compilerLine = /(?::\s*|^)(?:fatal )?error[:\s].*$/;

/** The line of a traceback that says what went wrong, else the last line of output. */
export const lastError = (logTail: string): string | undefined => {
  const lines = logTail
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.findLast((line) => errorLine.test(line)) ?? lines.at(-1);
};

/** The last traceback in the output as it was printed, at most 30 lines. */
export const lastTraceback = (logTail: string): string => {
  const start = logTail.lastIndexOf('Traceback (most recent call last)');
  const text = start < 0 ? logTail : logTail.slice(start);
  return text.trimEnd().split('\n').slice(-30).join('\n');
};

const show = (value: JsonValue | undefined): string =>
  value === undefined ? 'nothing' : JSON.stringify(value);

const sameValue = (a: JsonValue | undefined, b: JsonValue | undefined): boolean =>
  typeof a === 'number' && typeof b === 'number'
    ? Object.is(a + 0, b + 0)
    : JSON.stringify(a) === JSON.stringify(b);

/** The first tunable that did not get its value, in words; undefined when what ran is what was asked. */
export const mismatch = (facts: Pick<RunFacts, 'expected' | 'bound'>): string | undefined => {
  for (const [name, wanted] of Object.entries(facts.expected)) {
    const got = facts.bound[name];
    if (got === undefined)
      return `${name} was never bound: the script did not load or read the file it stands in, or did not parse its arguments.`;
    if (!sameValue(wanted, got))
      return `${name} should have been ${show(wanted)} but ${show(got)} was bound; something else in the script or its arguments sets it.`;
  }
  return undefined;
};

const seenMetrics = (metrics: RunFacts['metrics']): string => {
  const seen = Object.entries(metrics).map(([name, value]) => `${name} = ${value}`);
  return seen.length === 0
    ? 'It printed no numbers with a name, such as “val_acc=0.93”.'
    : `Numbers that were: ${seen.slice(0, 12).join(', ')}${seen.length > 12 ? ', …' : ''}.`;
};

const whatToPrint = (metric: string, seen: RunFacts['metrics']): string =>
  Object.keys(seen).length === 0
    ? `Print “${metric}=…” in this manner.`
    : `Print “${metric}=…” too, or name one of those in the script's “tune” comment.`;

const settleSuccess = ({ record, metrics, objectives, limits }: RunFacts): Settlement => {
  if (objectives.length === 0) {
    if (Object.keys(metrics).length > 0) return { state: 'complete' };
    return {
      state: 'failed',
      fatal: true,
      message: `The script reported nothing to optimise. ${seenMetrics(metrics)} Print the metric each epoch, or write “# tune: maximize” behind its assignment.`,
    };
  }
  const missing = [...objectives, ...limits].find(({ metric }) => metrics[metric] === undefined);
  if (missing !== undefined)
    return {
      state: 'failed',
      fatal: record.number === 0,
      message: `${missing.metric} was never reported. ${seenMetrics(metrics)} ${whatToPrint(missing.metric, metrics)}`,
    };
  const values = objectives.map(({ metric }) => metrics[metric] ?? Number.NaN);
  const nan = objectives.find((_, index) => Number.isNaN(values[index]));
  if (nan !== undefined) return { state: 'failed', message: `${nan.metric} ended as NaN.` };
  if (limits.length === 0) return { state: 'complete', values };
  const constraints = limits.map((limit) => excessOver(limit, metrics[limit.metric] ?? Number.NaN));
  const broken = limits.filter((_, index) => !((constraints[index] ?? 0) <= 0));
  const message = broken.map(
    ({ metric, sign, bound }) => `${metric} is ${metrics[metric]}, and must be ${sign} ${bound}.`,
  );
  return {
    state: 'complete',
    values,
    constraints,
    ...(message.length === 0 ? {} : { message: message.join(' ') }),
  };
};

export const isInterrupted = (state: RunState): boolean =>
  state.kind === 'lost' || (state.kind === 'ended' && killedCodes.includes(state.exitCode));

const whatHappened = (state: RunState): string => {
  if (state.kind === 'lost')
    return state.rebooted === true ? 'The machine was restarted' : 'The process vanished';
  return state.kind === 'ended' && state.exitCode === 137
    ? 'The process was killed'
    : 'The process was ended from outside';
};

/** Saved something new and, where it reports, got further than at the last interruption. */
const hasProgressed = ({ record: { losses }, checkpoint, step }: RunFacts): boolean =>
  checkpoint?.isNew === true && (losses?.step === undefined || step === undefined || step > losses.step);

/** An attempt that was interrupted is made again, from the checkpoint where there is one; not for ever. */
const settleLoss = (facts: RunFacts): Settlement => {
  const { record, state, checkpoint, step } = facts;
  const count = hasProgressed(facts) ? 1 : (record.losses?.count ?? 0) + 1;
  const losses = { count, ...(step === undefined ? {} : { step }) };
  const what = whatHappened(state);
  const rebooted = state.kind === 'lost' && state.rebooted === true;
  if (count <= (checkpoint !== undefined || rebooted ? mostLossesResumed : mostLosses))
    return {
      state: 'waiting',
      losses,
      message: `${what}; ${checkpoint === undefined ? 'started again' : 'goes on from its checkpoint'}.`,
    };
  const times = count === 2 ? 'twice' : `${count} times`;
  const where = checkpoint === undefined || step === undefined ? '' : ` without getting past step ${step}`;
  const why = rebooted
    ? ''
    : ' Most often memory has run out: see its output, run fewer trials at a time or narrow what makes them large.';
  return { state: 'failed', losses, message: `${what}, ${times} in a row${where}.${why}` };
};

/**
 * Which state a trial ends in. A trial that was asked to stop is judged by what was asked, never by its exit
 * code; one that ran with other values than asked fails, whatever it reported.
 */
export const settle = (facts: RunFacts): Settlement => {
  const { record, state } = facts;
  const message = record.message === undefined ? {} : { message: record.message };
  if (record.asked === 'stop') return { state: 'stopped', ...message };
  // Whether it had just come to its end cannot be told; if so, it says its result again when it goes on.
  if (record.asked === 'pause')
    return {
      state: 'paused',
      losses: { count: 0, ...(facts.step === undefined ? {} : { step: facts.step }) },
      message:
        facts.checkpoint === undefined
          ? 'Paused. It saved no checkpoint, so it will begin anew.'
          : 'Paused. It will go on from its checkpoint.',
    };
  if (state.kind === 'ended' && state.exitCode === 0) {
    const wrong = mismatch(facts);
    if (wrong !== undefined) return { state: 'failed', message: wrong, fatal: record.number === 0 };
    return record.asked === 'prune' && record.values === undefined
      ? { state: 'pruned', ...message }
      : settleSuccess(facts);
  }
  if (record.asked === 'prune') return { state: 'pruned', ...message };
  if (isInterrupted(state)) return settleLoss(facts);
  if (state.kind === 'ended') {
    if (state.exitCode === driftExitCode)
      return {
        state: 'failed',
        fatal: true,
        message: lastError(facts.logTail) ?? 'A literal was not where it was expected.',
      };
    if (state.exitCode === buildExitCode) {
      const lines = facts.logTail.split(/[\r\n]+/).map((line) => line.trim());
      const first = lines.find((line) => compilerLine.test(line)) ?? lastError(facts.logTail);
      return {
        state: 'failed',
        fatal: record.number === 0,
        message: `The script could not be compiled: ${first ?? 'the compiler said nothing.'}`,
      };
    }
    const why = lastError(facts.logTail);
    return {
      state: 'failed',
      message: `${why ?? 'No output.'} (exit code ${state.exitCode})`,
      fatal: record.number === 0,
    };
  }
  throw new Error('a run that has not ended was settled');
};
