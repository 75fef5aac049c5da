/** A stand-in for the engine's thread: a revision that rises on demand, and an end on demand. */
import { parentPort } from 'node:worker_threads';
import { createRpc, type EngineEvents, type EngineRequests, RpcError } from '../../../src/protocol/index.ts';
import { aDelta, aStudy } from '../builders.ts';

const port = parentPort;
if (port === null) throw new Error('runs as a worker thread only');
let revision = 1;

const refuse = (): never => {
  throw new RpcError({
    code: 'bad-input',
    message: 'Nothing to tune yet.',
    details: [{ file: '/w/train.py' }],
  });
};
const none = (): null => null;

const rpc = createRpc<Record<never, never>, EngineRequests, Record<never, never>, EngineEvents>(
  {
    post: (message) => port.postMessage(message),
    listen: (onMessage) => {
      port.on('message', onMessage);
      return () => port.off('message', onMessage);
    },
  },
  {
    open: ({ folder }) =>
      folder === '/newer'
        ? Promise.reject(new RpcError({ code: 'newer', message: 'Update TuneLens.' }))
        : { warnings: [] },
    start: refuse,
    pause: () => {
      revision++;
      rpc.send('changed', { revision });
      return null;
    },
    resume: none,
    stop: () => process.exit(3),
    stopTrial: none,
    pauseTrial: none,
    resumeTrial: none,
    starTrial: none,
    sources: () => ({ files: [] }),
    setNote: none,
    setTags: none,
    differences: () => [],
    rerun: refuse,
    debugRun: refuse,
    removeStudy: none,
    chooseObjective: none,
    keepTuning: none,
    changesSince: ({ revision: from }) =>
      aDelta({ from, to: revision, studies: [aStudy({ seed: revision })] }),
    importance: () => ({ importances: [] }),
    insights: () => ({
      trials: 0,
      noise: 0,
      noiseFrom: 'model',
      explained: 0,
      parameters: [],
      importances: [],
    }),
    predict: () => ({ predictions: [], noise: 0 }),
    simplified: () => ({ rounded: [], metrics: [] }),
    insertEdits: () => ({ edits: [], skipped: [], notes: [] }),
    copyAs: () => ({ text: '' }),
    corruptRecords: () => ({ records: [] }),
    exportStudy: () => ({ text: '' }),
    exportArchive: none,
    importArchive: refuse,
    cleanUp: () => ({ lines: [], isEmpty: true }),
    checkDatabase: () => ({ problems: [], bytes: 0, freeBytes: 0 }),
    repairDatabase: () => ({ message: '' }),
    close: none,
  },
);
