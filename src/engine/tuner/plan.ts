import { existsSync } from 'node:fs';
import path from 'node:path';
import { configName } from '../annotations/config/mention.ts';
import type { ProgramCell } from '../annotations/notebook/notebookProgram.ts';
import type {
  AnnotatedTunable,
  AnnotationProblem,
  FileProblem,
  Span,
  StudyOptions,
} from '../annotations/tunable.ts';
import { utf8Offsets } from '../annotations/utf8Offsets.ts';
import { draftOf } from '../space/composite.ts';
import { createSpace } from '../space/create.ts';
import type { DraftComposite, DraftParameter } from '../space/draft.ts';
import type { SearchSpace, SourceValue } from '../space/parameter.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { PatchBinding, ReportPoint, RunCell } from '../study/launcher.ts';
import type { MetricLimit, Objective } from '../study/objective.ts';
import type { CheckpointPolicy, StudyRequest } from '../study/request.ts';
import { type ConfigFile, collectConfigs, type MissingConfig } from './configs.ts';
import { isCopied, type Runner, runnerOf, runsAsCopy } from './runner.ts';
import { keepSnapshot } from './snapshots.ts';
import { collectSources, configSource, readSource, type SourceFile, scanTogether } from './sources.ts';

/** One literal that trials set. `start` and `end` are UTF-8 bytes in the snapshot. */
export interface PlannedTunable {
  /** Name in the study. */
  readonly name: string;
  /** Name within its own file; differs from `name` only when two files use it. */
  readonly localName: string;
  readonly file: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly value: SourceValue;
  readonly binding: PatchBinding;
  readonly role: 'search' | 'derived' | 'budget' | 'seed';
  /** The value that trials after the baseline get in full, for `budget`. */
  readonly budget?: number;
  /** Of a key whose annotation stands in another file: its path. */
  readonly key?: string;
  /** The least value that a scheduler may give. */
  readonly least?: number;
}

export interface PlannedFile {
  /** Read by the script as it runs; absent for what the interpreter loads. */
  readonly kind?: 'config';
  readonly path: string;
  readonly snapshot: string;
  readonly reports: readonly ReportPoint[];
  /** Of a notebook. */
  readonly cells?: readonly RunCell[];
  /** Runs as a copy with the trial's values, since no runtime of ours loads it. */
  readonly copied?: true;
  /** Paths of other copies that stand in it, by UTF-8 bytes, and have to be those of the copies. */
  readonly links?: readonly PlannedLink[];
}

export interface PlannedLink {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The file that is meant, absolute. */
  readonly target: string;
  readonly rewrite: 'string' | 'shell';
}

/** How to run the trials of a study; stored with it, so that another window or the command line can go on. */
export interface RunPlan {
  readonly v: 1;
  readonly script: string;
  readonly interpreter: string;
  /** For scripts that Python does not run. */
  readonly runner?: Runner;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly PlannedFile[];
  readonly tunables: readonly PlannedTunable[];
  /** The values that stood in the source: trial 0. */
  readonly baseline: Readonly<Record<string, SourceValue>>;
  readonly checkpoints?: CheckpointPolicy;
  /** Patterns of files whose hashes are remembered with the study. */
  readonly dataFiles?: readonly string[];
}

export interface StudyPlan {
  readonly run: RunPlan;
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  readonly limits: readonly MetricLimit[];
  readonly options: StudyOptions;
  /** Warnings; errors prevent a plan. */
  readonly warnings: readonly FileProblem[];
}

const placeOf = (
  { text, cells = [] }: SourceFile,
  offset: number,
): Pick<FileProblem, 'cell' | 'line' | 'column'> => {
  const before = text.slice(0, offset);
  const line = before.split('\n').length - 1;
  const column = offset - (before.lastIndexOf('\n') + 1);
  const cell = cells.find(({ start, end }) => offset >= start && offset <= end);
  return cell === undefined ? { line, column } : { cell: cell.number, line: line - cell.line, column };
};

const problemsOf = (file: SourceFile, files: readonly SourceFile[]): readonly FileProblem[] => [
  ...file.annotations.problems.map((problem) => withPlace(file, problem)),
  ...(file.config?.problems ?? []).map(({ asked, problem }) => {
    const by = file.config?.asked[asked]?.by;
    return withPlace(files.find((each) => each.path === by) ?? file, problem);
  }),
];

