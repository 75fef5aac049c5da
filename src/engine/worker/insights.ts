import { baselineAssignment } from '../space/assignment.ts';
import type { Parameter, ParamValue, SourceValue } from '../space/parameter.ts';
import type { Engine } from '../tuner/engine.ts';
import type { InsightsView, Prediction, PredictionsView } from '../../protocol/index.ts';

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
  const { predict, insights } = model.value;
  return {
    predictions: values.map((given): Prediction => {
      const assignment = baselineAssignment(space, given);
      const outside = space.parameters.find((parameter) => isOutside(parameter, assignment[parameter.name]));
      if (outside !== undefined) return { outside: outside.name };
      const [prediction] = predict([assignment]);
      if (prediction === undefined) throw new Error('one configuration has one prediction');
      return prediction;
    }),
    noise: insights.noise,
  };
};

/** A model says nothing of what lies beyond its trials, and would take it for the nearest that does not. */
const isOutside = (parameter: Parameter, value: ParamValue | undefined): boolean => {
  if (value === undefined) return false;
  if (parameter.kind === 'bool') return typeof value !== 'boolean';
  if (parameter.kind === 'categorical') return !parameter.choices.includes(value);
  return typeof value !== 'number' || value < parameter.low || value > parameter.high;
};
