import type { TrialRecord } from '../study/store.ts';
import type { Trial } from '../study/trial.ts';

/** The part of a stored trial that samplers, pruners and analysis may see. */
export const toTrial = (record: TrialRecord): Trial => ({
  number: record.number,
  state: record.state,
  params: record.params,
  intermediate: record.intermediate,
  ...(record.values === undefined ? {} : { values: record.values }),
  ...(record.constraints === undefined ? {} : { constraints: record.constraints }),
});
