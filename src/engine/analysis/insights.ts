// What a person wants to know of each parameter beside its line: how the result answers to it, whether its best values
// lie at the end of its range, and whether it matters at all. Nothing is claimed that the model's own uncertainty, or
// too few trials, leave open.
import { at, itemAt } from '../numeric/at.ts';
import { randomStream, type RandomStream } from '../numeric/random.ts';
import { compositeByPart } from '../space/composite.ts';
import { configurationKey } from '../space/configurationKey.ts';
import { fromUnit, gridValues, toUnit } from '../space/encode.ts';
import type { Assignment, Parameter, ParamValue, SearchSpace } from '../space/parameter.ts';
import { failure, type Result, success } from '../space/result.ts';
import { isFeasible } from '../study/feasibility.ts';
import type { Objective } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';
import { importance } from './importance.ts';
import {
  createResponseModel,
  type JudgedTrial,
  type ResponseCurve,
  type ResponseModel,
} from './responseModel.ts';
import { simplestValue } from './simplestValue.ts';
import { widerBound } from './widerBound.ts';

/** The expected result at one value of a parameter, in the metric's own units. */
export interface ResponsePoint {
  readonly value: ParamValue;
  readonly mean: number;
  /** Standard deviation of the expectation. */
  readonly sd: number;
}

/** The best values lie at one end of the range. */
export interface EdgeFinding {
  readonly side: 'low' | 'high';
  readonly bound: number;
  /** Where the range could end instead. */
  readonly suggested: number;
  /** Probability that the optimum within the range lies at this end. */
  readonly certainty: number;
  /** Of the best `of` trials, how many lie there. */
  readonly best: number;
  readonly of: number;
}

/** The parameter makes no difference that counts. */
export interface IdleFinding {
  /** The simplest value to leave it at. */
  readonly value: ParamValue;
  /** With 95 % probability the whole range makes no more difference than this, in the metric's units. */
  readonly effect: number;
}

export interface ParameterInsight {
  readonly parameter: string;
  /** Trials in which it was active. */
  readonly trials: number;
  /** By ascending value, or a point for each choice; empty when there are too few trials. */
  readonly points: readonly ResponsePoint[];
  readonly edge?: EdgeFinding;
  readonly idle?: IdleFinding;
}

export interface StudyInsights {
  /** Complete trials with a finite value. */
  readonly trials: number;
  /** Standard deviation of the metric between runs with equal values. */
  readonly noise: number;
  /** Trials with equal values tell the noise; the model guesses it otherwise. */
  readonly noiseFrom: 'repeats' | 'model';
  /** Share of the variation that the model foretells of trials left out of it. */
  readonly explained: number;
  /** Plain parameters, in the space's order; the parts of lists and the like are left out. */
  readonly parameters: readonly ParameterInsight[];
}

/** The same with the model, which foretells results. */
export interface StudyModel {
  readonly insights: StudyInsights;
  /** In the metric's units, at complete assignments. */
  predict(configurations: readonly Assignment[]): readonly Omit<ResponsePoint, 'value'>[];
}

/** Complete trials below which nothing is said. */
export const fewestForResponse = 10;
/** Trials with the parameter active, from which on findings are made of it. */
const fewestForFinding = 20;
/** Share of the variation below which the model has understood too little for findings. */
const leastExplained = 0.3;

/**
 * Learns what finished trials say of every parameter, by the first objective. Trials that failed or were stopped early
 * have no result to learn from. Same trials, same answer.
 * @returns a sentence when there are fewer than 10 complete trials with a finite value, or all values are equal.
 */
export const studyModel = (
  space: SearchSpace,
  trials: readonly Trial[],
  objective: Objective,
): Result<StudyModel, string> => {
  const sign = objective.direction === 'minimize' ? 1 : -1;
  const judged = trials.flatMap((trial): readonly RatedTrial[] => {
    const value = trial.values?.[0];
    return trial.state === 'complete' && value !== undefined && Number.isFinite(value)
      ? [{ params: trial.params, loss: sign * value, isFeasible: isFeasible(trial) }]
      : [];
  });
  if (judged.length < fewestForResponse)
    return failure(
      `Foretelling results needs ${fewestForResponse} complete trials with a finite value; there are ${judged.length}.`,
    );
  const first = itemAt(judged, 0).loss;
  if (judged.every(({ loss }) => loss === first))
    return failure(`All ${judged.length} trials have the same value, ${sign * first}.`);
  const { parameters } = space;
  const model = createResponseModel(parameters, judged);
  const repeats = noiseOfRepeats(space, judged);
  const noise = repeats ?? model.noise;
  const shares = importance(space, trials, objective);
  const parts = compositeByPart(space);
  const study: Study = { judged, model, noise, sign };
  return success({
    insights: {
      trials: judged.length,
      noise,
      noiseFrom: repeats === undefined ? 'model' : 'repeats',
      explained: model.explained,
      parameters: parameters.flatMap((parameter, index) => {
        if (parts.has(parameter.name)) return [];
        const share = shares.ok
          ? shares.value.find((one) => one.parameter === parameter.name)?.importance
          : undefined;
        return [insightOf(study, parameter, index, share ?? 1)];
      }),
    },
    predict: (configurations) =>
      model.predict(configurations).map(({ mean, sd }) => ({ mean: sign * mean, sd })),
  });
};

