import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../../src/engine/store/openStore.ts';
import type { Changes, Store, StudyRecord, TrialRecord } from '../../../src/engine/study/store.ts';
import { canBecome, type IntermediateValue, trialStates } from '../../../src/engine/study/trial.ts';
import { aBatch, aStudy, aTrial, startMs } from '../../builders/records.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'store-changes-'));
afterAll(() => rmSync(folder, { recursive: true }));

const index = fc.nat({ max: 3 });
const metric = fc.constantFrom('loss', 'acc');
const value = fc.constantFrom(0, 1, 2.5, Number.NaN, Number.POSITIVE_INFINITY);
const report = fc.record({ step: fc.nat({ max: 6 }), metric, value });

/** One thing that happens to a store; studies and trials are meant by place, so that each finds one if any are there. */
const operation = fc.oneof(
  fc.record({ kind: fc.constant('createStudy' as const) }),
  fc.record({ kind: fc.constant('removeStudy' as const), study: index, really: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('changeStudy' as const), study: index, message: fc.constantFrom('a', null) }),
  fc.record({ kind: fc.constant('setObjectives' as const), study: index, metric }),
  fc.record({ kind: fc.constant('addTrial' as const), study: index }),
  fc.record({
    kind: fc.constant('changeTrial' as const),
    study: index,
    trial: index,
    state: fc.constantFrom(...trialStates),
    newAttempt: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('ingest' as const),
    study: index,
    batches: fc.array(
      fc.record({
        trial: index,
        late: fc.boolean(),
        spool: fc.nat(),
        reports: fc.array(report, { maxLength: 4 }),
        corrupt: fc.array(fc.constantFrom('{', 'rubbish'), { maxLength: 1 }),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({ kind: fc.constant('look' as const), who: fc.nat({ max: 1 }) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** Somebody who only ever asks what changed. */
class Mirror {
  private revision = -1;
  private readonly mostPoints: number | undefined;

  constructor(mostPoints?: number) {
    this.mostPoints = mostPoints;
  }

  private readonly studies = new Map<string, StudyRecord>();
  private readonly trials = new Map<string, TrialRecord>();

  apply(changes: Changes): void {
    this.revision = changes.revision;
    for (const id of changes.removedStudies) {
      this.studies.delete(id);
      for (const key of this.trials.keys()) if (key.startsWith(`${id}/`)) this.trials.delete(key);
    }
    for (const study of changes.studies) this.studies.set(study.id, study);
    for (const trial of changes.trials) this.trials.set(`${trial.study}/${trial.number}`, trial);
  }

  /** One who is told a part at a time goes on until there is no more. */
  look(store: Store): void {
    do this.apply(store.changesSince(this.revision, this.mostPoints));
    while (this.mostPoints !== undefined && this.revision < store.revision);
  }

  state(): unknown {
    return {
      revision: this.revision,
      studies: [...this.studies.values()],
      trials: [...this.trials.values()].sort(byPlace),
    };
  }
}

const byPlace = (a: TrialRecord, b: TrialRecord): number =>
  a.study.localeCompare(b.study) || a.number - b.number;

/** The slow obvious way: every report in a map, the newest of each step kept. */
class Model {
  readonly reports = new Map<string, Map<number, number>>();
  private readonly newest = new Map<string, Record<string, number>>();

  take(trial: string, name: string, step: number, reported: number): void {
    const key = `${trial} ${name}`;
    const steps = this.reports.get(key) ?? new Map<number, number>();
    this.reports.set(key, steps.set(step, reported));
    this.newest.set(trial, { ...this.newest.get(trial), [name]: reported });
  }

  curve(trial: string, name: string): readonly IntermediateValue[] {
    const steps = [...(this.reports.get(`${trial} ${name}`) ?? [])].sort(([a], [b]) => a - b);
    return steps.map(([step, reported]) => ({ step, value: reported }));
  }

  metrics(trial: string): Readonly<Record<string, number>> {
    return this.newest.get(trial) ?? {};
  }
}

const pick = <T>(items: readonly T[], place: number): T | undefined =>
  items[place % Math.max(1, items.length)];

const perform = (store: Store, model: Model, made: number, operation: Operation): void => {
  if (operation.kind === 'look') return;
  if (operation.kind === 'createStudy') return void store.createStudy(aStudy({ id: `s${made}` }), startMs);
  const study = pick(store.studies(), operation.study)?.id;
  if (study === undefined) return;
  switch (operation.kind) {
    case 'removeStudy':
      if (operation.really === 0) store.removeStudy(study);
      return;
    case 'changeStudy':
      store.changeStudy(study, { message: operation.message }, startMs + made);
      return;
    case 'setObjectives':
      store.setObjectives(study, [{ metric: operation.metric, direction: 'minimize' }], startMs);
      return;
    case 'addTrial':
      store.addTrial(study, aTrial());
      return;
    case 'changeTrial': {
      const trial = pick(store.trials(study), operation.trial);
      if (trial === undefined) return;
      const state = canBecome(trial.state, operation.state) ? { state: operation.state } : {};
      store.changeTrial(study, trial.number, {
        ...state,
        attempt: trial.attempt + (operation.newAttempt ? 1 : 0),
      });
      return;
    }
    case 'ingest': {
      const trials = store.trials(study);
      const batches = operation.batches.flatMap(({ trial: place, late, spool, reports, corrupt }) => {
        const trial = pick(trials, place);
        if (trial === undefined) return [];
        const attempt = trial.attempt - (late ? 1 : 0);
        const cursor = { spool, log: 0, print: null };
        return [aBatch({ study, trial: trial.number, attempt, cursor, reports, corrupt })];
      });
      expect(store.ingest(batches)).toEqual(
        batches.map(({ trial, attempt }) => trials[trial]?.attempt === attempt),
      );
      for (const { trial, attempt, reports } of batches)
        for (const { metric: name, step, value: reported } of reports)
          if (trials[trial]?.attempt === attempt) model.take(`${study}/${trial}`, name, step, reported);
    }
  }
};

/** Everything, read by a connection that remembers nothing. */
const whole = (
  file: string,
): { revision: number; studies: readonly StudyRecord[]; trials: readonly TrialRecord[] } => {
  const store = openStore({ file });
  const studies = store.studies();
  const trials = studies.flatMap(({ id }) => store.trials(id)).sort(byPlace);
  const { revision } = store;
  store.close();
  return { revision, studies, trials };
};

test('whoever applies what changed has what the store has, whenever they look', () => {
  let run = 0;
  const property = fc.property(fc.array(operation, { minLength: 10, maxLength: 60 }), (operations) => {
    run += 1;
    const file = path.join(folder, `${run}.db`);
    const stores = [openStore({ file }), openStore({ file })] as const;
    const mirrors = [new Mirror(), new Mirror(30)] as const;
    const model = new Model();
    for (const [made, operation] of operations.entries()) {
      if (operation.kind === 'look')
        mirrors[operation.who === 0 ? 0 : 1].look(stores[operation.who === 0 ? 0 : 1]);
      else perform(stores[made % 2 === 0 ? 0 : 1], model, made, operation);
    }
    const { revision, studies, trials } = whole(file);
    for (const [who, mirror] of mirrors.entries()) {
      mirror.look(stores[who === 0 ? 0 : 1]);
      expect(mirror.state()).toEqual({ revision, studies, trials });
    }
    for (const trial of trials) {
      const name = studies.find(({ id }) => id === trial.study)?.spec.objectives[0]?.metric ?? '';
      const key = `${trial.study}/${trial.number}`;
      expect(trial.intermediate).toEqual(model.curve(key, name));
      expect(trial.metrics).toEqual(model.metrics(key));
    }
    for (const store of stores) store.close();
  });
  fc.assert(property, { numRuns: 60, seed: 20_241 });
});
