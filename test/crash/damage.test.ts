import { openSync, closeSync, copyFileSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from './account.ts';
import { bundle, type Bundles, Laboratory } from './laboratory.ts';

// The database is cut off, overwritten, replaced or deleted at a random moment, under a live engine or while none is
// there. Run folders hold what it held: afterwards the books have to be right all the same.

const rounds = Math.max(1, Math.round(Number(process.env.TUNELENS_CRASHES ?? 8) / 40));
const firstSeed = Number(process.env.TUNELENS_CRASH_SEED ?? 1);

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundle();
});
afterAll(() => bundles.remove());

type Damage = (laboratory: Laboratory) => void;

const pages = ({ database }: Laboratory): number => Math.floor(statSync(database).size / 4096);

const damages: Readonly<Record<string, Damage>> = {
  'cut off': (laboratory) =>
    truncateSync(laboratory.database, 4096 * laboratory.random.integer(Math.max(1, pages(laboratory)))),
  overwritten: (laboratory) => {
    const file = openSync(laboratory.database, 'r+');
    writeSync(file, Buffer.alloc(4096, 0x55), 0, 4096, 4096 * laboratory.random.integer(pages(laboratory)));
    closeSync(file);
  },
  'replaced by a copy of some other file': ({ database }) => copyFileSync('README.md', database),
  deleted: ({ database }) => {
    for (const ending of ['', '-wal', '-shm']) rmSync(`${database}${ending}`, { force: true });
  },
};

/** Each kind has tests of its own beside the store's; here the quick run has one of them. */
const wanted = process.env.TUNELENS_CRASHES === undefined ? ['cut off'] : Object.keys(damages);
const cases = wanted.flatMap((name) =>
  Array.from({ length: rounds }, (_, round) => ({ name, seed: firstSeed + round })),
);

test.each(cases)(
  'a database that was $name: nothing is lost and nothing runs twice (seed $seed)',
  async ({ name, seed }) => {
    const laboratory = await Laboratory.open(bundles, { seed, trials: 12 });
    try {
      const { random } = laboratory;
      const trials = 1 + random.integer(6);
      while (laboratory.store.trials(laboratory.study).length < trials) await sleep(20);
      await sleep(300 * random.uniform());
      const isAlone = (seed + name.length) % 2 === 0;
      if (isAlone) laboratory.crash(laboratory.driving()?.pid, 'the engine');
      await sleep(100);
      laboratory.note(name);
      damages[name]?.(laboratory);
      if (isAlone) laboratory.startEngine();
      await laboratory.untilEnd();
      expect(laboratory.record().state, laboratory.record().message).toBe('complete');
      expect(audit(laboratory.account, laboratory.store, laboratory.study)).toEqual([]);
      expect(await laboratory.leftBehind()).toEqual([]);
    } catch (error) {
      console.log(`seed ${seed}, ${name}: ${String(error)}\n${laboratory.journal.join('\n')}`);
      throw error;
    } finally {
      await laboratory.close();
    }
  },
  240_000,
);
