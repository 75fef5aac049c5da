import type { Direction, FileEdit, SourceValue, StudyRequest } from '../engine/index.ts';
import type {
  CopyFormat,
  Delta,
  ImportanceView,
  InsertedValues,
  InsightsView,
  PredictionsView,
  SimplifiedView,
  SkippedInsertion,
} from './views.ts';

/** Requests from the host to the engine's thread, with their results. Failures come back as `RpcFailure`. */
export interface EngineRequests {
  /** First request; opens the store and adopts what runs. */
  open: {
    params: {
      readonly folder: string;
      readonly runtime: string;
      readonly nativeBinding: string;
      /** Whether libraries are kept imported between trials where that is safe; `auto` when absent. */
      readonly warmTrials?: 'auto' | 'off';
    };
    result: { readonly warnings: readonly string[] };
  };
  start: { params: StudyRequest; result: { readonly study: string } };
  /** No new trials; running ones go on. */
  pause: { params: { readonly study: string }; result: null };
  resume: { params: { readonly study: string }; result: null };
  /** Ends the study; running trials are stopped and verified gone before this resolves. */
  stop: { params: { readonly study: string }; result: null };
  stopTrial: { params: { readonly study: string; readonly trial: number }; result: null };
  /** Ends a trial's run for now; it is resumed from its checkpoint where it has one. */
  pauseTrial: { params: { readonly study: string; readonly trial: number }; result: null };
  resumeTrial: { params: { readonly study: string; readonly trial: number }; result: null };
  starTrial: {
    params: { readonly study: string; readonly trial: number; readonly star: boolean };
    result: null;
  };
  /** A person's words about a trial, or about the study where none is named; empty takes them away. */
  setNote: {
    params: { readonly study: string; readonly trial?: number; readonly note: string };
    result: null;
  };
  /** The tags of a trial, or of the study where none is named, instead of those it has. */
  setTags: {
    params: { readonly study: string; readonly trial?: number; readonly tags: readonly string[] };
    result: null;
  };
  /** The files that a study's trials run from: relative to the folder, and where each is kept by its content. */
  sources: {
    params: { readonly study: string };
    result: { readonly files: readonly { readonly file: string; readonly snapshot: string }[] };
  };
  /** What is otherwise now than when a trial ran, a sentence each. */
  differences: {
    params: { readonly study: string; readonly trial: number };
    result: readonly string[];
  };
  /** Runs a trial once more, exactly; gives the number of the new one. */
  rerun: {
    params: { readonly study: string; readonly trial: number };
    result: { readonly trial: number };
  };
  /** Prepares a run with a trial's values for a debugger to start. */
  debugRun: {
    params: { readonly study: string; readonly trial: number };
    result: {
      readonly program: string;
      readonly args: readonly string[];
      readonly cwd: string;
      readonly env: Readonly<Record<string, string>>;
      readonly python: string;
      readonly notes: readonly string[];
    };
  };
  removeStudy: { params: { readonly study: string }; result: null };
  chooseObjective: {
    params: { readonly study: string; readonly metric: string; readonly direction: Direction };
    result: null;
  };
  changesSince: { params: { readonly revision: number }; result: Delta };
  importance: { params: { readonly study: string }; result: ImportanceView };
  /** How the first objective answers to each parameter, and what follows from it. */
  insights: { params: { readonly study: string }; result: InsightsView };
  /** What the first objective is expected to come to at values by parameter name, as they stand in source. */
  predict: {
    params: { readonly study: string; readonly values: readonly Readonly<Record<string, SourceValue>>[] };
    result: PredictionsView;
  };
  /** The simplest values that are as good as a trial's, as far as the noise lets anyone tell. */
  simplified: {
    params: { readonly study: string; readonly trial: number };
    result: SimplifiedView;
  };
  /**
   * Edits that put a trial's values into the given texts (open documents as they are now, by absolute path;
   * files not given are read from disk). `parameters` limits it to some; with `rounded` values are as simple as the noise
   * allows, with `yours` the literals are written as they stood when the study began. What has no certain place is skipped with the reason; `notes` are what a person should
   * know of the rest.
   */
  insertEdits: {
    params: {
      readonly study: string;
      readonly trial: number;
      readonly parameters?: readonly string[];
      readonly values?: InsertedValues;
      readonly texts: Readonly<Record<string, string>>;
    };
    result: {
      readonly edits: readonly FileEdit[];
      readonly skipped: readonly SkippedInsertion[];
      readonly notes: readonly { readonly name: string; readonly note: string }[];
    };
  };
  /** A trial's values in a form that other programs take. */
  copyAs: {
    params: { readonly study: string; readonly trial: number; readonly format: CopyFormat };
    result: { readonly text: string };
  };
  /** What could not be read of a study's runs, by trial and attempt. */
  corruptRecords: {
    params: { readonly study: string };
    result: {
      readonly records: readonly {
        readonly trial: number;
        readonly attempt: number;
        readonly text: string;
      }[];
    };
  };
  exportStudy: {
    params: { readonly study: string; readonly format: 'csv' | 'json' };
    result: { readonly text: string };
  };
  /** Writes a study with all that belongs to it to one file; with `logs` also what trials printed. */
  exportArchive: {
    params: { readonly study: string; readonly file: string; readonly logs: boolean };
    result: null;
  };
  /** Fails with code `already-here` where the study is here and no copy was wanted. */
  importArchive: {
    params: { readonly file: string; readonly asCopy: boolean; readonly interpreter: string };
    result: { readonly study: string };
  };
  /** Takes away what the retention (`forever`, `30 days`, `20 studies`) does not keep, or says what it would. */
  cleanUp: {
    params: { readonly retention: string; readonly dryRun: boolean };
    result: {
      readonly lines: readonly string[];
      readonly isEmpty: boolean;
      /** Why the database was left as it is. */
      readonly message?: string;
    };
  };
  checkDatabase: {
    params: null;
    result: { readonly problems: readonly string[]; readonly bytes: number; readonly freeBytes: number };
  };
  /** Writes what can be read of the database anew; gives what was done. */
  repairDatabase: { params: null; result: { readonly message: string } };
  /**
   * Whether studies go on when this process is gone, by one that stands by: the bundled command line at this path.
   * `null` is no. To be said after every opening: a process left by an earlier window makes way for this engine then.
   */
  keepTuning: { params: { readonly commandLine: string | null }; result: null };
  /** Detaches: trials go on. */
  close: { params: null; result: null };
}

/** Messages the engine sends by itself. */
export interface EngineEvents {
  /** Something changed; ask `changesSince`. At most 20 a second. */
  changed: { readonly revision: number };
  log: { readonly level: 'debug' | 'info' | 'warning' | 'error'; readonly text: string };
  /** A failure to show once, with the study it concerns. */
  problem: { readonly study?: string; readonly message: string };
}
