/** The engine's thread: an engine behind a message port. Started by the extension; ended by `close`. */
import { parentPort } from 'node:worker_threads';
import { createRpc, type EngineEvents, type EngineRequests } from '../protocol/index.ts';
import { engineHandlers, toFailure } from './worker/handlers.ts';

const port = parentPort;
if (port === null) throw new Error('worker.ts runs as a worker thread only');

/** Changes are announced at most this often; a burst of reports is one message. */
const announceEveryMs = 50;

/** The first change is told at once; what follows within the interval, together at its end. */
const announcing = { waiting: false, lastMs: Number.NEGATIVE_INFINITY, revision: 0 };

const announce = (): void => {
  announcing.waiting = false;
  announcing.lastMs = performance.now();
  rpc.send('changed', { revision: announcing.revision });
};

// Listens as soon as it is made; the engine itself is opened by the host's first request.
const rpc = createRpc<Record<never, never>, EngineRequests, Record<never, never>, EngineEvents>(
  {
    post: (message) => port.postMessage(message),
    listen: (onMessage) => {
      port.on('message', onMessage);
      return () => port.off('message', onMessage);
    },
  },
  engineHandlers({
    onChange: (revision) => {
      announcing.revision = revision;
      if (announcing.waiting) return;
      announcing.waiting = true;
      setTimeout(announce, Math.max(0, announcing.lastMs + announceEveryMs - performance.now()));
    },
    onLog: (level, text) => rpc.send('log', { level, text }),
    onNote: (message) => rpc.send('problem', { message }),
    onProblem: (study, message) => rpc.send('problem', { study, message }),
  }),
  { toFailure },
);
