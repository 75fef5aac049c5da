import { expect, test } from 'vitest';
import { StudyMirror } from '../../../src/extension/state/mirror.ts';
import { StudyTree, type TreeNode, type TreeRow } from '../../../src/extension/views/collectTree.ts';
import { studyTooltip, trialTooltip } from '../../../src/extension/views/collectTooltip.ts';
import { mostTrialsInGroup } from '../../../src/extension/views/groupTrials.ts';
import { noFilter, type TreeFilter, type TreeOrder } from '../../../src/extension/views/treeChoice.ts';
import type { StudyView, TrialView } from '../../../src/protocol/index.ts';
import { aDelta, aStudy, aTrial, counts } from '../builders.ts';

const aMirror = (studies: readonly StudyView[], trials: readonly TrialView[] = []): StudyMirror => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ studies, trials }));
  return mirror;
};
const aTree = (studies: StudyView | readonly StudyView[], trials: readonly TrialView[] = []): StudyTree => {
  const list: readonly StudyView[] = 'id' in studies ? [studies] : studies;
  const mirror = aMirror(list, trials);
  return new StudyTree(
    () => [{ folder: '/project', mirror }],
    () => 100_000,
  );
};
const inOrder = (tree: StudyTree, order: TreeOrder, filter: Partial<TreeFilter> = {}): StudyTree => {
  tree.choice = { order, filter: { ...noFilter, ...filter } };
  return tree;
};
const study = (id = 's1'): TreeNode => ({ kind: 'study', study: id });
const complete: TreeNode = { kind: 'group', study: 's1', state: 'complete' };
const trial = (number: number): TreeNode => ({ kind: 'trial', study: 's1', trial: number });
const rowsOf = (tree: StudyTree, node?: TreeNode): readonly (TreeRow | undefined)[] =>
  (node === undefined ? tree.roots() : tree.children(node)).map((child) => tree.row(child));
const labelsOf = (tree: StudyTree, node?: TreeNode): readonly (string | undefined)[] =>
  rowsOf(tree, node).map((row) => row?.label);
const numbersOf = (tree: StudyTree, node: TreeNode = complete): readonly (number | undefined)[] =>
  tree.children(node).map((child) => (child.kind === 'trial' ? child.trial : undefined));

test('a script that was tuned once is its study, one tuned again holds its studies, newest on top', () => {
  const tree = aTree([
    aStudy({ id: 'a', name: 'train', createdAtMs: 1 }),
    aStudy({ id: 'b', name: 'train-2', createdAtMs: 3 }),
    aStudy({ id: 'c', name: 'other', script: 'lib/other.py', createdAtMs: 2 }),
  ]);
  expect(tree.roots()).toEqual([{ kind: 'script', folder: '/project', script: 'train.py' }, study('c')]);
  expect(labelsOf(tree)).toEqual(['train.py', 'other']);
  const [script] = tree.roots();
  expect(script && labelsOf(tree, script)).toEqual(['train-2', 'train']);
  expect(tree.parent(study('a'))).toEqual(script);
  expect(tree.parent(study('c'))).toBeUndefined();
});

test('a script says how many studies it has and in which folder it lies', () => {
  const tree = aTree([
    aStudy({ id: 'a', script: 'lib/x/train.py' }),
    aStudy({ id: 'b', script: 'lib/x/train.py', state: 'complete' }),
  ]);
  expect(rowsOf(tree)[0]).toMatchObject({
    id: 'script:/project/lib/x/train.py',
    description: '2 studies · 1 running · lib/x',
    contextValue: 'script',
    spoken: 'Script train.py, 2 studies, 1 running, lib/x',
  });
});

test('studies that would look alike say of which script they are', () => {
  const tree = aTree([
    aStudy({ id: 'a', name: 'train' }),
    aStudy({ id: 'b', name: 'train', script: 'b/train.py' }),
  ]);
  expect(rowsOf(tree).map((row) => row?.description)).toEqual([
    'train.py · running · 0/30',
    'b/train.py · running · 0/30',
  ]);
});

test('folders are named only when there are several', () => {
  const [one, two] = [
    aMirror([aStudy({ id: 'a' })]),
    aMirror([aStudy({ id: 'b', name: 'x', script: 'x.py' })]),
  ];
  const tree = new StudyTree(
    () => [
      { folder: '/home/me/vision', mirror: one },
      { folder: '/home/me/speech', mirror: two },
    ],
    () => 0,
  );
  expect(rowsOf(tree).map((row) => row?.description)).toEqual([
    'vision · running · 0/30',
    'speech · running · 0/30',
  ]);
});

