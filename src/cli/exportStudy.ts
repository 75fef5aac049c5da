import { parseArgs } from 'node:util';
import { toCsv, toJson } from '../engine/node.ts';
import { openExisting } from './openEngine.ts';
import { UsageError } from './usageError.ts';

/** `tunelens export`: a study's trials on standard output. */
export const exportStudy = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { folder: { type: 'string' }, format: { type: 'string', default: 'csv' } },
    allowPositionals: true,
  });
  const { format } = values;
  if (format !== 'csv' && format !== 'json')
    throw new UsageError(`--format must be csv or json, not “${format}”.`);
  const engine = openExisting(values.folder ?? '.');
  try {
    const studies = engine.store.studies();
    const study = studies.find(({ name, id }) => name === positionals[0] || id === positionals[0]);
    if (study === undefined)
      throw new UsageError(
        `Which study? There ${studies.length === 0 ? 'are none here.' : `are: ${studies.map(({ name }) => name).join(', ')}.`}`,
      );
    const trials = engine.store.trials(study.id);
    const corrupt = engine.store.corruptRecords(study.id);
    process.stdout.write(format === 'csv' ? toCsv(study, trials) : toJson(study, trials, corrupt));
    return 0;
  } finally {
    await engine.close();
  }
};
