import { type EngineRequests, type Handlers, RpcError } from '../../protocol/index.ts';
import { ArchiveError } from '../interop/archiveChecks.ts';
import { AlreadyHere, exportArchive, importArchive } from '../tuner/archiveStudy.ts';
import {
  type CleanupPorts,
  cleanUp,
  describeCleanup,
  parseRetention,
  planCleanup,
} from '../tuner/cleanup.ts';
import type { Engine } from '../tuner/engine.ts';

type Housekeeping = Pick<
  Handlers<EngineRequests>,
  'exportArchive' | 'importArchive' | 'cleanUp' | 'checkDatabase' | 'repairDatabase'
>;

/** Answers what is asked about a workspace's files rather than about its studies. */
export const housekeepingHandlers = (engine: () => Engine): Housekeeping => {
  const ports = (): CleanupPorts => ({ store: engine().store, layout: engine().layout, nowMs: Date.now() });
  return {
    exportArchive: async ({ study, file, logs }) => {
      await exportArchive(engine(), study, { file, logs });
      return null;
    },
    importArchive: async ({ file, asCopy, interpreter }) => {
      try {
        return { study: (await importArchive(engine(), { file, asCopy, interpreter })).id };
      } catch (error) {
        if (error instanceof AlreadyHere)
          throw new RpcError({ code: 'already-here', message: error.message });
        if (error instanceof ArchiveError) throw new RpcError({ code: 'bad-input', message: error.message });
        throw error;
      }
    },
    cleanUp: async ({ retention, dryRun }) => {
      const parsed = parseRetention(retention);
      if (!parsed.ok) throw new RpcError({ code: 'bad-input', message: parsed.error });
      const plan = await planCleanup(ports(), parsed.value);
      const lines = describeCleanup(plan);
      const isEmpty = plan.items.length === 0 && plan.databaseBytes === 0;
      if (dryRun) return { lines, isEmpty };
      const message = await cleanUp(ports(), plan);
      return { lines, isEmpty, ...(message === undefined ? {} : { message }) };
    },
    checkDatabase: () => ({
      problems: engine().store.upkeep.problems('quick'),
      ...engine().store.upkeep.size(),
    }),
    repairDatabase: async () => ({ message: await engine().repair() }),
  };
};
