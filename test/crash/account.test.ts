import { appendFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from './account.ts';
import { bundle, type Bundles, Laboratory } from './laboratory.ts';

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundle();
});
afterAll(() => bundles.remove());

test('the auditor finds a report that is missing, a value that is wrong, a second start and a false end', async () => {
  const laboratory = await Laboratory.open(bundles, { seed: 1, trials: 4 });
  const complaints = (): readonly string[] => audit(laboratory.account, laboratory.store, laboratory.study);
  const account = (name: string, line: string): void =>
    appendFileSync(path.join(laboratory.accountFolder, name), `${line}\n`);
  const change = (sql: string): void => {
    const db = new Database(laboratory.database, { nativeBinding: bundles.nativeBinding });
    db.prepare(sql).run();
    db.close();
  };
  try {
    await laboratory.untilEnd();
    expect(complaints()).toEqual([]);
    const trial = '(SELECT key FROM trial WHERE number = 2)';
    change(`DELETE FROM report WHERE trial = ${trial} AND step = 4`);
    expect(complaints().join('\n')).toMatch(
      /trial 2 .*step 4 of attempt 1 was acknowledged and is not stored/,
    );
    change(`UPDATE report SET value = value + 1 WHERE trial = ${trial} AND step = 5`);
    expect(complaints().join('\n')).toMatch(/trial 2 .*step 5 is stored as/);
    account('starts', '1 1 999999');
    expect(complaints()).toContain('attempt 1/1 was started more than once');
    account('overlaps', '3 2 999999');
    expect(complaints()).toContain('trial 3 ran twice at once (attempt 2)');
    change("UPDATE trial SET state = 'running' WHERE number = 0");
    expect(complaints().join('\n')).toMatch(/trial 0 .*not at its end/);
  } finally {
    await laboratory.close();
  }
}, 120_000);
