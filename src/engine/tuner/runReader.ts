import type { Launcher, RunLook } from '../study/launcher.ts';
import type { ActiveRun, RunRead } from './activeRun.ts';

/** With more runs than this they are looked at less often unasked, and news of them are gathered for longer. */
export const manyRuns = 50;
/** Runs of which the launcher told nothing are looked at this often: not every death and not every file system is told of. */
const sweepMs = 200;
const sweepManyMs = 2_000;
/** Of the sweeps over many one in so many looks at everything; the others ask only whether the process is there. */
const wholeSweep = 4;

/**
 * What is read before it is stored, about: ten thousand short reports, some tens of milliseconds of work. What is left
 * waits in the files, so that memory has a bound and requests are answered between rounds however much is written.
 */
const roundBytes = 1 << 20;
const runBytes = 1 << 17;
/** At a time; they may add to the bound what they read at most. */
const runsAtOnce = 8;

export interface ReadRun extends RunRead {
  readonly run: ActiveRun;
}

/** Reads what runs have written, a bounded amount a round, in turn. */
export class RunReader {
  /** More is there to be read at once. */
  more = false;
  private sweeps = 0;
  private sweptMs = Number.NEGATIVE_INFINITY;
  /** Trial that was read last: the next round begins behind it. */
  private last = -1;

  /** Reads runs that have news. Those not reached, and those with more, keep theirs and come first in the next round. */
  async read(active: ReadonlyMap<number, ActiveRun>, launcher: Launcher): Promise<readonly ReadRun[]> {
    this.sweep(active);
    const runs = this.inTurn([...active.values()].filter(({ news }) => news !== undefined));
    const read: ReadRun[] = [];
    let bytes = 0;
    let next = 0;
    while (next < runs.length && bytes < roundBytes) {
      const some = runs.slice(next, next + runsAtOnce);
      next += some.length;
      for (const one of await Promise.all(some.map((run) => readOne(run, launcher)))) {
        if (one === undefined) continue;
        bytes += one.bytes;
        read.push(one);
      }
    }
    this.last = runs[next - 1]?.trial ?? this.last;
    this.more = runs.some(({ news }) => news !== undefined);
    return read;
  }

  private sweep(active: ReadonlyMap<number, ActiveRun>): void {
    const nowMs = performance.now();
    const many = active.size > manyRuns;
    if (nowMs - this.sweptMs < (many ? sweepManyMs : sweepMs)) return;
    this.sweptMs = nowMs;
    const at = many && this.sweeps++ % wholeSweep > 0 ? 'life' : 'all';
    for (const run of active.values()) run.tell(at);
  }

  private inTurn(runs: readonly ActiveRun[]): readonly ActiveRun[] {
    const next = runs.findIndex(({ trial }) => trial > this.last);
    return next <= 0 ? runs : [...runs.slice(next), ...runs.slice(0, next)];
  }
}

const readOne = async (run: ActiveRun, launcher: Launcher): Promise<ReadRun | undefined> => {
  const look: RunLook = { at: run.news ?? 'all', mostBytes: runBytes };
  const read = await run.poll(launcher, look);
  return read && { run, ...read };
};
