import type { Store, TrialRecord } from '../study/store.ts';
import { isFinished } from '../study/trial.ts';
import { isKept, trialFolder } from './checkpoints.ts';

/** Why a trial cannot be repeated; undefined when it can. */
export const mayRepeat = (
  { number, study, state, parent, parentStep }: TrialRecord,
  runs: string,
): string | undefined => {
  if (!isFinished(state)) return `Trial ${number} has not ended yet.`;
  if (parent === undefined || parentStep === undefined) return undefined;
  return isKept(trialFolder(runs, study, parent), parentStep)
    ? undefined
    : `Trial ${number} began from the checkpoint of trial ${parent} at step ${parentStep}, which is no longer kept.`;
};

/** A number so that two that differ in their last bit are written differently. */
const exact = (value: number): string => String(value);

/**
 * What a repeated trial came to beside the first one: equal to the last bit, or both values. Every report counts, also
 * those of metrics that are not optimised; times that a script reports differ by nature, so those are named apart.
 */
export const compareReplica = (
  store: Store,
  original: TrialRecord,
  replica: TrialRecord,
  objectives: readonly string[],
): string => {
  const [first, second] = [original, replica].map(({ study, number }) => store.reports(study, number));
  if (first === undefined || second === undefined) throw new Error('two trials have two lists of reports');
  const differing = [...new Set([...Object.keys(first), ...Object.keys(second)])].filter((metric) => {
    const [a, b] = [first[metric] ?? [], second[metric] ?? []];
    return (
      a.length !== b.length ||
      a.some(({ step, value }, index) => step !== b[index]?.step || !Object.is(value, b[index]?.value))
    );
  });
  const values = objectives.map((metric) => {
    const [a, b] = [original.metrics[metric], replica.metrics[metric]];
    if (a === undefined || b === undefined) return `${metric} was not reported by both`;
    return Object.is(a, b)
      ? `${metric} = ${exact(a)} in both`
      : `${metric} = ${exact(b)} here, ${exact(a)} there (difference ${exact(b - a)})`;
  });
  const reports = Object.values(first).reduce((sum, list) => sum + list.length, 0);
  const head =
    differing.length === 0
      ? `Equal to trial ${original.number} to the last bit in ${reports === 1 ? 'its one report' : `all ${reports} reports`}`
      : differing.some((metric) => objectives.includes(metric))
        ? `Not equal to trial ${original.number}`
        : `Equal to trial ${original.number} to the last bit, but for ${differing.join(', ')}`;
  return `${head}${values.length === 0 ? '' : `: ${values.join('; ')}`}.`;
};
