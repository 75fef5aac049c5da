import { afterEach, describe, expect, test } from 'vitest';
import type { Store, StoreError } from '../../src/engine/study/store.ts';
import { studyStates } from '../../src/engine/study/study.ts';
import { canBecome, type TrialState, trialStates } from '../../src/engine/study/trial.ts';
import { aBatch, anOwner, aSpace, aSpec, aStudy, aTrial, startMs } from '../builders/records.ts';

/** Two views on the same data, as two windows have them; a store that cannot be shared gives itself twice. */
export interface StorePair {
  readonly store: Store;
  readonly other: Store;
  readonly end: () => void;
}

const reasonOf = (work: () => unknown): StoreError['reason'] | 'nothing thrown' => {
  try {
    work();
    return 'nothing thrown';
  } catch (error) {
    if (error instanceof Error && 'reason' in error) return error.reason as StoreError['reason'];
    throw error;
  }
};

const longLater = startMs + 3_600_000;

/** What every store has to do. A store joins with one line in `stores.test.ts`. */
export const storeConformance = (name: string, open: () => StorePair): void => {
  const ends: (() => void)[] = [];
  const openPair = (): StorePair => {
    const pair = open();
    ends.push(pair.end);
    return pair;
  };
  const openOne = (): Store => openPair().store;

  /** A store with study `s1` and its trial 0 running at attempt 1. */
  const withRunningTrial = (): StorePair => {
    const pair = openPair();
    pair.store.createStudy(aStudy({ id: 's1' }), startMs);
    pair.store.addTrial('s1', aTrial());
    pair.store.changeTrial('s1', 0, { state: 'running', attempt: 1 });
    return pair;
  };

  afterEach(() => {
    for (const end of ends.splice(0)) end();
  });

  describe(`${name}, studies`, () => {
    test('a new store is empty', () => {
      const store = openOne();
      expect(store.studies()).toEqual([]);
      expect(store.changesSince(-1)).toMatchObject({ studies: [], trials: [], removedStudies: [] });
    });

    test('a study comes back as it was made', () => {
      const { store, other } = openPair();
      const made = store.createStudy(aStudy({ message: 'Begun.' }), startMs + 5);
      expect(made).toEqual({
        ...aStudy({ message: 'Begun.' }),
        id: made.id,
        updatedAtMs: startMs + 5,
        elapsedMs: 0,
        revision: store.revision,
      });
      expect(other.study(made.id)).toEqual(made);
      expect(other.studies()).toEqual([made]);
    });

    test('a space with conditions, derived values and constraints survives', () => {
      const space = aSpace({
        parameters: [
          { kind: 'categorical', name: 'optimizer', choices: ['adam', 1.5, true, null], ordered: false },
          { kind: 'float', name: 'momentum', low: 0, high: 1, log: false, condition: 'optimizer == "adam"' },
          { kind: 'int', name: 'width', low: 1, high: 512, log: false, factor: 2 },
          { kind: 'bool', name: 'bias' },
        ],
        derived: [{ name: 'double', expression: 'width * 2' }],
        constraints: ['double <= 512'],
      });
      const { store, other } = openPair();
      const { id } = store.createStudy(aStudy({ spec: aSpec({ space }) }), startMs);
      expect(other.study(id).spec.space).toEqual(space);
    });

    test('an infinite or missing number in a strategy survives', () => {
      const { store, other } = openPair();
      const options = { limit: Number.POSITIVE_INFINITY, start: Number.NaN, word: 'NaN' };
      const { id } = store.createStudy(aStudy({ spec: aSpec({ pruner: { name: 'x', options } }) }), startMs);
      expect(other.study(id).spec.pruner.options).toEqual(options);
    });

    test('names are unique within a script', () => {
      const store = openOne();
      const names = ['train.py', 'train.py', 'other.py', 'train.py'].map(
        (script) => store.createStudy(aStudy({ script }), startMs).name,
      );
      expect(names).toEqual(['train', 'train-2', 'train', 'train-3']);
    });

    test('ids are unique, also of studies gone', () => {
      const store = openOne();
      store.createStudy(aStudy({ id: 's1' }), startMs);
      expect(() => store.createStudy(aStudy({ id: 's1' }), startMs)).toThrow('s1');
      store.removeStudy('s1');
      expect(() => store.createStudy(aStudy({ id: 's1' }), startMs)).toThrow('s1');
    });

    test('a change touches only what it names', () => {
      const store = openOne();
      const made = store.createStudy(aStudy({ message: 'Begun.' }), startMs);
      const changed = store.changeStudy(made.id, { elapsedMs: 12.5 }, startMs + 9);
      expect(changed).toEqual({
        ...made,
        elapsedMs: 12.5,
        updatedAtMs: startMs + 9,
        revision: store.revision,
      });
    });

    test.each(studyStates)('a study can be %s', (state) => {
      const { store, other } = openPair();
      const { id } = store.createStudy(aStudy(), startMs);
      store.changeStudy(id, { state }, startMs);
      expect(other.study(id).state).toBe(state);
    });

    test('a null message takes the message away', () => {
      const store = openOne();
      const { id } = store.createStudy(aStudy({ message: 'Begun.' }), startMs);
      expect(store.changeStudy(id, { message: null }, startMs)).not.toHaveProperty('message');
    });

    test('a study keeps a note and tags until they are taken away', () => {
      const { store, other } = openPair();
      const { id } = store.createStudy(aStudy(), startMs);
      const labels = { note: 'Überraschend gut.', tags: ['thesis', 'v2'] };
      store.changeStudy(id, labels, startMs + 1);
      store.changeStudy(id, { elapsedMs: 5 }, startMs + 2);
      expect(other.study(id)).toMatchObject(labels);
      const without = store.changeStudy(id, { note: null, tags: null }, startMs + 3);
      expect(without).not.toHaveProperty('note');
      expect(without).not.toHaveProperty('tags');
    });

    test('a removed study is gone with all it had', () => {
      const { store, other } = withRunningTrial();
      store.ingest([aBatch({ reports: [{ step: 0, metric: 'loss', value: 1 }] })]);
      store.acquireLease('s1', anOwner(), startMs, () => true);
      store.removeStudy('s1');
      expect(other.studies()).toEqual([]);
      expect(other.changesSince(-1)).toMatchObject({ studies: [], trials: [], removedStudies: ['s1'] });
    });

    test('unknown ids are told apart from bugs', () => {
      const store = openOne();
      const calls = [
        () => store.study('none'),
        () => store.changeStudy('none', {}, startMs),
        () => store.removeStudy('none'),
        () => store.addTrial('none', aTrial()),
        () => store.trials('none'),
        () => store.trial('none', 0),
        () => store.changeTrial('none', 0, {}),
        () => store.reports('none', 0),
        () => store.ingest([aBatch({ study: 'none' })]),
        () => store.setObjectives('none', [], startMs),
        () => store.acquireLease('none', anOwner(), startMs, () => true),
        () => store.leaseOwner('none'),
      ];
      expect(calls.map(reasonOf)).toEqual(calls.map(() => 'not-found'));
    });
  });

  describe(`${name}, trials`, () => {
    test('numbers are given out from 0 without gaps, in each study', () => {
      const store = openOne();
      const [a, b] = [store.createStudy(aStudy(), startMs).id, store.createStudy(aStudy(), startMs).id];
      expect([a, a, b, a, b].map((id) => store.addTrial(id, aTrial()).number)).toEqual([0, 1, 0, 2, 1]);
      expect(store.trials(a).map(({ number }) => number)).toEqual([0, 1, 2]);
    });

    test('a new trial waits', () => {
      const { store, other } = openPair();
      const { id } = store.createStudy(aStudy(), startMs);
      const params = { lr: 0.1, name: 'a', deep: true, none: null };
      const added = store.addTrial(id, aTrial({ params }));
      expect(added).toEqual({
        ...aTrial({ params }),
        study: id,
        number: 0,
        state: 'waiting',
        intermediate: [],
        metrics: {},
        attempt: 0,
        star: false,
        revision: store.revision,
      });
      expect(other.trial(id, 0)).toEqual(added);
    });

    test('every field of a change is kept', () => {
      const { store, other } = withRunningTrial();
      const change = {
        state: 'complete',
        values: [Number.NaN, Number.NEGATIVE_INFINITY, 0.1 + 0.2],
        constraints: [-1, Number.POSITIVE_INFINITY],
        attempt: 2,
        slot: 3,
        handle: {
          launcher: 'local',
          key: { study: 's1', trial: 0, attempt: 2 },
          folder: '/runs/0',
          ref: [1, 'a', null],
        },
        cursor: { spool: 10, log: 20, print: { step: 4, best: Number.NaN } },
        folder: '/runs/0',
        startedAtMs: startMs + 1,
        endedAtMs: startMs + 2,
        message: 'Done.',
        asked: 'prune',
        star: true,
        note: 'Überraschend gut.\nAgain?',
        tags: ['baseline', 'für später'],
      } as const;
      const changed = store.changeTrial('s1', 0, change);
      expect(changed).toMatchObject(change);
      expect(other.trial('s1', 0)).toEqual(changed);
    });

    test('null takes a field away, undefined keeps it', () => {
      const { store } = withRunningTrial();
      const cursor = { spool: 1, log: 1, print: null };
      const labels = { note: 'Why?', tags: ['odd'] };
      store.changeTrial('s1', 0, { cursor, message: 'Slow.', asked: 'stop', ...labels });
      expect(store.changeTrial('s1', 0, {})).toMatchObject(labels);
      const gone = { message: null, asked: null, note: null, tags: null };
      const changed = store.changeTrial('s1', 0, gone);
      expect(changed).toMatchObject({ cursor });
      expect(changed).not.toHaveProperty('message');
      for (const name of Object.keys(gone)) expect(changed).not.toHaveProperty(name);
    });

    const pathTo: Readonly<Record<TrialState, readonly TrialState[]>> = {
      waiting: [],
      running: ['running'],
      paused: ['running', 'paused'],
      complete: ['running', 'complete'],
      pruned: ['running', 'pruned'],
      failed: ['failed'],
      stopped: ['stopped'],
    };

    test.each(trialStates)('from %s only legal states follow', (from) => {
      const store = openOne();
      const { id } = store.createStudy(aStudy(), startMs);
      for (const to of trialStates.filter((state) => state !== from)) {
        const { number } = store.addTrial(id, aTrial());
        for (const state of pathTo[from]) store.changeTrial(id, number, { state });
        const outcome = reasonOf(() => store.changeTrial(id, number, { state: to, message: 'Changed.' }));
        expect([to, outcome]).toEqual([to, canBecome(from, to) ? 'nothing thrown' : 'illegal-state']);
        expect(store.trial(id, number)).toMatchObject(
          canBecome(from, to) ? { state: to, message: 'Changed.' } : { state: from },
        );
      }
    });

    test('an illegal change changes nothing', () => {
      const { store } = withRunningTrial();
      const before = store.changeTrial('s1', 0, { state: 'complete' });
      expect(reasonOf(() => store.changeTrial('s1', 0, { state: 'running', star: true }))).toBe(
        'illegal-state',
      );
      expect(store.trial('s1', 0)).toEqual(before);
      expect(store.revision).toBe(before.revision);
    });

    test('an attempt never goes back', () => {
      const { store } = withRunningTrial();
      store.changeTrial('s1', 0, { attempt: 2 });
      expect(reasonOf(() => store.changeTrial('s1', 0, { attempt: 1 }))).toBe('illegal-state');
    });

    test('a finished trial can be starred', () => {
      const { store } = withRunningTrial();
      store.changeTrial('s1', 0, { state: 'pruned' });
      expect(store.changeTrial('s1', 0, { star: true })).toMatchObject({ state: 'pruned', star: true });
    });
  });

  describe(`${name}, reports`, () => {
    test('values come back in step order, by metric', () => {
      const { store, other } = withRunningTrial();
      const reports = [
        { step: 10, metric: 'loss', value: 3 },
        { step: 2, metric: 'loss', value: 2 },
        { step: 0.5, metric: 'acc', value: 0.1 },
      ];
      expect(store.ingest([aBatch({ reports })])).toEqual([true]);
      const loss = [
        { step: 2, value: 2 },
        { step: 10, value: 3 },
      ];
      expect(other.reports('s1', 0)).toEqual({ loss, acc: [{ step: 0.5, value: 0.1 }] });
      expect(other.trial('s1', 0)).toMatchObject({ intermediate: loss, metrics: { loss: 2, acc: 0.1 } });
    });

    test('the cursor is stored with the reports', () => {
      const { store, other } = withRunningTrial();
      const cursor = { spool: 77, log: 5, print: { partial: 'val_a' } };
      store.ingest([aBatch({ cursor, reports: [{ step: 0, metric: 'loss', value: 1 }] })]);
      expect(other.trial('s1', 0).cursor).toEqual(cursor);
    });

    test('NaN and infinities survive', () => {
      const { store, other } = withRunningTrial();
      const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, 1e308];
      for (const [step, value] of values.entries()) {
        store.ingest([aBatch({ reports: [{ step, metric: 'loss', value }] })]);
        expect(other.trial('s1', 0).metrics).toEqual({ loss: value });
      }
      expect(other.trial('s1', 0).intermediate.map(({ value }) => value)).toEqual(values);
      expect(other.reports('s1', 0)).toEqual({ loss: values.map((value, step) => ({ step, value })) });
    });

    test('a report for a step already there replaces it', () => {
      const { store, other } = withRunningTrial();
      const report = (step: number, value: number): void => {
        store.ingest([aBatch({ reports: [{ step, metric: 'loss', value }] })]);
      };
      report(0, 1);
      report(1, 2);
      other.trial('s1', 0);
      report(0, 3);
      expect(other.trial('s1', 0).intermediate).toEqual([
        { step: 0, value: 3 },
        { step: 1, value: 2 },
      ]);
    });

    test('a later attempt adds to and replaces what an earlier one reported', () => {
      const { store, other } = withRunningTrial();
      const reports = [0, 1, 2].map((step) => ({ step, metric: 'loss', value: 10 + step }));
      store.ingest([aBatch({ reports })]);
      store.changeTrial('s1', 0, { attempt: 2 });
      store.ingest([aBatch({ attempt: 2, reports: [{ step: 1, metric: 'loss', value: 21 }] })]);
      expect(other.trial('s1', 0).intermediate.map(({ value }) => value)).toEqual([10, 21, 12]);
    });

    test('a batch of an attempt that is over changes nothing', () => {
      const { store } = withRunningTrial();
      const before = store.changeTrial('s1', 0, { attempt: 2 });
      const reports = [{ step: 0, metric: 'loss', value: 1 }];
      expect(store.ingest([aBatch({ attempt: 1, reports, corrupt: ['x'] })])).toEqual([false]);
      expect(store.trial('s1', 0)).toEqual(before);
      expect(store.revision).toBe(before.revision);
    });

    test('batches of a call are taken or left each on its own', () => {
      const { store } = withRunningTrial();
      store.addTrial('s1', aTrial());
      const reports = [{ step: 0, metric: 'loss', value: 1 }];
      expect(store.ingest([aBatch({ trial: 1, attempt: 5, reports }), aBatch({ reports })])).toEqual([
        false,
        true,
      ]);
    });

    test('a call with an unknown trial stores nothing of it', () => {
      const { store } = withRunningTrial();
      const reports = [{ step: 0, metric: 'loss', value: 1 }];
      expect(reasonOf(() => store.ingest([aBatch({ reports }), aBatch({ trial: 9 })]))).toBe('not-found');
      expect(store.reports('s1', 0)).toEqual({});
    });

    test('reading a run again from its start changes no value', () => {
      const { store, other } = withRunningTrial();
      const batch = aBatch({
        reports: [0, 1, 2].map((step) => ({ step, metric: 'loss', value: step })),
        corrupt: ['{'],
      });
      store.ingest([batch]);
      const before = other.trial('s1', 0);
      store.ingest([batch]);
      expect(other.trial('s1', 0)).toEqual({ ...before, revision: store.revision });
    });

    test('records that cannot be read are kept once, by trial and attempt', () => {
      const { store, other } = withRunningTrial();
      store.ingest([aBatch({ corrupt: ['{', 'half a li'] })]);
      store.ingest([aBatch({ corrupt: ['{'] })]);
      const texts = other.corruptRecords('s1').map(({ trial, attempt, text }) => [trial, attempt, text]);
      expect(texts.sort()).toEqual([
        [0, 1, 'half a li'],
        [0, 1, '{'],
      ]);
    });

    test('a report without a real step is left out', () => {
      const { store } = withRunningTrial();
      store.ingest([aBatch({ reports: [{ step: Number.NaN, metric: 'loss', value: 1 }] })]);
      expect(store.reports('s1', 0)).toEqual({});
    });

    test('a metric may have any name', () => {
      const { store, other } = withRunningTrial();
      const names = ['__proto__', 'constructor', '', '$number', 'größe "x"', '1'];
      store.ingest([aBatch({ reports: names.map((metric) => ({ step: 0, metric, value: 1 })) })]);
      expect(Object.keys(other.trial('s1', 0).metrics).sort()).toEqual([...names].sort());
      expect(Object.keys(other.reports('s1', 0)).sort()).toEqual([...names].sort());
    });

    test('without objectives there is no curve until one is chosen', () => {
      const { store, other } = openPair();
      store.createStudy(aStudy({ id: 's1', spec: aSpec({ objectives: [] }) }), startMs);
      store.addTrial('s1', aTrial());
      store.ingest([aBatch({ attempt: 0, reports: [{ step: 0, metric: 'acc', value: 0.5 }] })]);
      const seen = other.changesSince(-1);
      expect(seen.trials[0]?.intermediate).toEqual([]);
      const objectives = [{ metric: 'acc', direction: 'maximize' }] as const;
      expect(store.setObjectives('s1', objectives, startMs + 1).spec.objectives).toEqual(objectives);
      expect(other.changesSince(seen.revision).trials[0]?.intermediate).toEqual([{ step: 0, value: 0.5 }]);
    });
  });

  describe(`${name}, revisions`, () => {
    test('each change raises the revision by one and stamps what it changed', () => {
      const { store, other } = withRunningTrial();
      store.addTrial('s1', aTrial());
      store.changeTrial('s1', 1, { attempt: 1 });
      const before = store.revision;
      const reports = [{ step: 0, metric: 'loss', value: 1 }];
      store.ingest([aBatch({ reports }), aBatch({ trial: 1, reports })]);
      expect(store.revision).toBe(before + 1);
      const changes = other.changesSince(before);
      expect(changes.revision).toBe(before + 1);
      expect(changes.trials.map(({ number, revision }) => [number, revision])).toEqual([
        [0, before + 1],
        [1, before + 1],
      ]);
      expect(changes.studies).toEqual([]);
    });

    test('nothing new raises nothing', () => {
      const { store } = withRunningTrial();
      store.ingest([aBatch()]);
      const before = store.revision;
      store.ingest([aBatch()]);
      store.ingest([]);
      store.acquireLease('s1', anOwner(), startMs, () => true);
      expect(store.revision).toBe(before);
      expect(store.changesSince(before)).toEqual({
        revision: before,
        studies: [],
        trials: [],
        removedStudies: [],
      });
    });

    test('a revision from the future is taken for another store’s', () => {
      const { store } = withRunningTrial();
      expect(store.changesSince(store.revision + 1).trials).toHaveLength(1);
    });
  });

  describe(`${name}, leases`, () => {
    const alive = (): boolean => true;
    const dead = (): boolean => false;

    test('one owner at a time', () => {
      const { store, other } = withRunningTrial();
      expect(store.acquireLease('s1', anOwner(), startMs, alive)).toBe(true);
      expect(other.acquireLease('s1', anOwner({ id: 'window-2', pid: 200 }), startMs + 1, alive)).toBe(false);
      expect(other.leaseOwner('s1')).toEqual(anOwner());
    });

    test('the owner renews without being asked whether it lives', () => {
      const { store } = withRunningTrial();
      store.acquireLease('s1', anOwner(), startMs, alive);
      expect(store.acquireLease('s1', anOwner(), longLater, dead)).toBe(true);
    });

    test('a dead owner’s lease passes on', () => {
      const { store, other } = withRunningTrial();
      store.acquireLease('s1', anOwner(), startMs, alive);
      const asked: string[] = [];
      const taken = other.acquireLease('s1', anOwner({ id: 'window-2' }), startMs + 1, ({ id }) => {
        asked.push(id);
        return false;
      });
      expect([taken, asked]).toEqual([true, ['window-1']]);
      expect(store.leaseOwner('s1')?.id).toBe('window-2');
    });

    test('a reused pid is not its earlier owner', () => {
      const { store } = withRunningTrial();
      store.acquireLease('s1', anOwner(), startMs, alive);
      expect(store.acquireLease('s1', anOwner({ startTime: '9000' }), startMs + 1, alive)).toBe(false);
    });

    test('whoever asks judges the owner by its heartbeat, whatever the clocks say', () => {
      const { store, other } = withRunningTrial();
      const heartbeats: number[] = [];
      const askAt = (ms: number): boolean =>
        other.acquireLease('s1', anOwner({ id: 'window-2' }), ms, (_, heartbeatMs) => {
          heartbeats.push(heartbeatMs);
          return true;
        });
      store.acquireLease('s1', anOwner(), startMs, alive);
      expect(askAt(longLater)).toBe(false);
      expect(store.renewLease('s1', anOwner(), startMs + 5)).toBe(true);
      expect(askAt(startMs - 3_600_000)).toBe(false);
      expect(heartbeats).toEqual([startMs, startMs + 5]);
    });

    test('only a lease that is still held is renewed', () => {
      const { store, other } = withRunningTrial();
      expect(store.renewLease('s1', anOwner(), startMs)).toBe(false);
      store.acquireLease('s1', anOwner(), startMs, alive);
      other.acquireLease('s1', anOwner({ id: 'window-2' }), startMs + 1, dead);
      expect(store.renewLease('s1', anOwner(), startMs + 2)).toBe(false);
      other.releaseLease('s1', anOwner({ id: 'window-2' }));
      // It was another's in between: what its earlier owner remembers of the study is no longer true.
      expect(store.renewLease('s1', anOwner(), startMs + 3)).toBe(false);
      expect(store.leaseOwner('s1')).toBeUndefined();
      expect(store.renewLease('none', anOwner(), startMs + 4)).toBe(false);
    });

    test('a driver that lost its lease changes nothing, and a person still does', () => {
      const { store, other } = withRunningTrial();
      store.acquireLease('s1', anOwner(), startMs, alive);
      store.changeTrial('s1', 0, { slot: 1 }, anOwner());
      other.acquireLease('s1', anOwner({ id: 'window-2' }), startMs + 1, dead);
      const before = store.changesSince(-1);
      const attempts: readonly (() => unknown)[] = [
        () => store.changeStudy('s1', { state: 'complete' }, startMs + 2, anOwner()),
        () => store.addTrial('s1', aTrial(), anOwner()),
        () => store.changeTrial('s1', 0, { state: 'failed' }, anOwner()),
        () => store.ingest([aBatch({ reports: [{ step: 0, metric: 'loss', value: 1 }] })], anOwner()),
      ];
      expect(attempts.map(reasonOf)).toEqual(attempts.map(() => 'lease-lost'));
      expect(store.changesSince(-1)).toEqual(before);
      expect(store.changeTrial('s1', 0, { star: true }).star).toBe(true);
      other.changeTrial('s1', 0, { state: 'complete' }, anOwner({ id: 'window-2' }));
      expect(store.trial('s1', 0).state).toBe('complete');
    });

    test('who renews while another asks keeps its lease', () => {
      const { store, other } = withRunningTrial();
      store.acquireLease('s1', anOwner(), startMs, alive);
      const taken = other.acquireLease('s1', anOwner({ id: 'window-2' }), startMs + 1, () => {
        store.acquireLease('s1', anOwner(), startMs + 2, alive);
        return false;
      });
      expect([taken, store.leaseOwner('s1')?.id]).toEqual([false, 'window-1']);
    });

    test('only the owner releases', () => {
      const { store, other } = withRunningTrial();
      store.acquireLease('s1', anOwner(), startMs, alive);
      other.releaseLease('s1', anOwner({ id: 'window-2' }));
      expect(store.leaseOwner('s1')).toEqual(anOwner());
      store.releaseLease('s1', anOwner());
      expect(other.leaseOwner('s1')).toBeUndefined();
    });

    test('a change that was meant for another state of the study changes nothing', () => {
      const { store, other } = withRunningTrial();
      other.changeStudy('s1', { state: 'stopped', message: 'Stopped.' }, startMs + 1);
      const { revision } = store;
      const kept = store.changeStudy('s1', { from: 'running', state: 'paused', message: 'x' }, startMs + 2);
      expect(kept).toMatchObject({ state: 'stopped', message: 'Stopped.' });
      expect(store.revision).toBe(revision);
      expect(store.changeStudy('s1', { from: 'stopped', state: 'running' }, startMs + 3).state).toBe(
        'running',
      );
    });

    test('studies that run, or have trials somebody must see to the end, need a driver', () => {
      const { store } = withRunningTrial();
      expect(store.needingDriver()).toEqual(['s1']);
      store.changeStudy('s1', { state: 'paused' }, startMs);
      expect(store.needingDriver()).toEqual(['s1']);
      store.changeTrial('s1', 0, { state: 'paused' });
      expect(store.needingDriver()).toEqual([]);
      store.changeStudy('s1', { state: 'stopped' }, startMs);
      expect(store.needingDriver()).toEqual(['s1']);
      store.changeTrial('s1', 0, { state: 'stopped' });
      expect(store.needingDriver()).toEqual([]);
    });

    test('releasing what is gone is no fault', () => {
      const store = openOne();
      expect(reasonOf(() => store.releaseLease('none', anOwner()))).toBe('nothing thrown');
    });
  });
};
