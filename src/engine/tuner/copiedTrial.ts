import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configMentions } from '../annotations/configMentions.ts';
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
const placeOf = (plan: RunPlan, tunable: PlannedTunable): Pick<CopiedValue, 'flag' | 'path'> => {
  const { file, start, end } = tunable;
  const language = languageOfFile(file);
  const bytes = snapshotOf(plan, file);
  if (bytes === undefined || language === undefined) return {};
  const text = bytes.toString('utf8');
  const from = bytes.toString('utf8', 0, start).length;
  const span = { start: from, end: from + bytes.toString('utf8', start, end).length };
  if (language === 'python') {
    const flag = flagOf(text, span);
    return flag === undefined ? {} : { flag };
  }
  const form = scanSource(language, text).tunables.find((each) => each.span.start === from)?.form;
  const key = tunable.key ?? (form?.kind === 'key' ? form.path : undefined);
  // Overrides cannot name the item of a list.
  if (key === undefined || key.includes('[')) return {};
  return { path: [...packageOf(plan, file, text), ...key.split('.')] };
};

const snapshotOf = (plan: RunPlan, file: string): Buffer | undefined => {
  const planned = plan.files.find((each) => each.path === file);
  try {
    return planned && readFileSync(planned.snapshot);
  } catch {
    return undefined; // somebody took the copy away: the usual name will do
  }
};

/** Where Hydra puts a file's keys: below its group, unless the file says otherwise in its first lines. */
const packageOf = (plan: RunPlan, file: string, text: string): readonly string[] => {
  const groups = plan.files.flatMap(({ path: from }) => {
    const source = /\.pyw?$/u.test(from) ? snapshotOf(plan, from)?.toString('utf8') : undefined;
    return configMentions('python', source ?? '').hydra.flatMap(({ folder = '.' }) => {
      const group = path.relative(path.resolve(path.dirname(from), folder), path.dirname(file));
      return group.startsWith('..') ? [] : [group.split(path.sep).filter((part) => part !== '')];
    });
  });
  const [group] = groups;
  if (group === undefined) return [];
  const said = /^#[ \t]*@package[ \t]+(\S+)/mu.exec(text)?.[1];
  if (said === undefined || said === '_group_') return group;
  return said === '_global_' ? [] : said.split('.');
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
