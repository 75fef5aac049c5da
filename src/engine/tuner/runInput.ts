import { createHash } from 'node:crypto';
import path from 'node:path';
import { languageOfFile } from '../annotations/languages.ts';
import { renderLiteral } from '../annotations/renderLiteral.ts';
import { overlayFolder } from '../launch/overlay.ts';
import type { ShownAssignment } from '../space/composite.ts';
import type { SourceValue } from '../space/parameter.ts';
import type { Patch, Replacement, RunCheckpoint, RunInput, RunKey, RunSpec } from '../study/launcher.ts';
import { trialFolder } from './checkpoints.ts';
import type { PlannedLink, PlannedTunable, RunPlan } from './plan.ts';
import { filledWords, type Runner } from './runner.ts';

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
  const folder = runFolder(request.runs, request.key);
  const { root = '' } = plan.runner ?? {};
  const copyOf = (file: string): string => path.join(overlayFolder(folder), path.relative(root, file));
  const input: RunInput = {
    v: 1,
    key: request.key,
    folder,
    params: request.params,
    seed: request.seed,
    ...(request.replicaOf === undefined ? {} : { replicaOf: request.replicaOf }),
    ...(request.checkpoint === undefined ? {} : { checkpoint: request.checkpoint }),
    files: plan.files.map(({ links, ...file }) => ({
      ...file,
      patches: patches.get(file.path) ?? [],
      ...(links && { links: linksTo(links, copyOf) }),
    })),
    ...(plan.runner && { overlay: { root: plan.runner.root } }),
  };
  const args = plan.args.map((word) => filledArgument(word, request.params));
  return { input, ...commandOf(plan, { request, input, args, copyOf }), cwd: plan.cwd, env: plan.env };
};

const linksTo = (links: readonly PlannedLink[], copyOf: (file: string) => string): readonly Replacement[] =>
  links.map(({ start, end, text, target, rewrite }) => {
    const copy = copyOf(target);
    const written = rewrite === 'shell' ? `'${copy.replaceAll("'", "'\\''")}'` : JSON.stringify(copy);
    return { start, end, anchor: text, text: written };
  });

/** `{lr}` in an argument is the trial's value of `lr`; other braces stay as they are. */
const filledArgument = (word: string, params: ShownAssignment): string =>
  word.replaceAll(/\{([^{}]+)\}/gu, (braces, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) return braces;
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });

interface Command {
  readonly request: RunRequest;
  readonly input: RunInput;
  readonly args: readonly string[];
  /** The copy that a run has of a source. */
  readonly copyOf: (file: string) => string;
}

const commandOf = (
  plan: RunPlan,
  { request, input, args, copyOf }: Command,
): Pick<RunSpec, 'argv' | 'build'> => {
  const { runner, script } = plan;
  if (runner === undefined) return { argv: [plan.interpreter, script, ...args] };
  const copy = copyOf(script);
  if (runner.builds !== true) return { argv: [...filledWords(runner, copy), ...args] };
  const program = path.join(
    trialFolder(request.runs, request.key.study, request.key.trial),
    'built',
    contentOf(runner, input.files),
  );
  return {
    argv: [program, ...args],
    // It appears under its own name once it is whole.
    build: { program, command: filledWords(runner, copy, `${program}.new`) },
  };
};

/** Of all that is known to go into a program: attempts of one trial share it. */
const contentOf = ({ words }: Runner, files: RunInput['files']): string => {
  const parts = files.map(({ snapshot, patches }) => [snapshot, patches.map(({ text }) => text)]);
  return createHash('sha256')
    .update(JSON.stringify([words, parts]))
    .digest('hex')
    .slice(0, 16);
};
