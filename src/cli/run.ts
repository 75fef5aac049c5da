import {
  bestTrial,
  type FileProblem,
  type Objective,
  type Schedule,
  shownAssignment,
  shownNames,
} from '../engine/index.ts';
import { type Engine, foundSchedule, type StudyRecord, type TrialRecord, toTrial } from '../engine/node.ts';
import { findStudy } from './findStudy.ts';
import { shortDuration, shortValue, textTable } from './format.ts';
import { openEngine } from './openEngine.ts';
import { parseRunOptions } from './runOptions.ts';
import { UsageError } from './usageError.ts';

const describeProblem = ({ file, cell, line, column, message }: FileProblem): string =>
  `${file}${cell === undefined ? '' : `, cell ${cell}`}:${line + 1}:${column + 1}: ${message}`;

const bestOf = (study: StudyRecord, trials: readonly TrialRecord[]): TrialRecord | undefined => {
  const number = bestTrial(
    trials.map((trial) => toTrial(trial)),
    study.spec.objectives,
  );
  return number === undefined ? undefined : trials[number];
};

const progressLine = (study: StudyRecord, trials: readonly TrialRecord[]): string => {
  const count = (state: TrialRecord['state']): number =>
    trials.filter((trial) => trial.state === state).length;
  const done = trials.length - count('running') - count('waiting') - count('paused');
  const best = bestOf(study, trials);
  const parts = [
    `${done}${study.spec.budget.trials === undefined ? '' : `/${study.spec.budget.trials}`} trials`,
    `${count('running')} running`,
    ...(count('pruned') > 0 ? [`${count('pruned')} pruned`] : []),
    ...(count('failed') > 0 ? [`${count('failed')} failed`] : []),
    ...(best === undefined
      ? []
      : [`best ${study.spec.objectives[0]?.metric} ${shortValue(best.values?.[0])} (trial ${best.number})`]),
  ];
  return parts.join(' · ');
};

/** One line that is rewritten on a terminal; elsewhere a line whenever the number of ended trials changes. */
const showProgress = (engine: Engine, study: string): { update(): void; end(): void } => {
  const { stderr } = process;
  let last = '';
  const update = (): void => {
    const record = engine.store.study(study);
    const line = progressLine(record, engine.store.trials(study));
    const key = stderr.isTTY ? line : line.split(' · ')[0];
    if (key === last || key === undefined) return;
    last = key;
    stderr.write(stderr.isTTY ? `\r\x1b[2K${line.slice(0, (stderr.columns ?? 80) - 1)}` : `${line}\n`);
  };
  return { update, end: () => void (stderr.isTTY && last !== '' && stderr.write('\r\x1b[2K')) };
};

const resultTable = (study: StudyRecord, trials: readonly TrialRecord[]): string => {
  const { space } = study.spec;
  const names = shownNames(space);
  const shown = trials.map(({ params }) => shownAssignment(space, params));
  const best = bestOf(study, trials)?.number;
  const rows = trials.map((trial, row) => [
    `${trial.number}${trial.number === best ? ' *' : ''}`,
    trial.state,
    ...study.spec.objectives.map((_, index) => shortValue(trial.values?.[index])),
    ...names.map((name) => shortValue(shown[row]?.[name])),
    shortDuration(
      trial.startedAtMs === undefined || trial.endedAtMs === undefined
        ? undefined
        : trial.endedAtMs - trial.startedAtMs,
    ),
    ...(trial.message === undefined ? [''] : [trial.message.split('\n')[0] ?? '']),
  ]);
  return textTable(
    ['trial', 'state', ...study.spec.objectives.map(({ metric }) => metric), ...names, 'time', ''],
    rows,
  );
};

const summary = (study: StudyRecord, trials: readonly TrialRecord[]): string => {
  const best = bestOf(study, trials);
  const baseline = trials[0];
  const [objective] = study.spec.objectives;
  if (best === undefined || objective === undefined) return 'No trial completed.';
  const own = baseline?.values?.[0];
  const shown = Object.entries(shownAssignment(study.spec.space, best.params));
  const values = shown.map(([name, value]) => `${name} = ${shortValue(value)}`);
  const compared = own === undefined || best.number === 0 ? '' : `, your own values gave ${shortValue(own)}`;
  return `best: trial ${best.number}, ${objective.metric} ${shortValue(best.values?.[0])}${compared}\n  ${values.join('\n  ')}`;
};

const jsonNumber = (value: number | undefined): number | string | null =>
  value === undefined ? null : Number.isFinite(value) ? value : String(value);

