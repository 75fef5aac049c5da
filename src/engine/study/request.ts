import type { Objective } from './objective.ts';

/** What to tune and how to run it, from a person. Paths are absolute. */
export interface StudyRequest {
  readonly script: string;
  readonly interpreter: string;
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
}
