import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from './bundle.ts';

let tunelens: CommandLine;
let root: string;

beforeAll(async () => {
  tunelens = await bundleCommandLine();
  root = mkdtempSync(path.join(tmpdir(), 'tune hauß '));
});

afterAll(() => {
  tunelens.remove();
  rmSync(root, { recursive: true, force: true });
});

const script = `x = 0.5  # tune: 0..1\nprint(f"score={1 - (x - 0.3) ** 2}")\n# tune: maximize score\n`;

/** A folder with one complete study called `train`. */
const aFolder = async (name: string): Promise<string> => {
  const folder = path.join(root, name);
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'train.py'), script);
  const { code, stderr } = await tunelens.run(
    'run',
    path.join(folder, 'train.py'),
    '--trials',
    '6',
    '--seed',
    '1',
    '--quiet',
  );
  expect([code, stderr]).toEqual([0, '']);
  return folder;
};

test('a study is exported to one file and imported into another folder', async () => {
  const from = await aFolder('from');
  const to = path.join(root, 'to');
  mkdirSync(to);
  const file = path.join(root, 'train.tunelens');
  const exported = await tunelens.run(
    'export',
    'train',
    '--format',
    'archive',
    '--output',
    file,
    '--logs',
    '--folder',
    from,
  );
  expect(exported).toMatchObject({ code: 0, stdout: `${file}\n` });
  const imported = await tunelens.run('import', file, '--folder', to);
  expect(imported).toMatchObject({ code: 0, stdout: 'Imported train with 6 trials (complete).\n' });
  const csv = async (folder: string): Promise<string> =>
    (await tunelens.run('export', 'train', '--folder', folder)).stdout;
  expect(await csv(to)).toBe(await csv(from));
  const again = await tunelens.run('import', file, '--folder', to);
  expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('Add --copy')]);
  const copied = await tunelens.run('import', file, '--copy', '--folder', to);
  expect(copied.stdout).toContain('Imported train-2');
  const bad = await tunelens.run('import', path.join(from, 'train.py'), '--folder', to);
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('no archive of TuneLens')]);
}, 60_000);

test('a clean-up says what it frees, and frees it', async () => {
  const folder = await aFolder('clean');
  const runs = path.join(folder, '.tunelens', 'runs');
  const [study = ''] = readdirSync(runs);
  const before = readdirSync(path.join(runs, study)).length;
  const dry = await tunelens.run('cleanup', '--keep', '0 studies', '--dry-run', '--folder', folder);
  expect(dry.stdout).toMatch(
    /^Would free:\n {2}\d run folders of older studies: .*\n(.*\n)* {2}.* of .* in all\n$/,
  );
  expect(readdirSync(path.join(runs, study))).toHaveLength(before);
  const done = await tunelens.run('cleanup', '--keep', '0 studies', '--folder', folder);
  expect(done.stdout).toBe(dry.stdout.replace('Would free', 'Freed'));
  expect(readdirSync(path.join(runs, study)).length).toBeLessThan(before);
  const wrong = await tunelens.run('cleanup', '--keep', 'some', '--folder', folder);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('“30 days”') });
}, 60_000);

test('a check finds damage and mends it when it is asked to', async () => {
  const folder = await aFolder('check');
  const file = path.join(folder, '.tunelens', 'tunelens.db');
  const good = await tunelens.run('check', '--folder', folder);
  expect(good).toMatchObject({ code: 0, stdout: expect.stringContaining('is in order') });
  // Times are those of files in the run folder, which differ by milliseconds.
  const values = async (): Promise<string> =>
    (await tunelens.run('export', 'train', '--folder', folder)).stdout.replace(
      /\d{4}-\d\d-\d\dT[^,]*Z/g,
      'then',
    );
  const before = await values();
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0, 4096 * 3, 4096 * 12));
  const bad = await tunelens.run('check', '--folder', folder);
  expect(bad).toMatchObject({ code: 1, stdout: expect.stringContaining('--repair mends it') });
  expect(readFileSync(file).equals(bytes)).toBe(true);
  const mended = await tunelens.run('check', '--repair', '--folder', folder);
  console.log(mended.stdout);
  expect(mended).toMatchObject({ code: 0, stdout: expect.stringContaining('has been mended') });
  expect((await tunelens.run('check', '--folder', folder)).code).toBe(0);
  expect(await values()).toBe(before);
  const kept = readdirSync(path.dirname(file)).find((name) => name.includes('damaged')) ?? '';
  expect(existsSync(path.join(path.dirname(file), kept))).toBe(true);
}, 60_000);
