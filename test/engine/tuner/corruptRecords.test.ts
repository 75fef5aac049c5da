import { expect, test } from 'vitest';
import { toJson } from '../../../src/engine/interop/json.ts';
import { StudyMirror } from '../../../src/extension/state/mirror.ts';
import { ViewSource } from '../../../src/engine/worker/views.ts';
import { aRequest, aWorkbench, begin } from './workbench.ts';

/** Writes what another program, a full disk or a bug might leave between the lines of its own spool. */
const vandal = `import os, tunelens
# tune: minimize loss, trials 2
lr = 0.1  # tune: 0.01..1 log
spool = os.path.join(os.path.dirname(os.environ["TUNELENS_RUN"]), "spool.jsonl")
for epoch in range(5):
    tunelens.report(step=epoch, loss=lr + epoch)
    with open(spool, "ab") as file:
        file.write(b"\\x00\\xff rubbish %d\\n" % epoch)
with open(spool, "ab") as file:
    file.write(b'deadbeef {"a":1,"k":"rep')
`;

test('a script that spoils its own spool loses nothing that is whole, and what is not is counted, shown and exported', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const study = begin(engine, aRequest(bench.write('train.py', vandal), { trials: 2, parallel: 1 }));
  expect(await engine.untilIdle(study)).toMatchObject({ state: 'complete' });
  const { store } = engine;
  for (const trial of store.trials(study)) {
    expect(trial).toMatchObject({ state: 'complete', corrupt: 6 });
    expect(trial.intermediate.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4]);
  }
  const records = store.corruptRecords(study);
  expect(records).toHaveLength(12);
  expect(records.filter(({ text }) => text.startsWith('deadbeef'))).toHaveLength(2);

  const mirror = new StudyMirror();
  mirror.apply(new ViewSource(engine).delta(0));
  expect(mirror.study(study)?.corruptRecords).toBe(12);
  expect(mirror.trial(study, 1)?.corrupt).toBe(6);
  const exported = JSON.parse(toJson(store.study(study), store.trials(study), records));
  expect(exported.trials[0].unreadable).toHaveLength(6);
});
