import type { AnnotationProblem, Direction, Objective, ParamValue } from '../engine/index.ts';
import type { Delta, ImportanceView } from './views.ts';

/** What to tune, from the host. Paths are absolute; the engine reads files from disk. */
export interface StartRequest {
  readonly script: string;
  readonly interpreter: string;
  /** Arguments of the script. */
  readonly args: readonly string[];
  /** Folder the script runs in; the script's own when absent. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Override what comments say; all optional. */
  readonly trials?: number;
  readonly timeMs?: number;
  readonly parallel?: number;
  readonly sampler?: string;
  readonly pruner?: string;
  readonly seed?: number;
  readonly objectives?: readonly Objective[];
}

export interface FileProblem extends AnnotationProblem {
  readonly file: string;
  /** 0-based. */
  readonly line: number;
  readonly column: number;
}

/** One edit that puts a value into source: UTF-16 span in `file`, the text that must stand there, the new text. */
export interface LiteralEdit {
  readonly file: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly expected: string;
  readonly text: string;
}

/** Requests from the host to the engine's thread, with their results. Failures come back as `RpcFailure`. */
export interface EngineRequests {
  /** First request; opens the store and adopts what runs. */
  open: {
    params: { readonly folder: string; readonly runtime: string; readonly nativeBinding: string };
    result: { readonly warnings: readonly string[] };
  };
  start: { params: StartRequest; result: { readonly study: string } };
  /** No new trials; running ones go on. */
  pause: { params: { readonly study: string }; result: null };
  resume: { params: { readonly study: string }; result: null };
  /** Ends the study; running trials are stopped and verified gone before this resolves. */
  stop: { params: { readonly study: string }; result: null };
  stopTrial: { params: { readonly study: string; readonly trial: number }; result: null };
  starTrial: {
    params: { readonly study: string; readonly trial: number; readonly star: boolean };
    result: null;
  };
  removeStudy: { params: { readonly study: string }; result: null };
  chooseObjective: {
    params: { readonly study: string; readonly metric: string; readonly direction: Direction };
    result: null;
  };
  changesSince: { params: { readonly revision: number }; result: Delta };
  importance: { params: { readonly study: string }; result: ImportanceView };
  /**
   * Edits that put a trial's values into the given texts (open documents as they are now, by absolute path;
   * files not given are read from disk). `parameter` limits it to one. Fails rather than guess.
   */
  insertEdits: {
    params: {
      readonly study: string;
      readonly trial: number;
      readonly parameter?: string;
      readonly texts: Readonly<Record<string, string>>;
    };
    result: {
      readonly edits: readonly LiteralEdit[];
      readonly skipped: readonly { readonly name: string; readonly why: string }[];
    };
  };
  exportStudy: {
    params: { readonly study: string; readonly format: 'csv' | 'json' };
    result: { readonly text: string };
  };
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

export type StudyValues = Readonly<Record<string, ParamValue>>;
