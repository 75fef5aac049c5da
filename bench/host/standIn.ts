// A process that does with the engine what the extension does in its host, without an editor, and watches its own
// event loop meanwhile: mirror, status bar, tree with the running trials unfolded, and an open panel.
import { setTimeout as delay } from 'node:timers/promises';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { EngineClient, type EngineFiles } from '../../src/extension/platform/engineClient.ts';
import { throttle } from '../../src/extension/platform/throttle.ts';
import { EngineSession } from '../../src/extension/state/session.ts';
import { collectStatus } from '../../src/extension/views/collectStatus.ts';
import {
  collectChildren,
  collectRow,
  collectStudyNodes,
  type TreeNode,
} from '../../src/extension/views/collectTree.ts';

export interface StandInTask {
  readonly folder: string;
  readonly files: EngineFiles;
  readonly study: string;
  readonly trials: number;
  readonly idleMs: number;
  readonly settleMs: number;
  readonly loadMs: number;
}

/** How late things were on the event loop, and what the process used. */
export interface LoopWatch {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Of one core, all threads of the process: 1 is a whole core. */
  readonly coreShare: number;
  readonly hostShare: number;
  readonly seconds: number;
}

export interface StandInResult {
  readonly idle: LoopWatch;
  readonly load: LoopWatch;
  readonly reportsPerSecond: number;
  readonly panelBytesPerSecond: number;
}

/** The sampling timer's own interval, which every value of Node's histogram includes. */
const resolutionMs = 10;
/** After a reset the first measurement is lost unless the timer has fired once more. */
const tickAfterResetMs = 100;

const watchLoop = async (forMs: number): Promise<LoopWatch> => {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  await delay(tickAfterResetMs);
  histogram.reset();
  await delay(tickAfterResetMs);
  const cpu = process.cpuUsage();
  const busy = performance.eventLoopUtilization();
  const since = performance.now();
  await delay(forMs);
  const tookMs = performance.now() - since;
  const used = process.cpuUsage(cpu);
  const { utilization } = performance.eventLoopUtilization(busy);
  histogram.disable();
  const lateMs = (ns: number): number => Math.max(0, ns / 1e6 - resolutionMs);
  return {
    p50Ms: lateMs(histogram.percentile(50)),
    p99Ms: lateMs(histogram.percentile(99)),
    maxMs: lateMs(histogram.max),
    coreShare: (used.user + used.system) / 1_000 / tookMs,
    hostShare: utilization,
    seconds: tookMs / 1_000,
  };
};

let panelBytes = 0;

/** What the views do on changes, at the extension's own intervals; what goes to the editor is made into text. */
const attachViews = (session: EngineSession, study: string): void => {
  const { mirror } = session;
  let sent = 0;
  const pushPanel = throttle(() => {
    const delta = mirror.deltaSince(study, sent);
    sent = delta.to;
    panelBytes += JSON.stringify(delta).length;
  }, 100);
  const unfold = (node: TreeNode): readonly TreeNode[] => [
    node,
    ...collectChildren(mirror, node).flatMap((child) => unfold(child)),
  ];
  const refreshTree = throttle(() => {
    const nodes = collectStudyNodes(mirror.studies()).flatMap(unfold);
    JSON.stringify(nodes.map((node) => collectRow(mirror, node)));
  }, 250);
  session.onDidChange(() => {
    const view = mirror.study(study);
    if (view !== undefined) JSON.stringify(collectStatus(view, mirror.best(study), (text) => text));
    pushPanel();
    refreshTree();
  });
};

const countReports = (session: EngineSession, study: string): number =>
  session.mirror.trials(study).reduce((sum, { intermediate }) => sum + intermediate.length, 0);

const perform = async (task: StandInTask): Promise<StandInResult> => {
  const idle = await watchLoop(task.idleMs);
  const session = new EngineSession(new EngineClient(task.folder, task.files));
  attachViews(session, task.study);
  await session.open();
  if (session.mirror.trials(task.study).length !== task.trials)
    throw new Error('the engine does not show all trials');
  await delay(task.settleMs);
  const [reportsBefore, bytesBefore] = [countReports(session, task.study), panelBytes];
  const load = await watchLoop(task.loadMs);
  // The count includes the waits around the watch.
  const seconds = load.seconds + (2 * tickAfterResetMs) / 1_000;
  const result = {
    idle,
    load,
    reportsPerSecond: (countReports(session, task.study) - reportsBefore) / seconds,
    panelBytesPerSecond: (panelBytes - bytesBefore) / seconds,
  };
  await session.close();
  return result;
};

process.once('message', (task: StandInTask) => {
  void perform(task).then((result) => process.send?.(result, () => process.disconnect()));
});
