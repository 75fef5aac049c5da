// A process that does with the engine what the extension does in its host, without an editor, and watches its own
// event loop meanwhile: mirror, status bar, tree with the running trials unfolded, and an open panel.
import { setTimeout as delay } from 'node:timers/promises';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { TrialNews } from '../../src/protocol/index.ts';
import { EngineClient, type EngineFiles } from '../../src/extension/platform/engineClient.ts';
import { throttle } from '../../src/extension/platform/throttle.ts';
import { EngineSession } from '../../src/extension/state/session.ts';
import { collectStatus } from '../../src/extension/views/collectStatus.ts';
import { StudyTree, type TreeNode } from '../../src/extension/views/collectTree.ts';
import { median } from '../statistics.ts';

export interface StandInTask {
  readonly folder: string;
  readonly files: EngineFiles;
  readonly study: string;
  readonly trials: number;
  readonly idleMs: number;
  readonly settleMs: number;
  readonly loadMs: number;
  /** Ends when the mirror has so many reports, at the latest after `loadMs`. */
  readonly until?: number;
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
  /** In the mirror at the end. */
  readonly reports: number;
  /** Every curve of the mirror has each step once, in order. */
  readonly inOrder: boolean;
  /** From writing a report to its being in the mirror, and to its being in a message to the panel. */
  readonly mirrorMs: number;
  readonly panelMs: number;
  /** The most memory that the process had, and what it had before the engine was started. */
  readonly mostMemoryBytes: number;
  readonly idleMemoryBytes: number;
}

/** The sampling timer's own interval, which every value of Node's histogram includes. */
const resolutionMs = 10;
/** After a reset the first measurement is lost unless the timer has fired once more. */
const tickAfterResetMs = 100;

const watchLoop = async (wait: () => Promise<void>): Promise<LoopWatch> => {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  await delay(tickAfterResetMs);
  histogram.reset();
  await delay(tickAfterResetMs);
  const cpu = process.cpuUsage();
  const busy = performance.eventLoopUtilization();
  const since = performance.now();
  await wait();
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
/** Ages of the newest reports of trials that changed, when they were in the mirror and in a message to the panel. */
const ages = { mirror: [] as number[], panel: [] as number[] };
/** How many points the panel was sent, by trial. */
const sentPoints = new Map<number, number>();

const takeAges = (into: number[], { grown }: TrialNews): void => {
  const last = grown?.points[grown.points.length - 1];
  if (typeof last === 'number') into.push(Date.now() - last);
};

/** What the views do on changes, at the extension's own intervals; what goes to the editor is made into text. */
const attachViews = (session: EngineSession, study: string, watchesMirror: boolean): void => {
  const { mirror } = session;
  let sent = 0;
  const pushPanel = throttle(() => {
    const delta = mirror.deltaSince(study, sent);
    sent = delta.to;
    panelBytes += JSON.stringify(delta).length;
    for (const news of delta.trials) {
      takeAges(ages.panel, news);
      sentPoints.set(news.number, (news.grown?.after ?? 0) + (news.grown?.points.length ?? 0) / 2);
    }
  }, 100);
  const tree = new StudyTree(() => [{ folder: session.folder, mirror }], Date.now);
  const unfold = (node: TreeNode): readonly TreeNode[] => [node, ...tree.children(node).flatMap(unfold)];
  const refreshTree = throttle(() => {
    tree.changed();
    JSON.stringify(
      tree
        .roots()
        .flatMap(unfold)
        .map((node) => tree.row(node)),
    );
  }, 250);
  let seen = 0;
  session.onDidChange(() => {
    if (watchesMirror) for (const news of mirror.deltaSince(study, seen).trials) takeAges(ages.mirror, news);
    seen = mirror.revision;
    const view = mirror.study(study);
    const running = mirror.trials(study).filter(({ state }) => state === 'running');
    if (view !== undefined)
      JSON.stringify(collectStatus({ study: view, best: mirror.best(study), running }, (text) => text));
    pushPanel();
    refreshTree();
  });
};

const countReports = (session: EngineSession, study: string): number =>
  session.mirror.trials(study).reduce((sum, { intermediate }) => sum + intermediate.length, 0);

const isInOrder = (session: EngineSession, study: string): boolean =>
  session.mirror
    .trials(study)
    .every(({ intermediate }) => intermediate.every(({ step }, index) => step === index));

const untilThere = async (task: StandInTask): Promise<void> => {
  const deadline = performance.now() + task.loadMs;
  const sent = (): number => [...sentPoints.values()].reduce((sum, points) => sum + points, 0);
  while (performance.now() < deadline && sent() < (task.until ?? 0)) await delay(50);
};

const perform = async (task: StandInTask): Promise<StandInResult> => {
  const idle = await watchLoop(() => delay(task.idleMs));
  const idleMemoryBytes = process.memoryUsage.rss();
  const session = new EngineSession(new EngineClient(task.folder, task.files));
  attachViews(session, task.study, task.until === undefined);
  await session.open();
  if (session.mirror.trials(task.study).length !== task.trials)
    throw new Error('the engine does not show all trials');
  await delay(task.settleMs);
  process.send?.('ready');
  const [reportsBefore, bytesBefore] = [countReports(session, task.study), panelBytes];
  ages.mirror.length = 0;
  ages.panel.length = 0;
  let mostMemoryBytes = 0;
  const sampling = setInterval(() => {
    mostMemoryBytes = Math.max(mostMemoryBytes, process.memoryUsage.rss());
  }, 100);
  const load = await watchLoop(() => (task.until === undefined ? delay(task.loadMs) : untilThere(task)));
  clearInterval(sampling);
  // The count includes the waits around the watch.
  const seconds = load.seconds + (2 * tickAfterResetMs) / 1_000;
  const reports = countReports(session, task.study);
  const result = {
    idle,
    load,
    reportsPerSecond: (reports - reportsBefore) / seconds,
    panelBytesPerSecond: (panelBytes - bytesBefore) / seconds,
    reports,
    inOrder: isInOrder(session, task.study),
    mirrorMs: median(ages.mirror),
    panelMs: median(ages.panel),
    mostMemoryBytes,
    idleMemoryBytes,
  };
  await session.close();
  return result;
};

process.once('message', (task: StandInTask) => {
  void perform(task).then((result) => process.send?.(result, () => process.disconnect()));
});