const jsonResult = (study: StudyRecord, trials: readonly TrialRecord[]): string => {
  const best = bestOf(study, trials);
  const shownOf = ({ params }: TrialRecord): unknown => shownAssignment(study.spec.space, params);
  const resultOf = (trial: TrialRecord): unknown =>
    study.spec.objectives.length > 1
      ? (trial.values?.map(jsonNumber) ?? null)
      : jsonNumber(trial.values?.[0]);
  return JSON.stringify({
    study: study.name,
    state: study.state,
    message: study.message ?? null,
    best: best === undefined ? null : { number: best.number, value: resultOf(best), params: shownOf(best) },
    trials: trials.map((trial) => ({
      number: trial.number,
      state: trial.state,
      params: shownOf(trial),
      value: resultOf(trial),
    })),
  });
};

const offerMetrics = (trials: readonly TrialRecord[]): string => {
  const seen = Object.entries(trials[0]?.metrics ?? {}).map(
    ([name, value]) => `  --metric ${name}   (last value ${shortValue(value)})`,
  );
  return `Which number should be optimised? The first trial reported:\n${seen.join('\n')}\nRun again with one of these, or write “# tune: maximize NAME” in the script.`;
};

/** The first interrupt stops the study politely; a second one leaves the trials to themselves. */
const stopOnInterrupt = (engine: Engine, study: string): (() => boolean) => {
  let interrupted = false;
  const onSignal = (): void => {
    if (interrupted) process.exit(130);
    interrupted = true;
    process.stderr.write('\nStopping the trials…\n');
    engine.stop(study).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return () => interrupted;
};

const exitCodeOf = (study: StudyRecord): number => (study.state === 'complete' ? 0 : 1);

const report = (study: StudyRecord, trials: readonly TrialRecord[], json: boolean): void => {
  if (json) {
    process.stdout.write(`${jsonResult(study, trials)}\n`);
    return;
  }
  process.stdout.write(`${resultTable(study, trials)}\n\n${summary(study, trials)}\n`);
};

const scheduleFoundIn = (engine: Engine, name: string): Schedule => {
  const study = findStudy(engine, name);
  const found = foundSchedule(engine.store, study.id);
  if (found === undefined) throw new UsageError(`No trial of ${study.name} is complete yet.`);
  return found.schedule;
};

/** `tunelens run`: tunes one script to its end. Bad input exits with 2, a failed study with 1. */
export const run = async (args: readonly string[]): Promise<number> => {
  const { request, folder, json, quiet, replay } = parseRunOptions(args);
  let progress: ReturnType<typeof showProgress> | undefined;
  const engine = openEngine(folder, {
    onChange: () => progress?.update(),
    // What ends or pauses the study is its message and printed at the end; the rest is said now.
    onProblem: (id, message) => {
      if (engine.store.study(id).state === 'running') process.stderr.write(`tunelens: ${message}\n`);
    },
  });
  try {
    const created = engine.createStudy(
      replay === undefined ? request : { ...request, replay: scheduleFoundIn(engine, replay) },
    );
    if (!created.ok) throw new UsageError(created.error.map(describeProblem).join('\ntunelens: '));
    const { study, warnings } = created.value;
    for (const warning of warnings) process.stderr.write(`tunelens: ${describeProblem(warning)}\n`);
    if (!json && !quiet) progress = showProgress(engine, study.id);
    const wasInterrupted = stopOnInterrupt(engine, study.id);
    const ended = await engine.untilIdle(study.id);
    progress?.end();
    const trials = engine.store.trials(study.id);
    return finish(ended, trials, { objectives: ended.spec.objectives, json, interrupted: wasInterrupted() });
  } finally {
    await engine.close();
  }
};

const finish = (
  study: StudyRecord,
  trials: readonly TrialRecord[],
  {
    objectives,
    json,
    interrupted,
  }: { objectives: readonly Objective[]; json: boolean; interrupted: boolean },
): number => {
  if (objectives.length === 0 && study.state === 'needs-objective') {
    process.stderr.write(`tunelens: ${offerMetrics(trials)}\n`);
    if (json) process.stdout.write(`${jsonResult(study, trials)}\n`);
    return 2;
  }
  if (study.state !== 'complete')
    process.stderr.write(`tunelens: ${study.message ?? `The study is ${study.state}.`}\n`);
  if (study.state !== 'failed' || json) report(study, trials, json);
  return interrupted ? 130 : exitCodeOf(study);
};
