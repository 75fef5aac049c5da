import { readFileSync } from 'node:fs';
import { Engine } from '../../src/engine/node.ts';
import type { StudyRequest } from '../../src/engine/index.ts';

/** What the laboratory tells an engine's process, as JSON in its first argument. */
export interface HostOrders {
  readonly folder: string;
  readonly runtime: string;
  readonly nativeBinding: string;
  readonly leaseExpiryMs: number;
  /** Holds the milliseconds by which this machine's clock is wrong just now. */
  readonly clock: string;
  /** Studies go on by this command line when the process is gone. */
  readonly keeper?: string;
  /** A study to start. */
  readonly request?: StudyRequest;
}

/** Run as a process of its own: an engine as an editor's window has one. Prints the id of the study it started. */
const orders = JSON.parse(process.argv[2] ?? '') as HostOrders;

const clockErrorMs = (): number => {
  try {
    return Number(readFileSync(orders.clock, 'utf8'));
  } catch {
    return 0; // it is right
  }
};

const engine = new Engine({
  folder: orders.folder,
  runtimeFolder: orders.runtime,
  nativeBinding: orders.nativeBinding,
  leaseExpiryMs: orders.leaseExpiryMs,
  adoptOthers: true,
  place: 'window',
  clock: { nowMs: () => Date.now() + clockErrorMs() },
  onLog: (level, text) => console.log(`${level}: ${text}`),
  onProblem: (_, text) => console.log(`problem: ${text}`),
});
engine.keepTuning(orders.keeper);
if (orders.request !== undefined) {
  const created = engine.createStudy(orders.request);
  console.log(created.ok ? `study ${created.value.study.id}` : `refused ${JSON.stringify(created.error)}`);
}
console.log('ready');
