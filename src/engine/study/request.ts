import type { Objective } from './objective.ts';
import type { Schedule } from './schedule.ts';

/** Which checkpoints of ended trials are kept; those of unfinished ones always are. */
export interface CheckpointPolicy {
  /** Of the best trials. Default 3. */
  readonly keepBest?: number;
  /** Of the trials that ended last. Default 2. */
  readonly keepLast?: number;
  /** Of one study in all, in 10⁹ bytes; the best trial's stays. Default 10. */
  readonly maxSizeGb?: number;
}

/** What to tune and how to run it, from a person. Paths are absolute. */
export interface StudyRequest {
  readonly script: string;
  readonly interpreter: string;
  /** What runs or compiles scripts in other languages, by language or by how a file's name ends; the usual when absent. */
  readonly commands?: Readonly<Record<string, readonly string[]>>;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly trials?: number;
  readonly timeMs?: number;
  readonly parallel?: number;
  readonly sampler?: string;
  readonly pruner?: string;
  readonly seed?: number;
  readonly objectives?: readonly Objective[];
  /** Train once under these values, which hold from a step of the budget on, instead of searching. */
  readonly replay?: Schedule;
  readonly checkpoints?: CheckpointPolicy;
  /** Patterns of files whose hashes are remembered, relative to the workspace folder or absolute. */
  readonly dataFiles?: readonly string[];
}
