import { itemName } from './assembly.ts';
import {
  compositeByPart,
  compositesOf,
  exactFromShown,
  type ShownAssignment,
  shownAssignment,
} from './composite.ts';
import { isLegal } from './encode.ts';
import { evaluate, holds, isKept } from './expression.ts';
import { didYouMean } from './nearMiss.ts';
import type {
  Assignment,
  DerivedParameter,
  Parameter,
  ParamValue,
  SearchSpace,
  SourceValue,
} from './parameter.ts';
import { planOf } from './plan.ts';

/** An assignment being filled in. */
export type Draft = Record<string, ParamValue>;

/** Values by name from anywhere; some may be missing. */
export type AnyValues = Readonly<Record<string, ParamValue | undefined>>;

/** The same with composites as lists. */
export type ShownValues = Readonly<Record<string, SourceValue | undefined>>;

/** Is a parameter searched where these values hold? They include derived values that its condition names. */
export const isActive = (parameter: Parameter | DerivedParameter, values: Assignment): boolean =>
  parameter.condition === undefined || holds(parameter.condition, values);

/**
 * The searched values that are active, with the derived values that follow. Names outside the space are dropped.
 * A derived value whose expression is not applicable, or not a finite number or single value, is left out.
 */
export const completeAssignment = (space: SearchSpace, searched: Assignment): Assignment => {
  const values: Draft = {};
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') addDerived(item.derived, values);
    else {
      const { name } = item.parameter;
      const value = own(searched, name);
      if (value !== undefined && isActive(item.parameter, values)) values[name] = value;
    }
  }
  return values;
};

/**
 * A person's own values, exactly as they are even where the space would not allow them: those of active parameters
 * and of derived ones that apply. A derived value that is not given is worked out; the list of a composite is taken
 * apart, and left out where no parts make it up.
 */
export const baselineAssignment = (space: SearchSpace, given: ShownValues): Assignment => {
  const kept: Draft = {};
  const values = exactFromShown(space, given);
  for (const item of planOf(space).items) {
    const target = item.kind === 'derived' ? item.derived : item.parameter;
    const value = own(values, target.name);
    if (value !== undefined && isActive(target, kept)) {
      kept[target.name] = value;
      keepSurplus(space, target.name, values, kept);
    } else if (item.kind === 'derived') addDerived(item.derived, kept);
  }
  return kept;
};

/** As `baselineAssignment`, the way a person sees it: active composites are the lists that were given, whatever they hold. */
export const shownBaseline = (space: SearchSpace, given: ShownValues): ShownAssignment => {
  const kept = baselineAssignment(space, given);
  const shown: Record<string, SourceValue> = { ...shownAssignment(space, kept) };
  for (const { name, condition } of compositesOf(space)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined && (condition === undefined || holds(condition, kept))) shown[name] = value;
  }
  return shown;
};

/**
 * A person's list may be longer than any proposed one; its further items belong to it all the same, and conditions on
 * the whole list are to see them.
 */
const keepSurplus = (space: SearchSpace, name: string, values: AnyValues, kept: Draft): void => {
  const assembly = compositeByPart(space).get(name)?.assembly;
  if (assembly?.kind !== 'list' || assembly.length !== name) return;
  for (let i = assembly.size; i < Number(kept[name]); i++) {
    const value = own(values, itemName(assembly.name, i));
    if (value !== undefined) kept[itemName(assembly.name, i)] = value;
  }
};

/** Adds a derived value, if it applies and has one, to the values it follows from. */
export const addDerived = (derived: DerivedParameter, values: Draft): void => {
  if (derived.condition !== undefined && !holds(derived.condition, values)) return;
  const value = evaluate(derived.expression, values);
  if (isParamValue(value)) values[derived.name] = value === 0 ? 0 : value; // -0 becomes 0
};

const isParamValue = (value: unknown): value is ParamValue =>
  typeof value === 'number'
    ? Number.isFinite(value)
    : value === null || ['string', 'boolean'].includes(typeof value);

/**
 * Are all constraints kept? A constraint on an inactive parameter is. Derived values are worked out here, and one
 * that should apply but is not a finite number breaks the space.
 */
