import type {
  Direction,
  IntermediateValue,
  Objective,
  ParamValue,
  ResponsePoint,
  SourceValue,
  Strategy,
  StudyInsights,
  StudyState,
  TrialState,
} from '../engine/index.ts';
import type { Growth } from './curves.ts';

/** One tuned (or derived) value of a study, as shown. */
export interface ParameterView {
  readonly name: string;
  readonly kind:
    | 'float'
    | 'int'
    | 'categorical'
    | 'bool'
    | 'list'
    | 'permutation'
    | 'subset'
    | 'simplex'
    | 'derived';
  /** The space in the comment's own words: `1e-5..0.1 log`. */
  readonly summary: string;
  readonly log: boolean;
  readonly low?: number;
  readonly high?: number;
  readonly choices?: readonly ParamValue[];
  readonly condition?: string;
  /** Where it stands in source: path relative to the workspace folder, 0-based line. */
  readonly file: string;
  readonly line: number;
}

export interface StudyView {
  readonly id: string;
  readonly name: string;
  /** Path of the script relative to the workspace folder, forward slashes. */
  readonly script: string;
  readonly state: StudyState;
  readonly message?: string;
  readonly objectives: readonly Objective[];
  readonly parameters: readonly ParameterView[];
  readonly sampler: Strategy;
  readonly pruner: Strategy;
  readonly seed: number;
  readonly parallel: number;
  readonly trialBudget?: number;
  readonly timeBudgetMs?: number;
  readonly elapsedMs: number;
  readonly createdAtMs: number;
  /** Number of the best complete trial by the first objective. */
  readonly best?: number;
  readonly counts: Readonly<Record<TrialState, number>>;
  /** Of the ended ones, those that repeated another and take nothing from the budget; absent when there are none. */
  readonly repeated?: number;
  /** Metrics reported by any trial: offered when no objective is known. `suggested` guesses the direction by name. */
  readonly metricsSeen: readonly {
    readonly metric: string;
    readonly last: number;
    readonly suggested: Direction;
  }[];
  /** True while this engine drives the study; false when another window or the command line does. */
  readonly drivenHere: boolean;
  /** Who drives it where another does: `another window (process 123)`. It follows this window's wishes all the same. */
  readonly drivenBy?: string;
  /** Records that could not be read, in all. */
  readonly corruptRecords: number;
  /** A person's words about it. */
  readonly note?: string;
  /** A person's words to find it by; absent when there are none. */
  readonly tags?: readonly string[];
}

export interface TrialView {
  readonly study: string;
  readonly number: number;
  readonly state: TrialState;
  /** Lists as one value, without the parts that samplers see. */
  readonly params: Readonly<Record<string, SourceValue>>;
  readonly reason: string;
  readonly values?: readonly number[];
  readonly intermediate: readonly IntermediateValue[];
  readonly metrics: Readonly<Record<string, number>>;
  readonly attempt: number;
  readonly slot?: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly message?: string;
  readonly star: boolean;
  /** A person's words about it. */
  readonly note?: string;
  /** A person's words to find it by; absent when there are none. */
  readonly tags?: readonly string[];
  /** The trial that it repeats exactly. */
  readonly replicaOf?: number;
  /** Records that could not be read; absent when there are none. */
  readonly corrupt?: number;
  /** Absolute path of the newest attempt's output. */
  readonly log?: string;
}

/** A trial as a delta has it. */
export interface TrialNews extends TrialView {
  /** Where it is present, `intermediate` is empty: the curve grew by this. */
  readonly grown?: Growth;
}

/** What changed after revision `from`; apply by replacing studies by id and trials by (study, number). */
export interface Delta {
  readonly from: number;
  readonly to: number;
  readonly studies: readonly StudyView[];
  readonly trials: readonly TrialNews[];
  readonly removedStudies: readonly string[];
  /** There was more than one delta takes: ask from `to` again. */
  readonly more?: boolean;
}

export interface ImportanceView {
  /** Shares of explained variation, 0 to 1, most important first; sums to 1 unless empty. */
  readonly importances: readonly { readonly parameter: string; readonly importance: number }[];
  /** Why there is nothing to show yet. */
  readonly message?: string;
}

/** What finished trials say of each parameter, by the first objective; all numbers are in its units. */
export interface InsightsView extends StudyInsights {
  /** Shares as in `ImportanceView`; lists and the like are among them. */
  readonly importances: ImportanceView['importances'];
  /** Why there is nothing to show yet; then the rest is empty. */
  readonly message?: string;
}

/** What a run with some values is expected to come to; or the parameter whose value lies outside what was searched. */
export type Prediction = Omit<ResponsePoint, 'value'> | { readonly outside: string };

export interface PredictionsView {
  /** One for each of the values asked for; none with a message. */
  readonly predictions: readonly Prediction[];
  /** Standard deviation of a single run about what is expected. */
  readonly noise: number;
  /** Why nothing can be foretold yet. */
  readonly message?: string;
}

/** Whose values are inserted: a trial's exactly, rounded within the noise, or those that stood there at first. */
export type InsertedValues = 'exact' | 'rounded' | 'yours';

/** A value that is not inserted. */
export interface SkippedInsertion {
  readonly name: string;
  /** A sentence with what to do. */
  readonly why: string;
  /** Where to look, if anywhere: absolute path, 0-based line. */
  readonly file?: string;
  readonly line?: number;
}

export interface SimplifiedView {
  readonly rounded: readonly { readonly parameter: string; readonly from: number; readonly to: number }[];
  /** What rounding is expected to change, by metric; above 0 is worse. */
  readonly metrics: readonly { readonly metric: string; readonly worse: number; readonly noise: number }[];
  /** Why there is nothing to offer. */
  readonly message?: string;
}

/** Forms that a trial's values are copied in. */
export type CopyFormat = 'flags' | 'python' | 'json' | 'yaml' | 'environment' | 'hydra' | 'markdown';