const withPlace = (file: SourceFile, problem: AnnotationProblem): FileProblem => ({
  ...problem,
  file: file.path,
  ...placeOf(file, problem.span.start),
});

const problemAt = (
  file: SourceFile,
  span: Span,
  code: FileProblem['code'],
  message: string,
): FileProblem => ({
  code,
  severity: 'error',
  message,
  span,
  file: file.path,
  ...placeOf(file, span.start),
});

const bindingOf = (tunable: AnnotatedTunable, file: string): PatchBinding => {
  const { form } = tunable;
  if (form.kind === 'variable') return { kind: 'variable', name: form.owner };
  if (runsAsCopy(file)) return { kind: 'source' };
  if (form.kind === 'argparse') return { kind: 'argparse', dest: form.dest };
  if (form.kind === 'assignment' && form.moduleLevel) return { kind: 'module', name: form.target };
  return { kind: 'source' };
};

interface Named {
  readonly name: string;
  readonly tunable: AnnotatedTunable;
  readonly file: SourceFile;
}

/** Names used by two files are told apart by the file's own name: `model.width`. */
const nameAll = (files: readonly SourceFile[]): readonly Named[] => {
  const uses = new Map<string, number>();
  for (const file of files)
    for (const { name } of file.annotations.tunables) uses.set(name, (uses.get(name) ?? 0) + 1);
  return files.flatMap((file, index) =>
    file.annotations.tunables.map((tunable) => {
      const clashes = (uses.get(tunable.name) ?? 0) > 1 && index > 0;
      const stem = path.basename(file.path, path.extname(file.path));
      return { name: clashes ? `${stem}.${tunable.name}` : tunable.name, tunable, file };
    }),
  );
};

const planTunables = (file: SourceFile, named: readonly Named[]): readonly PlannedTunable[] => {
  const own = named.filter((entry) => entry.file === file);
  const offsets = utf8Offsets(
    file.text,
    own.flatMap(({ tunable }) => [tunable.span.start, tunable.span.end]),
  );
  return own.map(({ name, tunable }, index) => ({
    name,
    localName: tunable.name,
    file: file.path,
    line: tunable.line,
    start: offsets[2 * index] ?? 0,
    end: offsets[2 * index + 1] ?? 0,
    text: tunable.text,
    value: tunable.value,
    binding: bindingOf(tunable, file.path),
    ...(tunable.asked !== undefined && tunable.form.kind === 'key' && { key: tunable.form.path }),
    role: tunable.role.kind === 'composite' ? 'search' : tunable.role.kind,
    ...(tunable.role.kind === 'budget' ? { budget: tunable.role.high, least: tunable.role.low } : {}),
  }));
};

const planFile = (file: SourceFile, script: string, snapshots: string): PlannedFile => {
  const { reports } = file.annotations;
  const offsets = utf8Offsets(
    file.text,
    reports.map(({ at }) => at),
  );
  const place = { path: file.path, ...(file.config && { kind: 'config' as const }) };
  return {
    ...place,
    snapshot: keepSnapshot(snapshots, file.bytes),
    reports: reports.map((report, index) => ({
      at: offsets[index] ?? 0,
      name: report.name,
      metric: report.objective.metric,
    })),
    ...(file.cells && { cells: file.cells.map((cell) => runCellOf(file.text, cell)) }),
    ...(isCopied(place, script) ? { copied: true, ...planLinks(file) } : {}),
  };
};

/** Only those that would lead past a copy. */
const planLinks = ({ text, links }: SourceFile): Pick<PlannedFile, 'links'> => {
  const led = links.flatMap(({ span, file, rewrite }) =>
    rewrite !== undefined && runsAsCopy(file) ? [{ span, file, rewrite }] : [],
  );
  const offsets = utf8Offsets(
    text,
    led.flatMap(({ span }) => [span.start, span.end]),
  );
  const planned = led.map(({ span, file, rewrite }, index) => ({
    start: offsets[2 * index] ?? 0,
    end: offsets[2 * index + 1] ?? 0,
    text: text.slice(span.start, span.end),
    target: file,
    rewrite,
  }));
  return planned.length === 0 ? {} : { links: planned };
};

const runCellOf = (program: string, { number, start, end, line, instead }: ProgramCell): RunCell => ({
  number,
  line,
  lines: program.slice(start, end).split('\n').length,
  instead: Object.fromEntries(instead.map((each) => [each.line, each.text])),
});

