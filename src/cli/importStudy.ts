import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { AlreadyHere, importArchive } from '../engine/node.ts';
import { existingFolder, openEngine } from './openEngine.ts';
import { UsageError } from './usageError.ts';

/** `tunelens import`: puts an archived study into a folder. Nothing of it runs. */
export const importStudy = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string' },
      copy: { type: 'boolean', default: false },
      python: { type: 'string', default: 'python3' },
    },
    allowPositionals: true,
  });
  const [name] = positionals;
  if (name === undefined) throw new UsageError('Which file? tunelens import FILE');
  const file = path.resolve(name);
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`);
  const engine = openEngine(existingFolder(values.folder ?? '.'));
  try {
    await engine.untilReady();
    const study = await importArchive(engine, { file, asCopy: values.copy, interpreter: values.python });
    process.stdout.write(
      `Imported ${study.name} with ${engine.store.upkeep.trialCount(study.id)} trials (${study.state}).\n`,
    );
    return 0;
  } catch (error) {
    if (error instanceof AlreadyHere) throw new UsageError(`${error.message} Add --copy for that.`);
    throw error;
  } finally {
    await engine.close();
  }
};
