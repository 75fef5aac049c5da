// The one process behind all runs of the load: each run reports once a second, spread evenly over it, one write a line.
import { openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { spoolLine } from '../spoolLine.ts';

const tickMs = 10;

process.once('message', (folders: readonly string[]) => {
  const files = folders.map((folder) => openSync(path.join(folder, 'spool.jsonl'), 'a'));
  const since = performance.now();
  let written = 0;
  setInterval(() => {
    const due = Math.floor(((performance.now() - since) / 1_000) * files.length);
    for (; written < due; written++) {
      const step = Math.floor(written / files.length);
      const file = files[written % files.length];
      if (file !== undefined)
        writeSync(file, spoolLine({ s: step, m: { loss: 1 / (1 + step) + (written % 97) / 1_000 } }));
    }
  }, tickMs);
});
// Ends with its parent.
process.once('disconnect', () => process.exit());
