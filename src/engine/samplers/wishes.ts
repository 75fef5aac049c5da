// What is tried before a sampler's own ideas: a person's wishes and the best of earlier studies.
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment } from '../space/parameter.ts';
import { reconcile } from '../space/reconcile.ts';
import { searchedOnly } from '../space/searched.ts';
import { isFeasible } from '../study/feasibility.ts';
import type { PastStudy, Proposal, SampleContext } from '../study/sampler.ts';
import type { Trial } from '../study/trial.ts';

/** The first wish not yet tried, as near to it as the space allows. */
export const nextWish = ({ space, queue = [], past = [], trials }: SampleContext): Proposal | undefined => {
  if (queue.length === 0 && past.length === 0) return undefined;
  const tried = new Set(trials.slice(0, mostQueued * 4).map(({ params }) => configurationKey(space, params)));
  for (const { wish, reason } of wishes(queue, past)) {
    const params = searchedOnly(space, reconcile(space, wish));
    if (!tried.has(configurationKey(space, params))) return { params, reason };
  }
  return undefined;
};

/** Best trials taken over from each earlier study, and studies looked at. */
const takenOver = 2;
const mostPast = 3;
const mostQueued = 64;

function* wishes(
  queue: readonly Assignment[],
  past: readonly PastStudy[],
): Generator<{ readonly wish: Assignment; readonly reason: string }> {
  for (const [i, wish] of queue.slice(0, mostQueued).entries())
    yield { wish, reason: `Asked for: ${i + 1} of ${queue.length} to be tried first.` };
  for (const study of past.slice(0, mostPast))
    for (const [i, trial] of bestOf(study).entries())
      yield {
        wish: trial.params,
        reason: `Number ${i + 1} of an earlier study, with ${formatValue(trial)}.`,
      };
}

const formatValue = (trial: Trial): string => String(Number((trial.values?.[0] ?? 0).toPrecision(4)));

const bestOf = ({ objectives, trials }: PastStudy): readonly Trial[] => {
  const sign = objectives[0]?.direction === 'maximize' ? -1 : 1;
  const loss = (trial: Trial): number => sign * (trial.values?.[0] ?? Number.NaN);
  return trials
    .filter((trial) => trial.state === 'complete' && Number.isFinite(loss(trial)) && isFeasible(trial))
    .sort((a, b) => loss(a) - loss(b))
    .slice(0, takenOver);
};
