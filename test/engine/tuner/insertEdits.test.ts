import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type InsertPlan, insertEdits } from '../../../src/engine/tuner/insertEdits.ts';
import { planStudy, type RunPlan } from '../../../src/engine/tuner/plan.ts';
import type { ShownAssignment } from '../../../src/engine/space/composite.ts';
import { aRequest, aWorkbench } from './workbench.ts';

const script = `import model
lr = 1e-3  # tune: 1e-5..1e-1 log
lr_disc = 4e-3  # tune: = 4 * lr
optimizer = "adam"  # tune: ["adam", "sgd"]
momentum = 0.90  # tune: 0.5..0.99 if optimizer == "sgd"
hidden = (64, 64)  # tune: list 1..3 of 16..512 log
epochs = 30  # tune: budget 1..30
seed = 0  # tune: seed
# tune: maximize score
`;
const params: ShownAssignment = {
  lr: 0.02,
  lr_disc: 0.08,
  optimizer: 'adam',
  hidden: [128],
  width: 16,
};

const aPlan = (): { folder: string; file: string; plan: RunPlan } => {
  const bench = aWorkbench();
  bench.write('model.py', 'width = 8  # tune: 4..64\n');
  const file = bench.write('train.py', script);
  const planned = planStudy(aRequest(file), path.join(bench.folder, '.snapshots'));
  if (!planned.ok) throw new Error(planned.error.map(({ message }) => message).join('\n'));
  return { folder: bench.folder, file, plan: planned.value.run };
};

const apply = ({ edits }: InsertPlan): void => {
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const own = edits.filter((edit) => edit.file === file).sort((a, b) => b.start - a.start);
    let text = readFileSync(file, 'utf8');
    for (const { start, end, text: put } of own) text = text.slice(0, start) + put + text.slice(end);
    writeFileSync(file, text);
  }
};

test('searched and derived values go into all files; what had no part keeps what stands there', () => {
  const { folder, file, plan } = aPlan();
  const result = insertEdits(plan, { params, of: 'trial 3', texts: {}, folder });
  expect(result.skipped).toEqual([]);
  expect(result.notes).toEqual([
    {
      name: 'momentum',
      note: 'momentum had no part in trial 3, since its condition did not hold: it keeps what stands in the source.',
    },
  ]);
  apply(result);
  expect(readFileSync(file, 'utf8')).toBe(
    script.replace('1e-3', '2e-2').replace('4e-3', '8e-2').replace('(64, 64)', '(128,)'),
  );
  expect(readFileSync(path.join(folder, 'model.py'), 'utf8')).toContain('width = 16 ');
  const only = insertEdits(plan, { params, of: 'trial 3', texts: {}, folder, parameters: ['momentum'] });
  expect(only.skipped.map(({ name }) => name)).toEqual(['momentum']);
});

test('the literals of old can be put back exactly as they were written', () => {
  const { folder, file, plan } = aPlan();
  apply(insertEdits(plan, { params: { ...params, momentum: 0.5 }, of: 'trial 3', texts: {}, folder }));
  const renamed = readFileSync(file, 'utf8').replaceAll('momentum', 'beta');
  writeFileSync(file, renamed);
  const own = { params: {}, of: 'your own values', asWritten: true, texts: {}, folder };
  apply(insertEdits(plan, own));
  expect(readFileSync(file, 'utf8')).toBe(script.replaceAll('momentum', 'beta'));
  expect(insertEdits(plan, own).edits).toEqual([]);
});

test('a file that was renamed is found by its content; two that are alike are not', () => {
  const { folder, file, plan } = aPlan();
  const other = path.join(folder, 'fit.py');
  renameSync(file, other);
  const request = { params, of: 'trial 3', texts: {}, folder };
  const result = insertEdits(plan, request);
  expect(result.notes[0]).toEqual({ name: 'train.py', note: 'train.py is called fit.py now.' });
  expect(new Set(result.edits.map((edit) => edit.file))).toEqual(
    new Set([other, path.join(folder, 'model.py')]),
  );
  // Text that was not saved yet counts.
  const unsaved = insertEdits(plan, { ...request, texts: { [other]: `# first\n${script}` } });
  expect(unsaved.edits.find(({ name }) => name === 'lr')?.start).toBe(script.indexOf('1e-3') + 8);
  writeFileSync(path.join(folder, 'copy.py'), script);
  expect(insertEdits(plan, request).skipped[0]).toEqual({
    name: 'lr',
    why: 'train.py is gone, and copy.py and fit.py are alike. Insert the value by hand.',
  });
  rmSync(other);
  rmSync(path.join(folder, 'copy.py'));
  expect(insertEdits(plan, request).skipped[0]?.why).toBe(
    'train.py is gone. Put it back where it was, then insert again.',
  );
});

test('a read-only file and a lost copy of the source are refused with what to do', () => {
  const { folder, file, plan } = aPlan();
  const request = { params, of: 'trial 3', texts: {}, folder, parameters: ['lr'] };
  chmodSync(file, 0o444);
  expect(insertEdits(plan, request).skipped).toEqual([
    { name: 'lr', why: 'train.py is read-only. Make it writable, then insert again.' },
  ]);
  chmodSync(file, 0o644);
  rmSync(path.join(folder, '.snapshots'), { recursive: true });
  expect(insertEdits(plan, request).edits.map(({ text }) => text)).toEqual(['2e-2']);
});