/** What breaks a limit teaches how the result answers all the same, but is nothing to follow. */
interface RatedTrial extends JudgedTrial {
  readonly isFeasible: boolean;
}

interface Study {
  readonly judged: readonly RatedTrial[];
  readonly model: ResponseModel;
  readonly noise: number;
  /** Of the metric, to be minimised. */
  readonly sign: 1 | -1;
}

/** Degrees of freedom from which on repeated configurations tell the noise. */
const fewestRepeats = 3;

const noiseOfRepeats = (space: SearchSpace, judged: readonly JudgedTrial[]): number | undefined => {
  const groups = new Map<string, number[]>();
  for (const { params, loss } of judged) {
    const key = configurationKey(space, params);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [loss]);
    else group.push(loss);
  }
  let [squares, freedom] = [0, 0];
  for (const losses of groups.values()) {
    const mean = losses.reduce((sum, loss) => sum + loss / losses.length, 0);
    for (const loss of losses) squares += (loss - mean) ** 2;
    freedom += losses.length - 1;
  }
  return freedom >= fewestRepeats ? Math.sqrt(squares / freedom) : undefined;
};

const pointsOnCurve = 21;

/** Values to show the curve at: all where they are few, else evenly on the scale on which they are searched. */
const valuesToShow = (parameter: Parameter): readonly ParamValue[] => {
  if (parameter.kind === 'bool') return [false, true];
  if (parameter.kind === 'categorical') return parameter.choices;
  const listed = gridValues(parameter);
  if (listed !== undefined && listed.length <= pointsOnCurve) return listed;
  const spread = Array.from({ length: pointsOnCurve }, (_, i) =>
    fromUnit(parameter, i / (pointsOnCurve - 1)),
  );
  return [...new Set(spread)];
};

const insightOf = (study: Study, parameter: Parameter, index: number, share: number): ParameterInsight => {
  const { judged, model, sign } = study;
  const active = judged.filter(({ params }) => Object.hasOwn(params, parameter.name));
  const empty: ParameterInsight = { parameter: parameter.name, trials: active.length, points: [] };
  if (active.length < fewestForResponse) return empty;
  const values = valuesToShow(parameter);
  const curve = model.curve(index, values);
  if (curve === undefined) return empty;
  const points = values.map((value, i) => ({
    value,
    mean: sign * at(curve.mean, i),
    sd: Math.sqrt(Math.max(0, at(curve.covariance, i * values.length + i))),
  }));
  if (active.length < fewestForFinding || model.explained < leastExplained || values.length < 2)
    return { ...empty, points };
  const shape: Shape = { parameter, values, curve, active, draws: drawsOf(curve, parameter.name), share };
  const idle = findIdle(study, shape);
  const edge = idle === undefined ? findEdge(study, shape) : undefined;
  return { ...empty, points, ...(idle && { idle }), ...(edge && { edge }) };
};

interface Shape {
  readonly parameter: Parameter;
  readonly values: readonly ParamValue[];
  readonly curve: ResponseCurve;
  readonly active: readonly RatedTrial[];
  /** Curves as probable as the trials allow. */
  readonly draws: readonly Float64Array[];
  /** The parameter's importance. */
  readonly share: number;
}

const drawCount = 256;

const drawsOf = ({ mean, covariance }: ResponseCurve, name: string): readonly Float64Array[] => {
  const count = mean.length;
  const factor = choleskyOf(covariance, count);
  // The same curve is always drawn alike, whatever else is asked.
  const random: RandomStream = randomStream(0, 'insights', name);
  return Array.from({ length: drawCount }, () => {
    const normals = Float64Array.from({ length: count }, () => random.normal());
    return mean.map((middle, i) => {
      let value = middle;
      for (let j = 0; j <= i; j++) value += at(factor, i * count + j) * at(normals, j);
      return value;
    });
  });
};

/** Lower factor of a covariance that may be singular: what rounding makes negative counts as none. */
const choleskyOf = (covariance: Float64Array, count: number): Float64Array => {
  const factor = new Float64Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j <= i; j++) {
      let left = at(covariance, i * count + j);
      for (let k = 0; k < j; k++) left -= at(factor, i * count + k) * at(factor, j * count + k);
      const pivot = at(factor, j * count + j);
      factor[i * count + j] = i === j ? Math.sqrt(Math.max(0, left)) : pivot > 1e-9 ? left / pivot : 0;
    }
  return factor;
};

