import { parseArgs } from 'node:util';
import { shownAssignment, shownNames } from '../engine/index.ts';
import { foundSchedule } from '../engine/node.ts';
import { findStudy, findTrial } from './findStudy.ts';
import { shortValue, textTable } from './format.ts';
import { openExisting } from './openEngine.ts';
import { UsageError } from './usageError.ts';

/** `tunelens schedule`: the values that the best trial of population-based training was trained under, by step. */
export const schedule = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { folder: { type: 'string' }, trial: { type: 'string' }, json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const engine = openExisting(values.folder ?? '.');
  try {
    const study = findStudy(engine, positionals[0]);
    const trial = values.trial === undefined ? undefined : findTrial(engine, study, values.trial).number;
    const found = foundSchedule(engine.store, study.id, trial);
    if (found === undefined) throw new UsageError(`No trial of ${study.name} is complete yet.`);
    const { space } = study.spec;
    const shown = found.schedule.map(({ step, params }) => ({
      step,
      params: shownAssignment(space, params),
    }));
    if (values.json === true) {
      process.stdout.write(`${JSON.stringify({ trial: found.trial, schedule: shown })}\n`);
      return 0;
    }
    const names = shownNames(space);
    const rows = shown.map(({ step, params }) => [
      String(step),
      ...names.map((name) => shortValue(params[name])),
    ]);
    process.stdout.write(
      `${textTable(['from step', ...names], rows)}\n\nTrial ${found.trial} was trained under it. Once more: tunelens run ${study.script} --replay ${study.name}\n`,
    );
    return 0;
  } finally {
    await engine.close();
  }
};