test('the same script in two folders is two scripts', () => {
  const mirrors = ['1', '2'].map((n) => aMirror([aStudy({ id: `a${n}` }), aStudy({ id: `b${n}` })]));
  const tree = new StudyTree(
    () => mirrors.map((mirror, index) => ({ folder: `/home/f${index}`, mirror })),
    () => 0,
  );
  expect(new Set(rowsOf(tree).map((row) => row?.id)).size).toBe(2);
  expect(rowsOf(tree).map((row) => row?.description)).toEqual([
    '2 studies · 2 running · f0',
    '2 studies · 2 running · f1',
  ]);
});

const raced = (): readonly TrialView[] => [
  aTrial({ number: 0, values: [0.5], startedAtMs: 0, endedAtMs: 9 }),
  aTrial({ number: 1, values: [0.9], startedAtMs: 0, endedAtMs: 5 }),
  aTrial({ number: 2, values: [Number.NaN] }),
  aTrial({ number: 3, values: [0.7], startedAtMs: 0, endedAtMs: 7 }),
];

test.each([
  ['newest', [1, 3, 2, 0]],
  ['best', [1, 3, 0, 2]],
  ['number', [0, 1, 2, 3]],
  ['name', [0, 1, 2, 3]],
  ['duration', [0, 3, 1, 2]],
] as const)('trials stand in the order “%s”', (order, numbers) => {
  const tree = aTree(aStudy({ best: 1, counts: counts({ complete: 4 }) }), raced());
  expect(numbersOf(inOrder(tree, order))).toEqual(numbers);
});

test('where less is better the smallest value is the best', () => {
  const less = aStudy({ objectives: [{ metric: 'loss', direction: 'minimize' }] });
  expect(numbersOf(inOrder(aTree(less, raced()), 'best'))).toEqual([0, 3, 1, 2]);
});

test('a running trial is as long as it has run', () => {
  const trials = [
    aTrial({ number: 0, state: 'running', startedAtMs: 90_000 }),
    aTrial({ number: 1, state: 'running', startedAtMs: 10_000 }),
  ];
  const tree = inOrder(aTree(aStudy(), trials), 'duration');
  expect(numbersOf(tree, { kind: 'group', study: 's1', state: 'running' })).toEqual([1, 0]);
});

test.each([
  [{ starred: true }, [1]],
  [{ noted: true }, [2]],
  [{ tags: ['odd'] }, [1, 0]],
  [{ text: 'ADAM' }, [2]],
  [{ text: 'diverged' }, [0]],
  [{ text: 'train-1' }, [2, 1, 0]],
  [{ tags: ['odd'], starred: true }, [1]],
  [{ tags: ['none'] }, []],
] as const)('the filter %j shows the trials that it says', (filter, numbers) => {
  const tree = aTree(aStudy({ counts: counts({ complete: 3 }) }), [
    aTrial({ number: 0, tags: ['odd'], message: 'It diverged.' }),
    aTrial({ number: 1, tags: ['odd', 'x'], star: true }),
    aTrial({ number: 2, note: 'Look again.', params: { optimizer: 'adam' } }),
  ]);
  expect(numbersOf(inOrder(tree, 'newest', filter))).toEqual(numbers);
  expect(tree.roots()).toHaveLength(numbers.length === 0 ? 0 : 1);
});

test('a filter by state leaves only its group, and the count of what is there', () => {
  const trials = [aTrial({ state: 'failed' }), aTrial({ number: 1 }), aTrial({ number: 2, star: true })];
  const tree = aTree(aStudy({ counts: counts({ complete: 2, failed: 1 }) }), trials);
  expect(labelsOf(inOrder(tree, 'newest', { states: ['failed'] }), study())).toEqual(['Failed']);
  expect(tree.counts()).toEqual({ shown: 1, all: 3 });
  expect(rowsOf(inOrder(tree, 'newest', { starred: true }), study())[0]?.description).toBe('1 of 2');
});

test('with a filter rows are unfolded, and a script tuned twice stays above the study that is left', () => {
  const studies = [
    aStudy({ state: 'complete', counts: counts({ complete: 1 }) }),
    aStudy({ id: 's2', state: 'complete' }),
  ];
  const tree = inOrder(aTree(studies, [aTrial({ star: true })]), 'newest', { starred: true });
  expect(labelsOf(tree)).toEqual(['train.py']);
  expect(tree.row(study())).toMatchObject({ id: 's1?filtered', collapsible: 'expanded' });
  tree.choice = { order: 'newest', filter: noFilter };
  expect(tree.row(study())).toMatchObject({ id: 's1', collapsible: 'collapsed' });
});

