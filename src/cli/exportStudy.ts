import path from 'node:path';
import { parseArgs } from 'node:util';
import { exportArchive, toCsv, toJson } from '../engine/node.ts';
import { findStudy } from './findStudy.ts';
import { openExisting } from './openEngine.ts';
import { UsageError } from './usageError.ts';

/** `tunelens export`: a study's trials on standard output, or all of it in one file. */
export const exportStudy = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string' },
      format: { type: 'string', default: 'csv' },
      output: { type: 'string' },
      logs: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const { format, logs } = values;
  if (format !== 'csv' && format !== 'json' && format !== 'archive')
    throw new UsageError(`--format must be csv, json or archive, not “${format}”.`);
  const engine = openExisting(values.folder ?? '.');
  try {
    await engine.untilReady();
    const study = findStudy(engine, positionals[0]);
    if (format === 'archive') {
      const file = path.resolve(values.output ?? `${study.name}.tunelens`);
      await exportArchive(engine, study.id, { file, logs });
      process.stdout.write(`${file}\n`);
      return 0;
    }
    const trials = engine.store.trials(study.id);
    const corrupt = engine.store.corruptRecords(study.id);
    process.stdout.write(format === 'csv' ? toCsv(study, trials) : toJson(study, trials, corrupt));
    return 0;
  } finally {
    await engine.close();
  }
};
