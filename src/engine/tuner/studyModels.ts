import { type StudyModel, studyModel } from '../analysis/insights.ts';
import { failure, type Result } from '../space/result.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';
import { toTrial } from './trialModel.ts';

/** Models of studies that are looked at, made anew when another result has come in. */
export class StudyModels {
  private readonly known = new Map<
    string,
    { readonly results: string; readonly model: Result<StudyModel, string> }
  >();

  /** `trials` are all of the study. */
  of({ id, spec }: StudyRecord, trials: readonly TrialRecord[]): Result<StudyModel, string> {
    const [objective] = spec.objectives;
    if (objective === undefined) return failure('Choose first which metric to optimise.');
    const results = resultsOf(objective.direction, objective.metric, trials);
    const known = this.known.get(id);
    if (known?.results === results) {
      // Looked at last, so forgotten last.
      this.known.delete(id);
      this.known.set(id, known);
      return known.model;
    }
    const model = studyModel(
      spec.space,
      trials.map((trial) => toTrial(trial)),
      objective,
    );
    this.known.delete(id);
    this.known.set(id, { results, model });
    const [oldest] = this.known.keys();
    if (this.known.size > mostKept && oldest !== undefined) this.known.delete(oldest);
    return model;
  }
}

/** A model of ten parameters takes about a megabyte. */
const mostKept = 8;

/** What a model is made of; equal for equal ones. */
const resultsOf = (direction: string, metric: string, trials: readonly TrialRecord[]): string =>
  [
    direction,
    metric,
    ...trials.flatMap(({ state, number, values, replicaOf }) =>
      state === 'complete' && replicaOf === undefined ? [`${number}:${values?.[0]}`] : [],
    ),
  ].join();