export const satisfies = (space: SearchSpace, assignment: Assignment): boolean => {
  if (planOf(space).isFree) return true;
  return isSatisfied(space, completeAssignment(space, assignment));
};

/** As `satisfies`, for an assignment that has its derived values already. */
export const isSatisfied = (space: SearchSpace, complete: Assignment): boolean =>
  space.constraints.every((constraint) => isKept(constraint, complete)) &&
  space.derived.every((derived) => !isUndefinable(derived, complete));

/** A derived value that applies, whose names all have values, and that still has none. */
const isUndefinable = (derived: DerivedParameter, complete: Assignment): boolean =>
  !Object.hasOwn(complete, derived.name) &&
  (derived.condition === undefined || holds(derived.condition, complete)) &&
  derived.expression.names.every((name) => Object.hasOwn(complete, name));

/**
 * A sentence saying why an assignment is not within its space; undefined when it is. It must have a legal value
 * for each active parameter and none for inactive or unknown ones, and keep the constraints. Derived values may be
 * there or not.
 */
export const checkAssignment = (space: SearchSpace, assignment: Assignment): string | undefined => {
  const { byName, items } = planOf(space);
  for (const name of Object.keys(assignment)) {
    if (!byName.has(name))
      return `${name} is not a parameter of this space.${didYouMean(name, byName.keys())}`;
  }
  const complete = completeAssignment(space, assignment);
  for (const item of items) {
    const problem =
      item.kind === 'searched'
        ? checkSearched(item.parameter, assignment, complete)
        : checkDerived(item.derived, assignment, complete);
    if (problem !== undefined) return problem;
  }
  return brokenConstraint(space, complete);
};

/** A sentence naming the first constraint that a complete assignment breaks. */
export const brokenConstraint = (space: SearchSpace, complete: Assignment): string | undefined => {
  const broken = space.constraints.find((constraint) => !isKept(constraint, complete));
  if (broken === undefined) return undefined;
  const { text, root } = broken;
  const forbidden = root.kind === 'not' ? /^not \((.*)\)$/s.exec(text)?.[1] : undefined;
  return forbidden === undefined
    ? `The constraint ${text} is not kept.`
    : `The combination ${forbidden} is forbidden.`;
};

const checkSearched = (parameter: Parameter, given: Assignment, complete: Assignment): string | undefined => {
  const { name, condition } = parameter;
  const value = own(given, name);
  if (!isActive(parameter, complete)) {
    return value === undefined
      ? undefined
      : `${name} has a value, but ${condition?.text ?? ''} does not hold.`;
  }
  if (value === undefined) return `${name} has no value.`;
  return isLegal(parameter, value) ? undefined : illegalText(parameter, value);
};

const checkDerived = (
  derived: DerivedParameter,
  given: Assignment,
  complete: Assignment,
): string | undefined => {
  const { name, expression } = derived;
  if (isUndefinable(derived, complete)) return `${name} = ${expression.text} is not a finite number here.`;
  if (!Object.hasOwn(given, name) || given[name] === complete[name]) return undefined;
  return `${name} is ${JSON.stringify(given[name])}, but ${expression.text} is ${JSON.stringify(complete[name] ?? null)}.`;
};

/** Why a value is none of a parameter's. */
export const illegalText = (parameter: Parameter, value: ParamValue): string => {
  const shown = `${parameter.name} is ${JSON.stringify(value)}`;
  if (parameter.kind === 'categorical')
    return `${shown}, which is none of ${JSON.stringify(parameter.choices)}.`;
  if (parameter.kind === 'bool') return `${shown}, which is neither true nor false.`;
  if (typeof value !== 'number' || !Number.isFinite(value)) return `${shown}, which is not a number.`;
  const { low, high } = parameter;
  if (value < low || value > high) return `${shown}, outside ${low}..${high}.`;
  return parameter.step === undefined && parameter.factor === undefined
    ? `${shown}, which is not a whole number.`
    : `${shown}, which is not on a step.`;
};

/** A value by its own name, never one inherited from `Object.prototype`. */
export const own = (values: AnyValues, name: string): ParamValue | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
