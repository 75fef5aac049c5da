import { parseArgs } from 'node:util';
import { openStore, shortBytes, StoreError } from '../engine/node.ts';
import { existingFolder, layoutWithStudies, nativeBinding, openEngine } from './openEngine.ts';

/** What is wrong with a folder's database; looks only. */
const problemsOf = (file: string): readonly string[] => {
  try {
    const store = openStore({ file, nativeBinding: nativeBinding(), readOnly: true });
    try {
      const { bytes } = store.upkeep.size();
      const problems = store.upkeep.problems('full');
      if (problems.length === 0) process.stdout.write(`${file} is in order (${shortBytes(bytes)}).\n`);
      return problems;
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof StoreError) return [error.message];
    throw error;
  }
};

/** `tunelens check`: exit code 1 where something is wrong with the database; `--repair` mends it. */
export const check = async (args: readonly string[]): Promise<number> => {
  const { values } = parseArgs({
    args: [...args],
    options: { folder: { type: 'string' }, repair: { type: 'boolean', default: false } },
  });
  const { database, folder } = layoutWithStudies(existingFolder(values.folder ?? '.'));
  const problems = problemsOf(database);
  for (const problem of problems) process.stdout.write(`${problem}\n`);
  if (problems.length === 0) return 0;
  if (!values.repair) {
    process.stdout.write('tunelens check --repair mends it; the damaged file is kept.\n');
    return 1;
  }
  const notes: string[] = [];
  const engine = openEngine(folder, { onNote: (note) => notes.push(note) });
  try {
    await engine.untilReady();
    if (notes.length === 0) await engine.repair();
    for (const note of notes) process.stdout.write(`${note}\n`);
    return engine.store.upkeep.problems('full').length === 0 ? 0 : 1;
  } finally {
    await engine.close();
  }
};