/** A tunable's condition, and that its file is read at all. */
const whenIn = (
  { config }: SourceFile,
  named: readonly Named[],
  condition: string | undefined,
): { readonly condition?: string } => {
  const { when } = config ?? {};
  const choice =
    when && named.find(({ file, tunable }) => file.path === when.file && tunable.name === when.name);
  if (!when || !choice) return condition === undefined ? {} : { condition };
  const isChosen = `${choice.name} == ${JSON.stringify(when.value)}`;
  return { condition: condition === undefined ? isChosen : `${isChosen} and (${condition})` };
};

/** Where a tunable's annotation stands. */
const annotationFile = ({ file, tunable }: Named, files: readonly SourceFile[]): SourceFile => {
  const by = tunable.asked === undefined ? undefined : file.config?.asked[tunable.asked]?.by;
  return files.find((each) => each.path === by) ?? file;
};

const spaceOf = (
  files: readonly SourceFile[],
  named: readonly Named[],
): Result<SearchSpace, readonly FileProblem[]> => {
  const parameters = named.flatMap(({ name, tunable, file }): (DraftParameter | DraftComposite)[] => {
    const { role } = tunable;
    if (role.kind === 'composite') {
      const draft = draftOf(role.composite);
      return [{ ...draft, name, ...whenIn(file, named, draft.condition) }];
    }
    if (role.kind !== 'search') return [];
    const { condition, ...parameter } = role.parameter;
    return [{ ...parameter, name, ...whenIn(file, named, condition?.text) }];
  });
  const derived = named.flatMap(({ name, tunable, file }) => {
    if (tunable.role.kind !== 'derived') return [];
    const { expression, condition } = tunable.role.derived;
    return [{ name, expression: expression.text, ...whenIn(file, named, condition?.text) }];
  });
  const constraints = files.flatMap((file) =>
    file.annotations.constraints.map((constraint) => ({ file, ...constraint })),
  );
  const space = createSpace({ parameters, derived, constraints: constraints.map(({ text }) => text) });
  if (space.ok) return space;
  const [script] = files;
  return failure(
    space.error.flatMap((problem) => {
      const owner = named.find(({ name }) => name === problem.parameter);
      const constraint = problem.constraint === undefined ? undefined : constraints[problem.constraint];
      const code = problem.code;
      if (owner !== undefined)
        return [problemAt(annotationFile(owner, files), owner.tunable.annotation, code, problem.message)];
      if (constraint !== undefined)
        return [problemAt(constraint.file, constraint.span, code, problem.message)];
      return script === undefined ? [] : [problemAt(script, { start: 0, end: 0 }, code, problem.message)];
    }),
  );
};

/** The script's own wishes come before those of modules it imports. */
const mergeOptions = (files: readonly SourceFile[]): StudyOptions => {
  const nearestFirst = files.map((file) => file.annotations.options);
  return {
    ...Object.assign({}, ...nearestFirst.toReversed()),
    budget: Object.assign({}, ...nearestFirst.map(({ budget }) => budget).toReversed()),
  };
};

const uniqueObjectives = (files: readonly SourceFile[]): readonly Objective[] => {
  const byMetric = new Map<string, Objective>();
  for (const file of files)
    for (const objective of file.annotations.objectives)
      if (!byMetric.has(objective.metric)) byMetric.set(objective.metric, objective);
  return [...byMetric.values()];
};

const nothingToTune = (script: SourceFile): FileProblem =>
  problemAt(
    script,
    { start: 0, end: 0 },
    'no-literal',
    'Nothing to tune yet. Write a comment behind a constant, for example: lr = 1e-3  # tune: 1e-5..1e-1 log',
  );

const aboutFile = (file: string, message: string): FileProblem => ({
  code: 'syntax',
  severity: 'error',
  message,
  span: { start: 0, end: 0 },
  file,
  line: 0,
  column: 0,
});

