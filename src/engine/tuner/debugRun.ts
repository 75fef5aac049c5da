import { rmSync } from 'node:fs';
import path from 'node:path';
import { findProgram } from '../launch/interpreter.ts';
import { runEnvironment } from '../launch/runCommand.ts';
import { prepareRunFolder } from '../launch/runFolder.ts';
import { shownBaseline } from '../space/assignment.ts';
import { type ShownAssignment, shownAssignment } from '../space/composite.ts';
import { LaunchError } from '../study/launcher.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';
import { checkpointOf, inheritCheckpoint, trialFolder } from './checkpoints.ts';
import type { Layout } from './layout.ts';
import { planStudy, type RunPlan } from './plan.ts';
import { runSpecOf } from './runInput.ts';

/** What a debugger is started with. */
export interface DebugRun {
  /** The script itself: breakpoints in it hold. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Beside what the debugger has already. */
  readonly env: Readonly<Record<string, string>>;
  /** The interpreter's path. */
  readonly python: string;
  /** Sentences to show before it starts. */
  readonly notes: readonly string[];
}

/** The sources as they are now, so that lines are those in the editor; as they were where they cannot be read so. */
const currentPlan = (
  plan: RunPlan,
  snapshots: string,
): { readonly plan: RunPlan; readonly notes: readonly string[] } => {
  const { script, interpreter, args, cwd, env } = plan;
  const fresh = planStudy({ script, interpreter, args, cwd, env }, snapshots);
  if (!fresh.ok)
    return {
      plan,
      notes: [
        'The script’s comments have mistakes now: it is debugged as it was when the study was started.',
      ],
    };
  const names = new Set(fresh.value.run.tunables.map(({ name }) => name));
  const gone = plan.tunables.map(({ name }) => name).filter((name) => !names.has(name));
  return {
    plan: fresh.value.run,
    notes: gone.length === 0 ? [] : [`No longer in the source, and so not set: ${gone.join(', ')}.`],
  };
};

const asStrings = (env: NodeJS.ProcessEnv): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/**
 * Prepares a run with a trial's values for a debugger to start: a run folder of its own, which nothing reads, and a
 * checkpoint folder of its own, so that the trial's is left alone.
 */
export const prepareDebugRun = async (
  { layout, runtimeFolder }: { readonly layout: Layout; readonly runtimeFolder: string },
  study: StudyRecord,
  trial: TrialRecord,
  planned: RunPlan,
): Promise<DebugRun> => {
  if (planned.runner !== undefined)
    throw new LaunchError('other', 'Only Python scripts can be debugged with a trial’s values so far.');
  const own = trialFolder(layout.runs, study.id, trial.number);
  const folder = path.join(own, 'debug');
  rmSync(folder, { recursive: true, force: true });
  const { plan, notes } = currentPlan(planned, layout.snapshots);
  const { parent, parentStep } = trial;
  const from = parent === undefined ? undefined : trialFolder(layout.runs, study.id, parent);
  const inherited =
    from !== undefined &&
    parentStep !== undefined &&
    (await inheritCheckpoint(from, parentStep, folder).then(
      () => true,
      () => false,
    ));
  const { space } = study.spec;
  const params: ShownAssignment =
    (trial.replicaOf ?? trial.number) === 0
      ? shownBaseline(space, planned.baseline)
      : shownAssignment(space, trial.params);
  const run = runSpecOf(plan, {
    key: { study: study.id, trial: trial.number, attempt: 0 },
    params,
    seed: trial.seed,
    ...(trial.fidelity === undefined ? {} : { fidelity: trial.fidelity }),
    ...(trial.replicaOf === undefined ? {} : { replicaOf: trial.replicaOf }),
    checkpoint: { folder: checkpointOf(folder), resume: inherited },
    runs: layout.runs,
  });
  const input = { ...run.input, folder };
  prepareRunFolder({ ...run, input });
  const base = process.env.PYTHONPATH === undefined ? {} : { PYTHONPATH: process.env.PYTHONPATH };
  return {
    program: plan.script,
    args: plan.args,
    cwd: plan.cwd,
    env: asStrings(runEnvironment({ ...run, input }, base, runtimeFolder)),
    python: findProgram(plan.interpreter, plan.cwd, process.env.PATH ?? ''),
    notes:
      parent === undefined || inherited
        ? notes
        : [...notes, `The checkpoint of trial ${parent}, from which it began, is gone: it begins anew.`],
  };
};
