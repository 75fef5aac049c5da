import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ViewSource } from '../../../src/engine/worker/views.ts';
import type { Store } from '../../../src/engine/study/store.ts';
import { canBecome, trialStates } from '../../../src/engine/study/trial.ts';
import { StudyMirror } from '../../../src/extension/state/mirror.ts';
import { aBatch, aSpec, aStudy, aTrial, startMs } from '../../builders/records.ts';
import { aWorkbench } from '../tuner/workbench.ts';

const place = fc.nat({ max: 3 });

/** One thing that happens to one of two studies, or that one of two mirrors asks what changed. */
const operation = fc.oneof(
  fc.record({ kind: fc.constant('addTrial' as const), study: place }),
  fc.record({
    kind: fc.constant('changeTrial' as const),
    study: place,
    trial: place,
    state: fc.constantFrom(...trialStates),
    value: fc.integer({ min: -3, max: 3 }),
  }),
  fc.record({
    kind: fc.constant('report' as const),
    study: place,
    trial: place,
    steps: fc.array(fc.nat({ max: 9 }), { minLength: 1, maxLength: 4 }),
    corrupt: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('objective' as const),
    study: place,
    metric: fc.constantFrom('loss', 'acc'),
  }),
  fc.record({ kind: fc.constant('look' as const), who: fc.nat({ max: 1 }) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

const perform = (store: Store, ids: readonly string[], operation: Operation): void => {
  if (operation.kind === 'look') return;
  const study = ids[operation.study % ids.length] ?? '';
  if (operation.kind === 'addTrial') return void store.addTrial(study, aTrial());
  if (operation.kind === 'objective')
    return void store.setObjectives(study, [{ metric: operation.metric, direction: 'minimize' }], startMs);
  const trials = store.trials(study);
  const trial = trials[operation.trial % Math.max(1, trials.length)];
  if (trial === undefined) return;
  if (operation.kind === 'report') {
    const reports = operation.steps.flatMap((step) =>
      ['loss', 'acc'].map((metric) => ({ step, metric, value: step === 5 ? Number.NaN : step })),
    );
    const corrupt = operation.corrupt ? [`rubbish ${operation.steps[0]}`] : [];
    store.ingest([aBatch({ study, trial: trial.number, attempt: trial.attempt, reports, corrupt })]);
  } else if (canBecome(trial.state, operation.state))
    store.changeTrial(study, trial.number, {
      state: operation.state,
      ...(operation.state === 'complete' ? { values: [operation.value] } : {}),
    });
};

const shown = (mirror: StudyMirror): unknown =>
  mirror.studies().map((study) => ({
    study: { ...study, metricsSeen: study.metricsSeen.toSorted((a, b) => (a.metric < b.metric ? -1 : 1)) },
    trials: mirror.trials(study.id).map((trial) => ({ ...trial })),
  }));

test('whoever follows the deltas, whenever they ask, has what one who asks for everything gets', async () => {
  const engine = aWorkbench().onlooker();
  const plan = JSON.stringify({ tunables: [] });
  fc.assert(
    fc.property(fc.array(operation, { minLength: 10, maxLength: 60 }), (operations) => {
      for (const { id } of engine.store.studies()) engine.store.removeStudy(id);
      const spec = aSpec({ objectives: [] });
      const ids = ['a', 'b'].map(
        (name) => engine.store.createStudy(aStudy({ name, state: 'paused', spec, plan }), startMs).id,
      );
      const views = new ViewSource(engine);
      const mirrors = [new StudyMirror(), new StudyMirror()];
      const look = (mirror: StudyMirror | undefined): void =>
        void mirror?.apply(views.delta(mirror.revision));
      for (const operation of operations) {
        perform(engine.store, ids, operation);
        if (operation.kind === 'look') look(mirrors[operation.who]);
      }
      const whole = new StudyMirror();
      whole.apply(new ViewSource(engine).delta(0));
      for (const mirror of mirrors) {
        look(mirror);
        expect(shown(mirror)).toEqual(shown(whole));
      }
    }),
    { seed: 77, numRuns: 60 },
  );
});
