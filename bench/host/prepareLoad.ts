import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openStore } from '../../src/engine/node.ts';
import { identify } from '../../src/engine/launch/processIdentity.ts';
import { layoutOf, prepareLayout } from '../../src/engine/tuner/layout.ts';
import { planStudy } from '../../src/engine/tuner/plan.ts';
import { runFolder } from '../../src/engine/tuner/runInput.ts';

const script = `# tune: minimize loss
lr = 1e-3  # tune: 1e-5..1e-1 log
width = 64  # tune: 16..256
dropout = 0.1  # tune: 0..0.6
optimizer = "adam"  # tune: ["adam", "sgd"]
`;

export interface Load {
  readonly study: string;
  /** Run folders, one a trial. */
  readonly folders: readonly string[];
}

/**
 * A workspace folder as an editor left it that was closed while many trials ran: a study in the database, and run
 * folders whose process is `writer`. The next engine takes them over.
 */
export const prepareLoad = (folder: string, trials: number, writer: number): Load => {
  const layout = layoutOf(folder);
  prepareLayout(layout);
  const file = path.join(folder, 'train.py');
  writeFileSync(file, script);
  const plan = planStudy({ script: file, interpreter: 'python3', args: [] }, layout.snapshots);
  if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join(' '));
  const leader = identify(writer);
  const store = openStore({ file: layout.database });
  try {
    const nowMs = Date.now();
    const spec = {
      space: plan.value.space,
      objectives: plan.value.objectives,
      sampler: { name: 'auto', options: {} },
      // None is stopped: stopping would end the one process that writes for all.
      pruner: { name: 'none', options: {} },
      budget: {},
      parallel: trials,
      seed: 1,
    };
    const { id } = store.createStudy(
      {
        name: 'train',
        script: 'train.py',
        state: 'running',
        spec,
        plan: JSON.stringify(plan.value.run),
        createdAtMs: nowMs,
      },
      nowMs,
    );
    const folders = Array.from({ length: trials }, (_, trial) => {
      const params = { lr: 1e-3, width: 16 + (trial % 240), dropout: 0.1, optimizer: 'adam' };
      store.addTrial(id, { params, reason: 'bench', seed: trial, createdAtMs: nowMs });
      const key = { study: id, trial, attempt: 1 };
      const run = runFolder(layout.runs, key);
      mkdirSync(run, { recursive: true });
      writeFileSync(path.join(run, 'pid'), `${leader.pid} ${leader.startTime} ${leader.bootId}\n`);
      const handle = { launcher: 'local', key, folder: run, ref: { ...leader, assigned: [] } };
      const slot = trial + 1;
      store.changeTrial(id, trial, {
        state: 'running',
        attempt: 1,
        slot,
        folder: run,
        handle,
        startedAtMs: nowMs,
      });
      return run;
    });
    return { study: id, folders };
  } finally {
    store.close();
  }
};
