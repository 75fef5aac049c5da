// Stopping with several objectives, by non-dominated rank among all that got as far (after Schmucker et al.,
// "Multi-objective Asynchronous Successive Halving", 2021, whose rungs rank in this manner).
import { lossesAt } from '../study/curve.ts';
import { objectivesOf, type PruneContext, type PruneDecision, type Pruner } from '../study/pruner.ts';
import { countBetter } from '../study/standing.ts';
import { goOn, newestReport } from './decision.ts';

export interface ParetoOptions {
  /** Other trials that must have got as far before any is stopped. Default 5. */
  readonly startup?: number;
  /** Reports at steps below this are not judged. Default 0. */
  readonly warmup?: number;
  /** A trial stops when more than this share of them stand in a better front. Default 0.5. */
  readonly share?: number;
}

/** With one objective the better ones are those with a better value. Trials of every state are compared. */
export const paretoPruner = ({ startup = 5, warmup = 0, share = 0.5 }: ParetoOptions = {}): Pruner => ({
  name: 'pareto',
  decide: (context) => decide(context, startup, warmup, share),
});

const decide = (context: PruneContext, startup: number, warmup: number, share: number): PruneDecision => {
  const { trial, others } = context;
  const objectives = objectivesOf(context);
  const newest = newestReport(trial, warmup);
  if ('prune' in newest) return newest;
  const { step } = newest;
  const own = lossesAt(trial, step, objectives);
  if (own === undefined) return goOn(`Not every objective has been reported by step ${step}.`);
  const peers = others.flatMap((other) => {
    const losses = other.number === trial.number ? undefined : lossesAt(other, step, objectives);
    return losses === undefined ? [] : [losses];
  });
  if (peers.length < startup)
    return goOn(`${peers.length} other trials reached step ${step}; judging starts at ${startup}.`);
  const better = countBetter(own, peers);
  const text = `${better} of the ${peers.length} others that reached step ${step} stand in a better front`;
  return better > share * peers.length ? { prune: true, reason: `${text}.` } : goOn(`${text}; it goes on.`);
};
