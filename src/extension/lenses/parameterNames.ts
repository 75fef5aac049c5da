import type { StudyView } from '../../protocol/index.ts';
import type { LensTunable } from './lens.ts';

/**
 * What a study calls the literals of a file. One of several files may name a literal by its file too (`model.width`). A
 * literal that was renamed since is known where it alone has the search space of the one parameter that is missing; the
 * engine looks at the text itself before anything is inserted.
 */
export const parameterNames = (
  { parameters }: Pick<StudyView, 'parameters'>,
  file: string,
  tunables: readonly LensTunable[],
): ReadonlyMap<string, string> => {
  const own = parameters.filter((parameter) => parameter.file === file);
  const names = new Map<string, string>();
  for (const { name } of tunables) {
    const parameter =
      own.find((one) => one.name === name) ?? own.find((one) => one.name.endsWith(`.${name}`));
    if (parameter !== undefined) names.set(name, parameter.name);
  }
  const known = new Set(names.values());
  const missing = own.filter(({ name }) => !known.has(name));
  const fresh = tunables.filter(({ name }) => !names.has(name));
  for (const { name, summary } of fresh) {
    const alike = missing.filter((parameter) => parameter.summary === summary);
    const rivals = fresh.filter((tunable) => tunable.summary === summary);
    if (alike.length === 1 && rivals.length === 1 && alike[0] !== undefined) names.set(name, alike[0].name);
  }
  return names;
};
