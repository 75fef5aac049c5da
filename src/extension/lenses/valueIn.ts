import type { SourceValue } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';

/** A trial's value for a literal of one file; a study of several files may name it by its file too (`model.width`). */
export const valueIn = (
  { parameters }: StudyView,
  { params }: TrialView,
  file: string,
  name: string,
): { readonly parameter: string; readonly value: SourceValue } | undefined => {
  const own = parameters.filter((parameter) => parameter.file === file);
  const parameter = own.find((one) => one.name === name) ?? own.find((one) => one.name.endsWith(`.${name}`));
  const value = parameter && params[parameter.name];
  return parameter === undefined || value === undefined ? undefined : { parameter: parameter.name, value };
};
