import { parseArgs } from 'node:util';
import { cleanUp, describeCleanup, parseRetention, planCleanup } from '../engine/node.ts';
import { openExisting } from './openEngine.ts';
import { UsageError } from './usageError.ts';

/** `tunelens cleanup`: takes away what is no longer needed, and says what; with `--dry-run` only says it. */
export const cleanup = async (args: readonly string[]): Promise<number> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      folder: { type: 'string' },
      keep: { type: 'string', default: 'forever' },
      'dry-run': { type: 'boolean', default: false },
    },
  });
  const retention = parseRetention(values.keep);
  if (!retention.ok) throw new UsageError(retention.error);
  const engine = openExisting(values.folder ?? '.');
  try {
    await engine.untilReady();
    const ports = { store: engine.store, layout: engine.layout, nowMs: Date.now() };
    const plan = await planCleanup(ports, retention.value);
    const lines = describeCleanup(plan);
    process.stdout.write(
      `${values['dry-run'] ? 'Would free' : 'Freed'}:\n${lines.map((line) => `  ${line}\n`).join('')}`,
    );
    if (values['dry-run']) return 0;
    const left = await cleanUp(ports, plan);
    if (left !== undefined) process.stdout.write(`The database was left as it is. ${left}\n`);
    return 0;
  } finally {
    await engine.close();
  }
};
