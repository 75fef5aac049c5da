import { writeSync } from 'node:fs';
import { openStore } from '../../../src/engine/store/openStore.ts';
import { reportAt } from './reportAt.ts';

/**
 * Run as a process of its own: ingests reports of study `s1`'s trial 0 for ever, from where the stored cursor
 * says, and prints after each commit how many are stored.
 */
const store = openStore({ file: process.argv[2] ?? '' });
let done = store.trial('s1', 0).cursor?.spool ?? 0;
for (let round = 0; ; round += 1) {
  const count = 1 + (round % 40);
  const reports = Array.from({ length: count }, (_, i) => reportAt(done + i));
  done += count;
  store.ingest([
    {
      study: 's1',
      trial: 0,
      attempt: 1,
      cursor: { spool: done, log: 0, print: null },
      reports,
      corrupt: [],
      atMs: round,
    },
  ]);
  writeSync(1, `${done}\n`);
}