test('what has a row can be shown, what a filter hides cannot', () => {
  const tree = aTree(aStudy({ counts: counts({ complete: 2 }) }), [
    aTrial({ star: true }),
    aTrial({ number: 1 }),
  ]);
  expect([study(), trial(0), trial(1), trial(2), study('s9')].map((node) => tree.isShown(node))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  inOrder(tree, 'newest', { starred: true });
  expect([study(), trial(0), trial(1)].map((node) => tree.isShown(node))).toEqual([true, true, false]);
});

test('what is said of a study holds for its trials', () => {
  const tree = aTree(aStudy({ tags: ['thesis'], note: 'For chapter two.' }), [aTrial()]);
  expect(numbersOf(inOrder(tree, 'newest', { tags: ['thesis'] }))).toEqual([0]);
  expect(numbersOf(inOrder(tree, 'newest', { text: 'chapter' }))).toEqual([0]);
});

test('tags are offered by how much they are used', () => {
  const tree = aTree(aStudy({ tags: ['b'] }), [
    aTrial({ tags: ['a', 'b'] }),
    aTrial({ number: 1, tags: ['c'] }),
  ]);
  expect(tree.tags()).toEqual(['b', 'a', 'c']);
});

test('rows show notes and tags, a long note its beginning', () => {
  const note = 'A note that is so long that it does not fit into a row.\nSecond line.';
  const tree = aTree(aStudy(), [aTrial({ number: 1, note, tags: ['x', 'y'] })]);
  expect(tree.row(trial(1))?.description).toBe(
    '#x · #y · “A note that is so long that it does not…” · lr=0.01',
  );
  expect(tree.row(trial(1))?.spoken).toContain('#x, #y');
});

test('a trial shows the values that are not yours', () => {
  const tree = aTree(aStudy(), [
    aTrial({ params: { lr: 0.01, optimizer: 'sgd', width: 3 } }),
    aTrial({ number: 1, params: { lr: 0.02, optimizer: 'sgd', depth: 2 } }),
  ]);
  expect(tree.row(trial(1))?.description).toBe('lr=0.02 depth=2');
});

test('ten thousand trials are grouped and shown without holding up the editor', () => {
  const many = Array.from({ length: 10_000 }, (_, number) =>
    aTrial({ number, values: [Math.sin(number)], state: number % 3 === 0 ? 'pruned' : 'complete' }),
  );
  const mirror = aMirror([aStudy({ best: 7, counts: counts({ complete: 6_666, pruned: 3_334 }) })], many);
  const tree = inOrder(
    new StudyTree(
      () => [{ folder: '/project', mirror }],
      () => 0,
    ),
    'best',
  );
  const unfold = (node: TreeNode): readonly TreeNode[] => [node, ...tree.children(node).flatMap(unfold)];
  const times = Array.from({ length: 40 }, (_, turn) => {
    // One trial changes, and with it the study.
    mirror.apply(
      aDelta({
        from: turn + 1,
        to: turn + 2,
        studies: [aStudy({ counts: counts({ complete: 6_666, pruned: 3_334 }) })],
        trials: [aTrial({ number: turn, values: [turn] })],
      }),
    );
    // Of this thread alone: what others do on a busy machine is no time of ours.
    const before = process.threadCpuUsage();
    tree.changed();
    const rows = tree
      .roots()
      .flatMap(unfold)
      .map((node) => tree.row(node));
    expect(rows).toHaveLength(1 + 2 + 2 * (mostTrialsInGroup + 1));
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  const median = times.sort((a, b) => a - b)[20] ?? Number.NaN;
  console.log(
    `refresh of the tree at 10,000 trials: median ${median.toFixed(2)} ms, worst ${times.at(-1)?.toFixed(2)} ms`,
  );
  // 3 to 4 ms where nothing else runs; a busy core with cold caches takes longer.
  expect(median).toBeLessThan(25);
});

test('a study shows only the groups it has trials in', () => {
  const states = ['failed', 'complete', 'running', 'complete'] as const;
  const tree = aTree(
    aStudy({ counts: counts({ running: 1, complete: 2, failed: 1 }) }),
    states.map((state, number) => aTrial({ number, state })),
  );
  const groups = tree.children(study());
  expect(groups.map((node) => tree.row(node)?.label)).toEqual(['Running', 'Complete', 'Failed']);
});

test('a study that another window drives says which', () => {
  const tree = aTree(aStudy({ drivenHere: false, drivenBy: 'another window (process 7)' }));
  const row = tree.row(study());
  expect(row?.description).toBe('running · 0/30 · driven by another window (process 7)');
  expect(row?.contextValue).toBe('study.running.elsewhere');
});

test('the best trial is first and starred, the others follow newest first', () => {
  const tree = aTree(
    aStudy({ best: 1, counts: counts({ complete: 3 }) }),
    [0, 1, 2].map((number) => aTrial({ number })),
  );
  const nodes = tree.children(complete);
  expect(nodes).toEqual([trial(1), trial(2), trial(0)]);
  expect(nodes.map((node) => tree.row(node)?.icon)).toEqual(['star-full', 'pass', 'pass']);
});

test('a trial shows its metric and values, and the first that they are yours', () => {
  const tree = aTree(aStudy(), [aTrial({ values: [0.94444], params: { lr: 0.01, optimizer: 'sgd' } })]);
  expect(tree.row(trial(0))).toMatchObject({
    label: 'Trial 0',
    description: 'val_acc 0.9444 · your values · lr=0.01 optimizer="sgd"',
    spoken: 'Trial 0, complete, val_acc 0.9444, your values',
  });
});

test('a trial that repeats another says which', () => {
  const tree = aTree(aStudy(), [aTrial(), aTrial({ number: 1, replicaOf: 0, values: [0.5] })]);
  expect(tree.row(trial(1))?.description).toContain('val_acc 0.5 · trial 0 again');
});

test('what a row is decides what can be done with it', () => {
  const tree = aTree(aStudy(), [aTrial({ state: 'running', log: '/l', star: true }), aTrial({ number: 1 })]);
  expect([0, 1].map((number) => tree.row(trial(number))?.contextValue)).toEqual([
    'trial.running.starred.log',
    'trial.complete.plain',
  ]);
  expect(tree.row(study())?.contextValue).toBe('study.running.here');
});

test('a row keeps its id when the trial changes state', () => {
  const mirror = aMirror([aStudy()], [aTrial({ state: 'running' })]);
  const tree = new StudyTree(
    () => [{ folder: '/project', mirror }],
    () => 0,
  );
  const before = tree.row(trial(0))?.id;
  mirror.apply(aDelta({ from: 1, to: 2, trials: [aTrial({ state: 'complete' })] }));
  expect(tree.row(trial(0))?.id).toBe(before);
  expect(tree.parent(trial(0))).toEqual(complete);
});

test('a large group ends with a way to the rest', () => {
  const trials = Array.from({ length: mostTrialsInGroup + 5 }, (_, number) => aTrial({ number }));
  const nodes = aTree(aStudy(), trials).children(complete);
  expect(nodes).toHaveLength(mostTrialsInGroup + 1);
  expect(nodes.at(-1)).toEqual({ kind: 'more', study: 's1', state: 'complete', hidden: 5 });
});

test('a thousand studies are shown without holding up the editor', () => {
  const studies = Array.from({ length: 1_000 }, (_, index) =>
    aStudy({
      id: `s${index}`,
      name: `train-${index}`,
      script: `scripts/${index % 300}.py`,
      createdAtMs: index,
    }),
  );
  const tree = aTree(studies);
  const times = Array.from({ length: 20 }, () => {
    const before = process.threadCpuUsage();
    tree.changed();
    const rows = tree.roots().flatMap((node) => [node, ...tree.children(node)]);
    expect(rows.map((node) => tree.row(node)).every((row) => row !== undefined)).toBe(true);
    for (const node of rows) tree.parent(node);
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  });
  const median = times.sort((a, b) => a - b)[10] ?? Number.NaN;
  console.log(`refresh of the tree at 1,000 studies of 300 scripts: median ${median.toFixed(2)} ms`);
  expect(median).toBeLessThan(50);
});

test('what is gone has no row', () => {
  expect(aTree(aStudy()).row(trial(9))).toBeUndefined();
  expect(aTree([]).row(complete)).toBeUndefined();
  expect(aTree([]).row({ kind: 'script', folder: '/project', script: 'x.py' })).toBeUndefined();
});

test('a tooltip quotes what scripts and people wrote', () => {
  const quote = (text: string): string => `<${text}>`;
  const text = trialTooltip(
    aStudy(),
    aTrial({ message: 'a|b', reason: '', note: 'c|d', tags: ['e'] }),
    quote,
  );
  expect(text).toContain('<a|b>');
  expect(text).toContain('<c|d>');
  expect(text).toContain('`#e`');
  expect(studyTooltip(aStudy({ note: 'f|g' }), quote)).toContain('<f|g>');
});

test('records that could not be read are marked, spoken and explained', () => {
  const tree = aTree(aStudy({ corruptRecords: 3 }), [aTrial({ corrupt: 3 }), aTrial({ number: 1 })]);
  expect(tree.row(study())?.description).toContain('⚠ 3 unreadable records');
  expect(tree.row(trial(0))?.description).toMatch(/^⚠ 3 unreadable records/);
  expect(tree.row(trial(0))?.spoken).toContain('3 unreadable records');
  expect(trialTooltip(aStudy(), aTrial({ corrupt: 3 }), String)).toContain('is kept, and part of an export');
  expect(tree.row(trial(1))?.description).not.toContain('unreadable');
});
