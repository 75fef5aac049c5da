import type { Objective } from '../study/objective.ts';
import type { CheckpointPolicy } from '../study/request.ts';
import { bestFirst } from '../study/standing.ts';
import type { TrialRecord } from '../study/store.ts';
import { type CheckpointHolder, checkpointsToRemove } from './checkpointPolicy.ts';
import { checkpointBytes, hasCheckpoint, removeCheckpoint, trialFolder } from './checkpoints.ts';

export interface CheckpointKeeperPorts {
  readonly runs: string;
  readonly study: string;
  readonly policy: Required<CheckpointPolicy>;
  /** As they are now. */
  trials(): readonly TrialRecord[];
  objectives(): readonly Objective[];
  readonly onLog: (text: string) => void;
}

const isOver = ({ state }: TrialRecord): boolean =>
  state === 'complete' || state === 'pruned' || state === 'failed' || state === 'stopped';

const ranksOf = (
  trials: readonly TrialRecord[],
  objectives: readonly Objective[],
): ReadonlyMap<number, number> => {
  const complete = trials.filter(({ state, values }) => state === 'complete' && values !== undefined);
  const losses = complete.map(({ values = [] }) =>
    values.map((value, index) => (objectives[index]?.direction === 'maximize' ? -value : value)),
  );
  return new Map(bestFirst(losses).map((index, rank) => [complete[index]?.number ?? -1, rank]));
};

const megabytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Deletes the checkpoints of a study's trials that its policy does not keep, each time a trial has ended. */
export class CheckpointKeeper {
  private readonly ports: CheckpointKeeperPorts;
  /** Sizes of those of ended trials, which do not change. */
  private readonly sizes = new Map<number, number>();
  /** Trials known to have none. */
  private readonly without = new Set<number>();
  private sweeping: Promise<void> | undefined;
  private again = false;

  constructor(ports: CheckpointKeeperPorts) {
    this.ports = ports;
  }

  /** Looks in the background; a look asked for during another one follows it. */
  sweep(): void {
    if (this.sweeping !== undefined) {
      this.again = true;
      return;
    }
    this.sweeping = this.look()
      .catch((error: unknown) =>
        this.ports.onLog(`checkpoints could not be looked through: ${String(error)}`),
      )
      .finally(() => {
        this.sweeping = undefined;
        if (this.again) this.sweep();
        this.again = false;
      });
  }

  /** When no look is under way. */
  async settled(): Promise<void> {
    while (this.sweeping !== undefined) await this.sweeping;
  }

  private async look(): Promise<void> {
    await this.measure();
    // From here on nothing is waited for: what is decided on is what is done.
    const removals = checkpointsToRemove(this.holders(), this.ports.policy);
    for (const { number, bytes, why } of removals) {
      removeCheckpoint(this.folderOf(number));
      this.without.add(number);
      this.ports.onLog(`checkpoint of trial ${number} removed (${megabytes(bytes)}): ${why}.`);
    }
  }

  private folderOf(trial: number): string {
    return trialFolder(this.ports.runs, this.ports.study, trial);
  }

  private async measure(): Promise<void> {
    for (const trial of this.ports.trials()) {
      const { number } = trial;
      if (this.without.has(number) || (isOver(trial) && this.sizes.has(number))) continue;
      const folder = this.folderOf(number);
      if (hasCheckpoint(folder)) this.sizes.set(number, await checkpointBytes(folder));
      else if (isOver(trial)) this.without.add(number);
    }
  }

  private holders(): readonly CheckpointHolder[] {
    const trials = this.ports.trials();
    const ranks = ranksOf(trials, this.ports.objectives());
    // A trial that waits or runs may still have to fetch what it begins from.
    const parents = new Set(trials.filter((trial) => !isOver(trial)).map(({ parent }) => parent));
    return trials.flatMap((trial): readonly CheckpointHolder[] => {
      const { number, state, endedAtMs } = trial;
      const bytes = this.sizes.get(number);
      if (bytes === undefined || this.without.has(number)) return [];
      const rank = ranks.get(number);
      return [
        {
          number,
          state,
          needed: parents.has(number),
          ...(rank === undefined ? {} : { rank }),
          ...(endedAtMs === undefined ? {} : { endedAtMs }),
          bytes,
        },
      ];
    });
  }
}
