import { copyFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  aLocalLauncher,
  aScriptRun,
  hostileFolder,
  noticesIn,
  removeFolder,
  reportsIn,
  runScript,
  runtimeFolder,
  untilOver,
} from './aScriptRun.ts';

let folder: string;
beforeEach(() => {
  folder = hostileFolder();
});
afterEach(() => removeFolder(folder));

test('each annotated assignment is a report, in loops, functions, one-liners and for the last line without a newline', async () => {
  const outcome = await runScript(folder, {
    sources: {
      'train.py': `def epoch(e):
    acc = e / 2  # tune: maximize
    return acc
for e in range(3):
    loss = 1 - epoch(e); done = True
if done: score = 7`,
    },
    reports: [
      { after: 'acc = e / 2', name: 'acc' },
      { after: 'loss = 1 - epoch(e)', name: 'loss' },
      { after: 'score = 7', name: 'score' },
    ],
  });
  expect(reportsIn(outcome)).toEqual([
    'acc@1=0',
    'loss@1=1',
    'acc@2=0.5',
    'loss@2=0.5',
    'acc@3=1',
    'loss@3=0',
    'score@1=7',
  ]);
});

test('scalars of other libraries are reported, what is no number is noticed once, and nothing breaks', async () => {
  const outcome = await runScript(folder, {
    sources: {
      'train.py': `class Scalar:
    def __float__(self):
        return float('nan')
class Liar:
    def __float__(self):
        raise RuntimeError('no')
for value in [Scalar(), float('-inf'), None, 'text', Liar(), True]:
    acc = value
print('end')
`,
    },
    reports: [{ after: 'acc = value', name: 'acc' }],
  });
  expect(reportsIn(outcome)).toEqual(['acc@1=NaN', 'acc@2=-Infinity', 'acc@3=1']);
  expect(noticesIn(outcome)).toHaveLength(1);
  expect(outcome.log).toBe('end\n');
});

test('a metric that is printed too is taken from the assignment alone', async () => {
  const outcome = await runScript(folder, {
    sources: { 'train.py': 'for e in range(2):\n    acc = e\n    print(f"epoch {e} acc {acc} loss 0.5")\n' },
    reports: [{ after: 'acc = e', name: 'acc' }],
  });
  expect(reportsIn(outcome)).toEqual(['acc@1=0', 'acc@2=1', 'loss@0=0.5', 'loss@1=0.5']);
});

const explicit = `import tunelens
tunelens.report(step=3, acc=0.5, loss=float('inf'))
tunelens.report({'acc': 0.75}, 4)
tunelens.report(acc=object())
print(list(tunelens.params()), tunelens.trial_number(), tunelens.should_stop(), (tunelens.checkpoint_dir() or '').split('/')[-3:])
`;

test('the tunelens module reports and answers inside a trial', async () => {
  const outcome = await runScript(folder, {
    sources: { 'train.py': `lr = 0.1\n${explicit}` },
    change: [{ at: 'lr = «0.1»', to: '0.5', id: 'lr' }],
    trial: 12,
  });
  expect(reportsIn(outcome)).toEqual(['acc@3=0.5', 'loss@3=Infinity', 'acc@4=0.75']);
  expect(outcome.log).toBe("['lr'] 12 False ['study', '12', 'checkpoint']\n");
});

test('the tunelens module does nothing outside a trial', () => {
  copyFileSync(path.join(runtimeFolder, 'tunelens.py'), path.join(folder, 'tunelens.py'));
  const said = execFileSync('python3', ['-c', explicit], { cwd: folder, encoding: 'utf8' });
  expect(said).toBe("[] None False ['']\n");
});

test('a script in any language finds its values in the environment', async () => {
  const run = aScriptRun(folder, {
    sources: { 'train.py': 'lr = 0.1\n' },
    change: [{ at: 'lr = «0.1»', to: '0.5', id: 'lr' }],
  });
  const launcher = aLocalLauncher(folder);
  const echo = 'echo "$TUNELENS_PARAMS $TUNELENS_SEED $PYTHONHASHSEED"';
  const outcome = await untilOver(launcher, await launcher.start({ ...run, argv: ['sh', '-c', echo] }));
  expect(outcome.log).toBe('{"lr":0.5} 7 0\n');
});

test('ranks other than the first keep silent', async () => {
  const outcome = await runScript(folder, {
    sources: { 'train.py': 'acc = 1\n' },
    reports: [{ after: 'acc = 1', name: 'acc' }],
    env: { RANK: '1' },
  });
  expect(outcome.records).toEqual([]);
});
