import { parseArgs } from 'node:util';
import { shortDuration, textTable } from './format.ts';
import { openExisting } from './openEngine.ts';

/** `tunelens list`: the studies kept in a folder. */
export const list = async (args: readonly string[]): Promise<number> => {
  const { values } = parseArgs({ args: [...args], options: { folder: { type: 'string' } } });
  const engine = openExisting(values.folder ?? '.');
  try {
    const rows = engine.store
      .studies()
      .map((study) => [
        study.name,
        study.state,
        study.script,
        String(engine.store.trials(study.id).length),
        shortDuration(study.elapsedMs),
      ]);
    process.stdout.write(
      rows.length === 0
        ? 'No studies here yet.\n'
        : `${textTable(['study', 'state', 'script', 'trials', 'time'], rows)}\n`,
    );
    return 0;
  } finally {
    await engine.close();
  }
};
