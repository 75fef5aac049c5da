import type { TrialRecord } from '../study/store.ts';
import type { IntermediateValue, Trial } from '../study/trial.ts';

/**
 * The part of a stored trial that samplers, pruners and analysis may see. Of one whose budget a scheduler sets these
 * are its results by budget, on the scale of the budget: what it reports on the way counts epochs, batches or anything
 * else, and is reported anew by each attempt.
 */
export const toTrial = (record: TrialRecord, curves?: Trial['curves']): Trial =>
  record.replicaOf === undefined ? asItIs(record, curves) : asNothing(record);

/** A repeated trial says nothing new: no second sample of the noise, since its seed is the same, and no second winner. */
const asNothing = ({ number, params }: TrialRecord): Trial => ({
  number,
  state: 'stopped',
  params,
  intermediate: [],
});

/** Paused by a person: to everyone else it is as if it took long. */
export const isHeld = ({ state, asked }: Pick<TrialRecord, 'state' | 'asked'>): boolean =>
  state === 'paused' && asked === 'pause';

const asItIs = (record: TrialRecord, curves: Trial['curves']): Trial => ({
  number: record.number,
  state: isHeld(record) ? 'running' : record.state,
  params: record.params,
  ...curvesOf(record, curves),
  ...(record.values === undefined ? {} : { values: record.values }),
  ...(record.constraints === undefined ? {} : { constraints: record.constraints }),
  ...(record.fidelity === undefined ? {} : { fidelity: record.fidelity }),
  ...(record.parent === undefined ? {} : { parent: record.parent }),
  ...(record.parentStep === undefined ? {} : { parentStep: record.parentStep }),
  ...costOf(record),
});

/** Wall time of a finished trial; of one run in several attempts that of the last. */
const costOf = ({ state, startedAtMs, endedAtMs }: TrialRecord): Pick<Trial, 'cost'> =>
  state === 'complete' && startedAtMs !== undefined && endedAtMs !== undefined
    ? { cost: { seconds: Math.max(0, endedAtMs - startedAtMs) / 1000 } }
    : {};

const curvesOf = (
  { fidelity, rungs = [], intermediate }: TrialRecord,
  reported: Trial['curves'],
): Pick<Trial, 'intermediate' | 'curves'> => {
  if (fidelity === undefined)
    return reported === undefined ? { intermediate } : { intermediate, curves: reported };
  const objectives = rungs[0]?.values.length ?? 1;
  const curves = Array.from({ length: objectives }, (_, index) =>
    rungs.map(
      ({ fidelity: step, values }): IntermediateValue => ({ step, value: values[index] ?? Number.NaN }),
    ),
  );
  return { intermediate: curves[0] ?? [], ...(objectives > 1 ? { curves } : {}) };
};