/** A notebook that is none, a folder, a file that nobody may read. */
const whyUnreadable = (script: string): string | undefined => {
  try {
    readSource(script);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const missingConfig = (
  { by, asked }: MissingConfig,
  files: readonly SourceFile[],
): readonly FileProblem[] => {
  const source = files.find((each) => each.path === by);
  const message = `There is no file ${asked.file} below this one's folder or the working folder. Check its name.`;
  return source === undefined ? [] : [problemAt(source, asked.span, 'unknown-name', message)];
};

/** `optimizer.lr=0.1` among the arguments would undo what a trial sets, and no proof could tell. */
const overriddenIn = (
  { path: file, below = '' }: ConfigFile,
  files: readonly SourceFile[],
  args: readonly string[],
): readonly FileProblem[] => {
  const source = files.find((each) => each.path === file);
  const given = new Map(args.map((arg) => [arg.replace(/=.*$/su, '').replace(/^\+{1,2}/u, ''), arg]));
  return (source?.annotations.tunables ?? []).flatMap(({ form, span }) => {
    if (source === undefined || form.kind !== 'key' || form.path.startsWith('defaults[')) return [];
    const arg = given.get(below === '' ? form.path : `${below}.${form.path}`);
    if (arg?.includes('=') !== true) return [];
    const message = `The argument ${arg} would override what is tuned here: leave it out, or remove this annotation.`;
    return [problemAt(source, span, 'duplicate', message)];
  });
};

/** Places are counted in bytes of UTF-8. */
const isOddlyEncoded = ({ bytes, text }: ConfigFile): boolean =>
  Buffer.compare(Buffer.from(text), bytes) !== 0;

/**
 * Reads the script and the local modules it imports, and makes a study of their comments. The sources are kept
 * by content, so that trials run what stood there now. Everything wrong is returned at once.
 */
export const planStudy = (
  request: StudyRequest,
  snapshots: string,
): Result<StudyPlan, readonly FileProblem[]> => {
  const script = path.resolve(request.script);
  if (!existsSync(script)) {
    return failure([aboutFile(script, `There is no file ${script}. Check the path of the script.`)]);
  }
  if (configName.test(script))
    return failure([
      aboutFile(
        script,
        'This is a configuration file: tune the script that reads it, and its annotations take part.',
      ),
    ]);
  const cwd = request.cwd ?? path.dirname(script);
  const unreadable = whyUnreadable(script);
  if (unreadable !== undefined) return failure([aboutFile(script, unreadable)]);
  const roots = [...new Set([path.dirname(script), cwd])];
  const sources = collectSources(script, roots, cwd);
  const { configs, missing } = collectConfigs(sources, { cwd, roots, args: request.args });
  const files = scanTogether([...sources, ...configs.map(configSource)]);
  const main = files[0];
  if (main === undefined) throw new Error('collectSources always returns the script itself');
  const named = nameAll(files);
  const problems = [
    ...files.flatMap((file) => problemsOf(file, files)),
    ...missing.flatMap((each) => missingConfig(each, files)),
    ...configs.flatMap((config) => overriddenIn(config, files, request.args)),
    ...configs
      .filter(isOddlyEncoded)
      .map(({ path: file }) => aboutFile(file, 'Save this file as UTF-8 first.')),
  ];
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) return failure(errors);
  const isSearched = ({ tunable: { role } }: Named): boolean =>
    role.kind === 'search' || role.kind === 'composite';
  if (!named.some(isSearched)) return failure([nothingToTune(main)]);
  const space = spaceOf(files, named);
  if (!space.ok) return space;
  const tunables = files.flatMap((file) => planTunables(file, named));
  const planned = files.map((file) => planFile(file, script, snapshots));
  const runner = runnerOf(script, main.text, {
    commands: request.commands,
    folder: path.dirname(path.dirname(snapshots)),
    files: planned.flatMap((file) => (file.copied ? [file.path] : [])),
  });
  return success({
    run: {
      v: 1,
      script,
      interpreter: request.interpreter,
      ...(runner === undefined ? {} : { runner }),
      args: request.args,
      cwd,
      env: request.env ?? {},
      files: planned,
      tunables,
      baseline: Object.fromEntries(
        tunables
          .filter(({ role }) => role === 'search' || role === 'derived')
          .map(({ name, value }) => [name, value]),
      ),
      ...(request.checkpoints === undefined ? {} : { checkpoints: request.checkpoints }),
      ...(request.dataFiles === undefined ? {} : { dataFiles: request.dataFiles }),
    },
    space: space.value,
    objectives: request.objectives ?? uniqueObjectives(files),
    limits: files.flatMap(({ annotations }) => annotations.limits),
    options: mergeOptions(files),
    warnings: problems,
  });
};
