import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { RpcError } from '../../../src/protocol/index.ts';
import { engineHandlers } from '../../../src/engine/worker/handlers.ts';
import { aWorkbench, eventually } from '../tuner/workbench.ts';

const script = `x = 0.5  # tune: 0..1
print(f"score={x}")
# tune: maximize score
`;

test('the host exports, imports, cleans up, checks and mends by requests', async () => {
  const bench = aWorkbench();
  const notes: string[] = [];
  const handlers = engineHandlers({ onNote: (note) => notes.push(note) });
  onTestFinished(async () => {
    await handlers.close(null);
  });
  const binding = `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`;
  const runtime = path.resolve('src/runtime');
  await handlers.open({ folder: bench.folder, runtime, nativeBinding: path.resolve(binding) });
  const request = { script: bench.write('train.py', script), interpreter: 'python3', args: [], trials: 3 };
  const { study } = await handlers.start(request);
  let state = '';
  await eventually(() => {
    void Promise.resolve(handlers.changesSince({ revision: 0 })).then(({ studies }) => {
      state = studies[0]?.state ?? '';
    });
    return state === 'complete';
  });
  const { files } = await handlers.sources({ study });
  expect(files.map(({ file }) => file)).toEqual(['train.py']);
  expect(readFileSync(files[0]?.snapshot ?? '', 'utf8')).toBe(script);
  await handlers.setNote({ study, trial: 1, note: ' Look again. ' });
  await handlers.setTags({ study, tags: ['thesis'] });
  const { studies, trials } = await handlers.changesSince({ revision: 0 });
  expect(studies[0]?.tags).toEqual(['thesis']);
  expect(trials.find(({ number }) => number === 1)?.note).toBe('Look again.');
  const { text } = await handlers.exportStudy({ study, format: 'csv' });
  expect(text.split('\r\n')[2]).toMatch(/,,,Look again\.$/);
  const file = path.join(bench.folder, 'train.tunelens');
  await handlers.exportArchive({ study, file, logs: true });
  const take = (asCopy: boolean, from = file): unknown =>
    handlers.importArchive({ file: from, asCopy, interpreter: 'python3' });
  await expect(take(false)).rejects.toMatchObject({ code: 'already-here' });
  await expect(take(false, request.script)).rejects.toMatchObject({ code: 'bad-input' });
  expect(await take(true)).toEqual({ study: expect.not.stringMatching(study) });

  const dry = await handlers.cleanUp({ retention: '0 studies', dryRun: true });
  expect(dry).toMatchObject({
    isEmpty: false,
    lines: expect.arrayContaining([expect.stringContaining('in all')]),
  });
  expect((await handlers.cleanUp({ retention: '0 studies', dryRun: false })).lines).toEqual(dry.lines);
  expect((await handlers.cleanUp({ retention: '0 studies', dryRun: true })).isEmpty).toBe(true);
  await expect(handlers.cleanUp({ retention: 'some', dryRun: true })).rejects.toBeInstanceOf(RpcError);

  expect(await handlers.checkDatabase(null)).toMatchObject({ problems: [] });
  const { message } = await handlers.repairDatabase(null);
  expect(message).toContain('2 studies, 6 trials');
  expect(notes[0]).toContain('2 studies, 6 trials');
  expect(await handlers.changesSince({ revision: 0 })).toMatchObject({ studies: [{}, {}] });
}, 30_000);
