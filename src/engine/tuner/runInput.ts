import path from 'node:path';
import { languageOfFile } from '../annotations/languages.ts';
import { renderLiteral } from '../annotations/renderLiteral.ts';
import type { ShownAssignment } from '../space/composite.ts';
import type { SourceValue } from '../space/parameter.ts';
import type { Patch, RunCheckpoint, RunInput, RunKey, RunSpec } from '../study/launcher.ts';
import type { PlannedTunable, RunPlan } from './plan.ts';

export interface RunRequest {
  readonly key: RunKey;
  /**
   * The trial's completed assignment with composites as lists; inactive parameters are absent and keep the literal in
   * the source.
   */
  readonly params: ShownAssignment;
  readonly seed: number;
  /** The value of the budget annotation; the full one when absent. */
  readonly fidelity?: number;
  readonly checkpoint?: RunCheckpoint;
  /** The trial that this one repeats. */
  readonly replicaOf?: number;
  readonly runs: string;
}

/** One run's folder: `runs/<study>/<trial>/<attempt>`. */
export const runFolder = (runs: string, key: RunKey): string =>
  path.join(runs, key.study, String(key.trial), String(key.attempt));

/** The first trial, and who repeats it, have the person's own budget and seed. */
const isBaseline = ({ key, replicaOf }: RunRequest): boolean => (replicaOf ?? key.trial) === 0;

const valueFor = (tunable: PlannedTunable, request: RunRequest): SourceValue | undefined => {
  switch (tunable.role) {
    case 'search':
    case 'derived':
      return request.params[tunable.name];
    case 'budget':
      return isBaseline(request) ? undefined : (request.fidelity ?? tunable.budget);
    case 'seed':
      return isBaseline(request) ? undefined : request.seed;
  }
};

const patchOf = (tunable: PlannedTunable, value: SourceValue): Patch => ({
  id: tunable.name,
  start: tunable.start,
  end: tunable.end,
  anchor: tunable.text,
  // Untouched literals keep their exact text, so the baseline runs the person's own bytes.
  text: Object.is(value, tunable.value)
    ? tunable.text
    : renderLiteral(value, tunable, languageOfFile(tunable.file)),
  value,
  binding: tunable.binding,
});

/** What a trial runs: the plan's sources with this trial's values put over their literals. */
export const runSpecOf = (plan: RunPlan, request: RunRequest): RunSpec => {
  const patches = new Map<string, Patch[]>();
  for (const tunable of plan.tunables) {
    const value = valueFor(tunable, request);
    if (value === undefined) continue;
    const own = patches.get(tunable.file) ?? [];
    own.push(patchOf(tunable, value));
    patches.set(tunable.file, own);
  }
  const input: RunInput = {
    v: 1,
    key: request.key,
    folder: runFolder(request.runs, request.key),
    params: request.params,
    seed: request.seed,
    ...(request.replicaOf === undefined ? {} : { replicaOf: request.replicaOf }),
    ...(request.checkpoint === undefined ? {} : { checkpoint: request.checkpoint }),
    files: plan.files.map((file) => ({ ...file, patches: patches.get(file.path) ?? [] })),
  };
  return { input, argv: [plan.interpreter, plan.script, ...plan.args], cwd: plan.cwd, env: plan.env };
};
