import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { isFinished } from '../engine/index.ts';
import type { Engine, TrialRecord } from '../engine/node.ts';
import { findStudy, findTrial } from './findStudy.ts';
import { shortValue, textTable } from './format.ts';
import { openExisting } from './openEngine.ts';
import { UsageError } from './usageError.ts';

const lookMs = 50;

const untilEnded = async (engine: Engine, study: string, number: number): Promise<TrialRecord> => {
  for (;;) {
    const trial = engine.store.trial(study, number);
    if (isFinished(trial.state)) return trial;
    await delay(lookMs);
  }
};

/** The newest value of each metric of both trials, to the last bit. */
const beside = (original: TrialRecord, replica: TrialRecord): string => {
  const names = [...new Set([...Object.keys(original.metrics), ...Object.keys(replica.metrics)])];
  const exact = (value: number | undefined): string =>
    value === undefined ? shortValue(value) : String(value);
  const rows = names.map((name) => [name, exact(original.metrics[name]), exact(replica.metrics[name])]);
  return textTable(['metric', `trial ${original.number}`, `trial ${replica.number}`], rows);
};

/** `tunelens rerun STUDY TRIAL`: runs a trial once more and compares. Exit code 1 when the new one does not complete. */
export const rerun = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { folder: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const engine = openExisting(values.folder ?? '.');
  try {
    const study = findStudy(engine, positionals[0]);
    const { number } = findTrial(engine, study, positionals[1]);
    const differences = await engine.differences(study.id, number);
    if (values.json !== true)
      process.stderr.write(
        differences.length === 0
          ? 'Nothing is known to differ from when it ran.\n'
          : `What differs now:\n${differences.map((text) => `  ${text}`).join('\n')}\n`,
      );
    const started = engine.rerun(study.id, number);
    if (!started.ok) throw new UsageError(started.error);
    const onInterrupt = (): void => {
      process.stderr.write('\nStopping the trial…\n');
      engine.stopTrial(study.id, started.value.number).catch((error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
      });
    };
    process.once('SIGINT', onInterrupt);
    const replica = await untilEnded(engine, study.id, started.value.number);
    process.off('SIGINT', onInterrupt);
    const original = engine.store.trial(study.id, replica.replicaOf ?? number);
    const message = replica.message ?? `Trial ${replica.number} is ${replica.state}.`;
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ study: study.name, trial: replica.number, replicaOf: original.number, state: replica.state, message, differences, metrics: replica.metrics, originalMetrics: original.metrics })}\n`
        : `${beside(original, replica)}\n\n${message}\n`,
    );
    return replica.state === 'complete' ? 0 : 1;
  } finally {
    await engine.close();
  }
};