/** From the best trial to where the worst quarter begins: what there is to be gained by tuning. */
const gainOf = (judged: readonly JudgedTrial[]): number => {
  const losses = judged.map(({ loss }) => loss).sort((a, b) => a - b);
  return itemAt(losses, Math.floor(0.75 * losses.length)) - itemAt(losses, 0);
};

/** A difference below this share of what there is to be gained does not count, however little noise there is. */
const shareThatCounts = 0.02;
/** Most importance of what does not matter. */
const mostIdleShare = 0.1;

const findIdle = (
  study: Study,
  { parameter, values, curve, active, draws, share }: Shape,
): IdleFinding | undefined => {
  const limit = Math.max(study.noise, shareThatCounts * gainOf(study.judged));
  const spans = draws.map((draw) => Math.max(...draw) - Math.min(...draw)).sort((a, b) => a - b);
  const effect = itemAt(spans, Math.floor(0.95 * spans.length));
  // A curve may be flat because ups and downs under different circumstances cancel each other.
  const own = [...curve.spans].sort((a, b) => a - b);
  const hidden = itemAt(own, Math.floor(0.9 * (own.length - 1)));
  if (effect > limit || hidden > limit || share > mostIdleShare) return undefined;
  // That it makes no difference can only be said of what was tried.
  const tried = new Set(active.map(({ params }) => cellOf(parameter, params)));
  const cells = Math.min(values.length, cellsToTry);
  if (tried.size < Math.ceil(0.75 * cells)) return undefined;
  let best = 0;
  for (let i = 1; i < values.length; i++) if (at(curve.mean, i) < at(curve.mean, best)) best = i;
  const own0 = active[0]?.params[parameter.name];
  return { value: simplestValue(parameter, itemAt(values, best), own0), effect };
};

const cellsToTry = 5;

const cellOf = (parameter: Parameter, params: Assignment): number =>
  Math.min(cellsToTry - 1, Math.floor(toUnit(parameter, params[parameter.name] ?? null) * cellsToTry));

/** Share of the scale that counts as the end of it for trials, whose values are where a sampler happened to put them. */
const endShare = 0.15;
/** Fewest values a range has of which one can be said to be at the end. */
const fewestValues = 4;
/** Of the best trials, those that must lie at the end. */
const leastAtEnd = 0.6;
/** How probable it must be that of the whole curve the very end is best: an optimum shortly before it needs no more room. */
const leastCertain = 0.8;
/** How much better the end must be than a place well inside, as a share of what there is to be gained. */
const shareWorthMore = 0.05;

const findEdge = (
  study: Study,
  { parameter, values, curve, active, draws }: Shape,
): EdgeFinding | undefined => {
  if (parameter.kind !== 'float' && parameter.kind !== 'int') return undefined;
  if (values.length < fewestValues) return undefined;
  const units = values.map((value) => toUnit(parameter, value));
  const sideOf = (unit: number): 'low' | 'high' | undefined => {
    // Of a short list of values only the outermost is the end of it.
    const reach = Math.max(endShare, values.length <= 7 ? itemAt(units, 0) : 0) + 1e-9;
    return unit <= reach ? 'low' : unit >= 1 - reach ? 'high' : undefined;
  };
  const best = active
    .filter((trial) => trial.isFeasible)
    .sort((a, b) => a.loss - b.loss)
    .slice(0, Math.min(10, Math.max(5, active.length / 10)));
  const sides = best.map(({ params }) => sideOf(toUnit(parameter, params[parameter.name] ?? null)));
  const side = sides[0];
  if (side === undefined) return undefined;
  const there = sides.filter((one) => one === side).length;
  const end = side === 'low' ? 0 : values.length - 1;
  const certainty = draws.filter((draw) => lowestOf(draw) === end).length / draws.length;
  if (there < leastAtEnd * best.length || certainty < leastCertain) return undefined;
  const inside = nearestTo(units, side === 'low' ? 0.3 : 0.7);
  const fall = at(curve.mean, inside) - at(curve.mean, end);
  if (fall < Math.max(study.noise / 2, shareWorthMore * gainOf(study.judged))) return undefined;
  const suggested = widerBound(parameter, side);
  if (suggested === undefined) return undefined;
  return { side, bound: parameter[side], suggested, certainty, best: there, of: best.length };
};

const lowestOf = (values: Float64Array): number => {
  let lowest = 0;
  for (let i = 1; i < values.length; i++) if (at(values, i) < at(values, lowest)) lowest = i;
  return lowest;
};

const nearestTo = (units: readonly number[], place: number): number => {
  let nearest = 0;
  units.forEach((unit, i) => {
    if (Math.abs(unit - place) < Math.abs(itemAt(units, nearest) - place)) nearest = i;
  });
  return nearest;
};
