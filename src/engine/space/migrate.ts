// What values tried in one space say in another: a study goes on after a person has edited its space.
import { partNames } from './assembly.ts';
import {
  addDerived,
  brokenConstraint,
  type Draft,
  illegalText,
  isActive,
  own,
  type ShownValues,
} from './assignment.ts';
import {
  compositesOf,
  exactFromShown,
  isList,
  isMadeOfParts,
  searchedFromShown,
  shownAssignment,
  shownNames,
} from './composite.ts';
import { isLegal, valueCount } from './encode.ts';
import type { Assignment, ParamValue, SearchSpace, SourceValue } from './parameter.ts';
import { planOf } from './plan.ts';
import { failure, type Result, success } from './result.ts';
import { spaceToJson } from './wire.ts';

export interface SpaceEdit {
  readonly before: SearchSpace;
  readonly after: SearchSpace;
  /**
   * What stands in the source now, by name: what a trial ran with wherever it set nothing itself, and what later trials
   * run with wherever nothing is searched any more. Names may be missing.
   */
  readonly inSource?: ShownValues;
}

export interface Adapted {
  /** Complete in the space after the edit. */
  readonly params: Assignment;
  /** Values that the trial had and that are not known now, or the other way round: it may have run otherwise. */
  readonly unknown: readonly string[];
}

/**
 * A completed assignment of the space before, in the space after. It still fits when it has a legal value for all that
 * is searched now, as its own or as what stood in the source, and no other value for what is not searched any more.
 * Values are never moved: one that is outside now was not tried inside. The reason is a sentence.
 */
export const adaptAssignment = (edit: SpaceEdit, params: Assignment): Result<Adapted, string> => {
  const { before, after, inSource = {} } = edit;
  if (isSameSpace(before, after)) return success({ params, unknown: [] });
  const shown = shownAssignment(before, params);
  const misfit = misfitOf(after, shown);
  if (misfit !== undefined) return failure(misfit);

  const tried = { ...searchedFromShown(after, shown), ...keptParts(edit, params) };
  const stood = exactFromShown(after, inSource);
  const unknown: string[] = [];
  const values: Draft = {};
  for (const item of planOf(after).items) {
    if (item.kind === 'derived') {
      addDerived(item.derived, values);
      const { name } = item.derived;
      const now = own(values, name);
      const then = own(tried, name) ?? own(stood, name);
      if (now === undefined || now === then) continue;
      if (then !== undefined) return failure(`${name} was ${said(then)} and would be ${said(now)} now.`);
      unknown.push(name);
      continue;
    }
    if (!isActive(item.parameter, values)) continue;
    const { name } = item.parameter;
    const value = own(tried, name) ?? own(stood, name);
    if (value === undefined) return failure(`${name} is searched now, and its value then is not known.`);
    if (!isLegal(item.parameter, value)) return failure(illegalText(item.parameter, value));
    values[name] = value;
  }
  const broken = brokenConstraint(after, values);
  if (broken !== undefined) return failure(broken);
  const removed = removedValues(edit, shown);
  return removed.ok ? success({ params: values, unknown: [...unknown, ...removed.value] }) : removed;
};

const isSameSpace = (a: SearchSpace, b: SearchSpace): boolean =>
  a === b || JSON.stringify(spaceToJson(a)) === JSON.stringify(spaceToJson(b));

const said = (value: SourceValue): string => JSON.stringify(value);

/** Why a value cannot be told in the parts of the space after; undefined when it can. */
const misfitOf = (after: SearchSpace, shown: ShownValues): string | undefined => {
  const composites = new Map(compositesOf(after).map((composite) => [composite.name, composite]));
  const searched = new Set(shownNames(after));
  for (const [name, value] of Object.entries(shown)) {
    if (value === undefined || !searched.has(name)) continue;
    const composite = composites.get(name);
    const fits = composite ? isList(value) && isMadeOfParts(composite.assembly, value) : !isList(value);
    if (!fits) return `${name} was ${said(value)}, which it can no longer be.`;
  }
  return undefined;
};

/** Parts of composites that look the same after the edit, to the last bit. */
const keptParts = ({ before, after }: SpaceEdit, params: Assignment): Record<string, ParamValue> => {
  const shapes = new Map(compositesOf(before).map(({ name, shape }) => [name, JSON.stringify(shape)]));
  const same = compositesOf(after).filter(({ name, shape }) => shapes.get(name) === JSON.stringify(shape));
  const kept: Record<string, ParamValue> = {};
  for (const { assembly } of same)
    for (const name of partNames(assembly)) {
      const value = own(params, name);
      if (value !== undefined) kept[name] = value;
    }
  return kept;
};

/** Names whose values nobody knows any more; fails when one is known to be another now than in the trial. */
const removedValues = (
  { before, after, inSource = {} }: SpaceEdit,
  shown: ShownValues,
): Result<readonly string[], string> => {
  const names = new Set(shownNames(after));
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(shown)) {
    if (names.has(name) || value === undefined) continue;
    const now = Object.hasOwn(inSource, name) ? inSource[name] : undefined;
    if (now === undefined) {
      const parameter = before.parameters.find((each) => each.name === name);
      if (parameter === undefined || valueCount(parameter) > 1) unknown.push(name);
    } else if (said(now) !== said(value)) {
      return failure(`${name} was ${said(value)}, is not searched any more and is ${said(now)} now.`);
    }
  }
  return success(unknown);
};
