import { baselineAssignment } from '../space/assignment.ts';
import type { SourceValue } from '../space/parameter.ts';
import type { Engine } from '../tuner/engine.ts';
import type { InsightsView, PredictionsView } from '../../protocol/index.ts';

const none: InsightsView = {
  trials: 0,
  noise: 0,
  noiseFrom: 'model',
  explained: 0,
  parameters: [],
  importances: [],
};

export const insightsView = (engine: Engine, study: string): InsightsView => {
  const model = engine.studyModel(study);
  const shares = engine.importance(study);
  const importances = shares.ok ? shares.value : [];
  return model.ok ? { ...model.value.insights, importances } : { ...none, importances, message: model.error };
};

/** Values as they stand in source: what is not active where the others hold is left out, as a run would. */
export const predictionsAt = (
  engine: Engine,
  study: string,
  values: readonly Readonly<Record<string, SourceValue>>[],
): PredictionsView => {
  const model = engine.studyModel(study);
  if (!model.ok) return { predictions: [], noise: 0, message: model.error };
  const { space } = engine.store.study(study).spec;
  return {
    predictions: model.value.predict(values.map((given) => baselineAssignment(space, given))),
    noise: model.value.insights.noise,
  };
};
