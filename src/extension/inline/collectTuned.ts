import type { AnnotatedTunable, ParameterInsight, ParamValue, SourceValue } from '../../engine/index.ts';
import type { InsightsView, ParameterView, StudyView, TrialView } from '../../protocol/index.ts';

/** An annotated literal with what its newest study knows of it. */
export interface TunedLiteral {
  readonly tunable: AnnotatedTunable;
  /** The study's name for it. */
  readonly parameter: ParameterView;
  readonly best?: { readonly value: SourceValue; readonly trial: number };
  /** Share of the explained variation, 0 to 1. */
  readonly share?: number;
  readonly insight?: ParameterInsight;
  /** Its values in the trials that run now. */
  readonly running: readonly SourceValue[];
}

export interface TunedInput {
  /** As the document has them now: lines may have moved since the study. */
  readonly tunables: readonly AnnotatedTunable[];
  /** As studies name files. */
  readonly file: string;
  readonly study: StudyView;
  readonly best: TrialView | undefined;
  readonly insights: InsightsView | undefined;
  readonly running: readonly TrialView[];
}

/** Literals that are in the study under their names of now; what is not there any more, or is new, has nothing to show. */
export const collectTuned = (input: TunedInput): readonly TunedLiteral[] => {
  const { tunables, file, study, best, insights, running } = input;
  const own = study.parameters.filter((parameter) => parameter.file === file);
  return tunables.flatMap((tunable): readonly TunedLiteral[] => {
    if (tunable.role.kind !== 'search' && tunable.role.kind !== 'composite') return [];
    const parameter =
      own.find(({ name }) => name === tunable.name) ??
      own.find(({ name }) => name.endsWith(`.${tunable.name}`));
    if (parameter === undefined) return [];
    const { name } = parameter;
    const value = best?.params[name];
    const share = insights?.importances.find((one) => one.parameter === name)?.importance;
    const insight = insights?.parameters.find((one) => one.parameter === name);
    return [
      {
        tunable,
        parameter,
        running: running.flatMap(({ params }) => params[name] ?? []),
        ...(best !== undefined && value !== undefined && { best: { value, trial: best.number } }),
        ...(share !== undefined && { share }),
        ...(insight !== undefined &&
          insight.points.length > 1 &&
          isOfKind(parameter, tunable) && { insight }),
      },
    ];
  });
};

/** Numbers may have become choices since. */
const isOfKind = ({ kind }: ParameterView, { role }: AnnotatedTunable): boolean =>
  role.kind === 'search' && isNumberKind(role.parameter.kind) === isNumberKind(kind);

export const isNumberKind = (kind: ParameterView['kind']): boolean => kind === 'float' || kind === 'int';

/** Is it searched now as it was in the study? Advice about a range is about that range only. */
export const isSearchedAlike = ({ tunable: { role }, parameter }: TunedLiteral): boolean => {
  if (role.kind !== 'search') return false;
  const now = role.parameter;
  if (now.kind !== parameter.kind) return false;
  if (now.kind === 'float' || now.kind === 'int')
    return now.low === parameter.low && now.high === parameter.high;
  const choices: readonly ParamValue[] = now.kind === 'bool' ? [true, false] : now.choices;
  return JSON.stringify(choices) === JSON.stringify(parameter.choices);
};

export const isBestInPlace = ({ tunable, best }: TunedLiteral): boolean =>
  best !== undefined && JSON.stringify(best.value) === JSON.stringify(tunable.value);
