// The one process behind all runs of the load: each run reports evenly, so many times a second, one write a line. The
// value of a report is the time of its writing.
import { openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { spoolLine } from '../spoolLine.ts';

const tickMs = 10;

export interface WriterTask {
  readonly folders: readonly string[];
  /** Of each run. */
  readonly perSecond: number;
  /** In all; then it is quiet. Endless when absent. */
  readonly reports?: number;
}

process.once('message', ({ folders, perSecond, reports = Number.POSITIVE_INFINITY }: WriterTask) => {
  const files = folders.map((folder) => openSync(path.join(folder, 'spool.jsonl'), 'a'));
  const since = performance.now();
  let written = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - since) / 1_000) * files.length * perSecond);
    for (; written < Math.min(due, reports); written++) {
      const step = Math.floor(written / files.length);
      const file = files[written % files.length];
      if (file !== undefined) writeSync(file, spoolLine({ s: step, m: { loss: Date.now() } }));
    }
    if (written < reports) return;
    clearInterval(timer);
    process.send?.({ seconds: (performance.now() - since) / 1_000 });
  }, tickMs);
});
// Ends with its parent.
process.once('disconnect', () => process.exit());
