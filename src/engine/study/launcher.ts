/** `study/trial/attempt`, chosen and stored before anything is started. */
export interface RunKey {
  readonly study: string;
  readonly trial: number;
  readonly attempt: number;
}

export const formatRunKey = (key: RunKey): string => `${key.study}/${key.trial}/${key.attempt}`;

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/** UTF-8 byte span in a file, the text that must stand there, the text to put in. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly anchor: string;
  readonly text: string;
}

/** One literal to replace. */
export interface Patch extends Replacement {
  readonly id: string;
  /** What must be proved bound, JSON form of the value. */
  readonly value: JsonValue;
  /** Module-level or class-level name, argparse destination …: where the runtime can look for the proof. */
  readonly binding: PatchBinding;
}

export type PatchBinding =
  | { readonly kind: 'module'; readonly name: string }
  | { readonly kind: 'argparse'; readonly dest: string }
  /** A default that counts only where no variable of that name is in the environment. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'source' };

/** After the statement that ends at byte `at`, report variable `name`'s value as metric `metric`. */
export interface ReportPoint {
  readonly at: number;
  readonly name: string;
  readonly metric: string;
}

/** A source file as it was when the study started, and what the trial changes in it. */
export interface RunFile {
  /** Read by the script as it runs; absent for what the interpreter loads. */
  readonly kind?: 'config';
  /** Absolute path under which the script knows itself. */
  readonly path: string;
  /** Absolute path of the content-addressed copy. */
  readonly snapshot: string;
  readonly patches: readonly Patch[];
  readonly reports: readonly ReportPoint[];
  /** Not loaded by our runtime: the run has a copy with its values, see `RunOverlay`. */
  readonly copied?: true;
  /** Names of other sources that stand in a copy, and have to lead to their copies. */
  readonly links?: readonly Replacement[];
  /** Of a notebook: its snapshot holds the code of all cells, which run one after the other. */
  readonly cells?: readonly RunCell[];
}

/** A notebook's cell in the snapshot. Lines are 0-based. */
export interface RunCell {
  /** 1-based, among all cells. */
  readonly number: number;
  readonly line: number;
  readonly lines: number;
  /** What Python runs in place of a line of the snapshot; by line. */
  readonly instead: Readonly<Record<string, string>>;
}

/**
 * For scripts that no runtime of ours loads: a tree in the run's folder that stands for a folder, with the run's copies
 * in place of the sources and links to everything else.
 */
export interface RunOverlay {
  /** Absolute path of the folder that the tree stands for. */
  readonly root: string;
}

/** Where a trial keeps what it needs to go on: one folder for all its attempts. */
export interface RunCheckpoint {
  /** Absolute; made before the start. */
  readonly folder: string;
  /** Something is in it, of an earlier attempt or of the trial that this one began from. */
  readonly resume: boolean;
  /** The step that each metric had when that was saved: reports without a step are counted on from there. */
  readonly steps?: Readonly<Record<string, number>>;
  /** Those of the metrics in `steps` that are known to be reported, not printed. */
  readonly reported?: readonly string[];
}

/** Written as `run.json` into the run folder; the whole input of a run. */
export interface RunInput {
  readonly v: 1;
  readonly key: RunKey;
  readonly folder: string;
  readonly params: Readonly<Record<string, JsonValue>>;
  readonly seed: number;
  /** The trial that this one repeats: the script is told that number. */
  readonly replicaOf?: number;
  readonly checkpoint?: RunCheckpoint;
  readonly files: readonly RunFile[];
  readonly overlay?: RunOverlay;
}

/** How a program is made before it is run, once for each content. */
export interface RunBuild {
  /** Absolute path of what is made. */
  readonly program: string;
  /** Compiler and its arguments. */
  readonly command: readonly string[];
}

export interface RunSpec {
  readonly input: RunInput;
  /** Interpreter and script with its arguments; never a shell string. */
  readonly argv: readonly string[];
  /** Made before `argv`, whose first word it is, can be run. */
  readonly build?: RunBuild;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** How to find a started run again; stored. `ref` is the launcher's own. */
export interface RunHandle {
  readonly launcher: string;
  readonly key: RunKey;
  readonly folder: string;
  readonly ref: JsonValue;
}

/**
 * What a run told us. Non-finite numbers are real numbers here (`NaN`, `Infinity`).
 * `source` says how a metric came: a printed line, an annotated assignment, or the `tunelens` module.
 */
export type RunRecord =
  | { readonly kind: 'bound'; readonly values: Readonly<Record<string, JsonValue>> }
  | {
      readonly kind: 'report';
      readonly step: number;
      readonly metrics: Readonly<Record<string, number>>;
      readonly source: 'print' | 'assignment' | 'api';
    }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warning' | 'error'; readonly text: string }
  | { readonly kind: 'corrupt'; readonly text: string };

/** Where reading stopped. JSON; stored in the same transaction as the records read up to it. */
export interface RunCursor {
  readonly spool: number;
  readonly log: number;
  /** State of the printed-line parser at `log`. */
  readonly print: JsonValue;
}

export const startCursor: RunCursor = { spool: 0, log: 0, print: null };

/**
 * `drifted`: the source did not hold the text expected at a literal (exit code 97); never a bad trial.
 * `lost`: neither alive nor ended by its own account (killed, power cut); `rebooted` where the machine was restarted.
 */
export type RunState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  | { readonly kind: 'ended'; readonly exitCode: number }
  | { readonly kind: 'lost'; readonly rebooted?: true };

export interface RunUpdate {
  readonly cursor: RunCursor;
  readonly records: readonly RunRecord[];
  /** `running` where only the output was looked at. */
  readonly state: RunState;
  /** More was there than one poll reads; poll again at once. */
  readonly more: boolean;
}

/**
 * What there may be news of: what a run wrote alone, or also whether it lives, by the cheapest sign, or everything: how
 * it stands, by its own process and no other with its number, and whether its files are those that were read before.
 */
export type RunNews = 'output' | 'life' | 'all';

/** What one poll looks at. */
export interface RunLook {
  readonly at: RunNews;
  /** About how much of each of its files is read at most; a longer line is read whole. */
  readonly mostBytes: number;
}

/**
 * Starts and watches runs on some compute. Rules for every launcher:
 * `start` is idempotent by key; `poll` resumes from any cursor it gave out and never waits for news; an `ended`
 * or `lost` state is given only together with the last records; `stop` is idempotent, reaches the whole process
 * tree and resolves once it is verified gone; detaching never stops anything.
 */
export interface Launcher {
  readonly name: string;
  /** Rejects with `LaunchError` when the run cannot be started. */
  start(run: RunSpec): Promise<RunHandle>;
  /** Looks at everything unless told otherwise. */
  poll(handle: RunHandle, from: RunCursor, look?: RunLook): Promise<RunUpdate>;
  /**
   * Calls back when there may be news, as early as the system tells; may never call, and need not call for a run that
   * is polled because more was there. Returns how to end it.
   */
  watch(handle: RunHandle, onNews: (news: RunNews) => void): () => void;
  stop(handle: RunHandle, graceMs: number): Promise<void>;
  /** Every run of a study that this launcher knows of by its own records. */
  list(study: string): Promise<readonly RunHandle[]>;
  /** Lets go of what is kept ready for later starts; runs go on. */
  close?(): void;
}

/** `busy`: another process is starting this very run, or was when it was suspended; to be asked for again later. */
export class LaunchError extends Error {
  override readonly name = 'LaunchError';
  readonly reason: 'interpreter-missing' | 'folder-not-writable' | 'disk-full' | 'busy' | 'other';
  constructor(reason: LaunchError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
