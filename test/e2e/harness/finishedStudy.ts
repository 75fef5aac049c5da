import path from 'node:path';
import type { StudyRequest } from '../../../src/engine/index.ts';
import { Engine } from '../../../src/engine/node.ts';
import { repository } from './paths.ts';
import { until } from './until.ts';

/**
 * Runs a study of a script in the folder to its end, with real trials and before an editor opens the folder, and gives
 * its id. Takes about 0.1 s a trial for a script that only computes: for tests of what follows a study.
 */
export const finishedStudy = async (
  folder: string,
  script: string,
  more: Partial<StudyRequest> = {},
): Promise<string> => {
  const engine = new Engine({
    folder,
    runtimeFolder: path.join(repository, 'src/runtime'),
    adoptOthers: false,
  });
  try {
    const made = engine.createStudy({
      script: path.join(folder, script),
      interpreter: 'python3',
      args: [],
      trials: 20,
      parallel: 2,
      seed: 1,
      ...more,
    });
    if (!made.ok) throw new Error(made.error.map(({ message }) => message).join('\n'));
    const { id } = made.value.study;
    await until('the study to end', () => engine.store.study(id).state === 'complete' || undefined);
    return id;
  } finally {
    await engine.close();
  }
};
