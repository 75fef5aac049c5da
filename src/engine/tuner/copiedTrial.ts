import { readFileSync } from 'node:fs';
import { languageOfFile } from '../annotations/languages.ts';
import { argumentAround } from '../annotations/python/argument.ts';
import { scanSource } from '../annotations/scanSource.ts';
import type { Span } from '../annotations/tunable.ts';
import type { CopiedTrial } from '../interop/copyAs/copyAs.ts';
import type { CommandLineFlag, CopiedValue } from '../interop/copyAs/values.ts';
import { shownAssignment } from '../space/composite.ts';
import type { SearchSpace } from '../space/parameter.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';
import type { PlannedTunable, RunPlan } from './plan.ts';

/** A trial's values, as far as they were active, with what the sources say of how a command line takes them. */
export const copiedTrial = (plan: RunPlan, { spec }: StudyRecord, trial: TrialRecord): CopiedTrial => {
  const shown = shownAssignment(spec.space, trial.params);
  return {
    number: trial.number,
    values: plan.tunables.flatMap((tunable): readonly CopiedValue[] => {
      const { name } = tunable;
      const value = shown[name];
      if (value === undefined) return [];
      const place = placeOf(plan, tunable);
      return [{ name, value, isFloat: isFloat(spec.space, tunable), ...place }];
    }),
    results: spec.objectives.flatMap(({ metric }, index) => {
      const value = trial.values?.[index];
      return value === undefined ? [] : [{ metric, value }];
    }),
  };
};

const isFloat = ({ parameters, composites = [] }: SearchSpace, { name, text }: PlannedTunable): boolean => {
  const parameter = parameters.find((each) => each.name === name);
  if (parameter !== undefined) return parameter.kind === 'float';
  const shape = composites.find((each) => each.name === name)?.shape;
  if (shape !== undefined)
    return shape.kind === 'simplex' || (shape.kind === 'list' && shape.item.kind === 'float');
  return /[.eE]/u.test(text); // derived: as it stood in the source
};

/** How a command line takes it, or where it stands in a configuration file. */
const placeOf = (plan: RunPlan, { file, start, end }: PlannedTunable): Pick<CopiedValue, 'flag' | 'path'> => {
  const planned = plan.files.find(({ path }) => path === file);
  const language = languageOfFile(file);
  if (planned === undefined || language === undefined) return {};
  let bytes: Buffer;
  try {
    bytes = readFileSync(planned.snapshot);
  } catch {
    return {}; // somebody took the copy away: the usual name will do
  }
  const text = bytes.toString('utf8');
  const from = bytes.toString('utf8', 0, start).length;
  const span = { start: from, end: from + bytes.toString('utf8', start, end).length };
  if (language === 'python') {
    const flag = flagOf(text, span);
    return flag === undefined ? {} : { flag };
  }
  const form = scanSource(language, text).tunables.find((tunable) => tunable.span.start === from)?.form;
  // Overrides cannot name the item of a list.
  return form?.kind === 'key' && !form.path.includes('[') ? { path: form.path.split('.') } : {};
};

const flagOf = (text: string, span: Span): CommandLineFlag | undefined => {
  const argument = argumentAround(text, span);
  if (argument === undefined) return undefined;
  const { names, keywords } = argument;
  const [action, type, nargs] = ['action', 'type', 'nargs'].map((name) => keywords.get(name));
  return {
    names,
    ...(action === undefined ? {} : { action }),
    ...(type === undefined ? {} : { type }),
    ...(nargs !== undefined && nargs !== '?' && { several: true }),
    ...(keywords.get('multiple') === 'True' || action === 'append' ? { repeated: true } : {}),
    ...(keywords.get('is_flag') === 'True' ? { isSwitch: true } : {}),
  };
};
