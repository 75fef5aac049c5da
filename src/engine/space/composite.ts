// Composites: how they are declared, which parts they have, and how their values are shown and read.
import { assemble, itemName, partNames, takeApart } from './assembly.ts';
import type { DraftComposite, DraftParameter } from './draft.ts';
import type { Expression } from './expression.ts';
import type { Assembly } from './expressionNode.ts';
import type { Assignment, Composite, ParamValue, SearchSpace, SourceValue } from './parameter.ts';

/** Values by the names of parameters; some may be missing. */
type PartValues = Readonly<Record<string, ParamValue | undefined>>;

/** Values by name as a person sees them: composites as lists, without their parts. */
export type ShownAssignment = Readonly<Record<string, SourceValue>>;

export const isComposite = (draft: DraftParameter | DraftComposite): draft is DraftComposite =>
  draft.kind === 'list' ||
  draft.kind === 'permutation' ||
  draft.kind === 'subset' ||
  draft.kind === 'simplex';

export const assemblyOf = (draft: DraftComposite): Assembly => {
  const { name } = draft;
  const numbered = (part: string, count: number): readonly string[] =>
    Array.from({ length: count }, (_, i) => itemName(`${name}${part}`, i));
  switch (draft.kind) {
    case 'list': {
      const { least, most } = draft;
      return { kind: 'list', name, size: most, ...(least < most ? { length: `${name}.length` } : {}) };
    }
    case 'permutation':
      return {
        kind: 'permutation',
        parts: numbered('.place', draft.choices.length - 1),
        choices: draft.choices,
      };
    case 'subset':
      return { kind: 'subset', parts: numbered('.has', draft.choices.length), choices: draft.choices };
    case 'simplex':
      return { kind: 'simplex', parts: numbered('.rest', draft.size - 1), total: draft.total };
  }
};

/** The parameters that a composite is made of, in an order in which each follows what its condition names. */
export const partsOf = (draft: DraftComposite): readonly DraftParameter[] => {
  const names = partNames(assemblyOf(draft));
  const condition = draft.condition === undefined ? {} : { condition: draft.condition };
  const whole = { kind: 'int', low: 0, log: false } as const;
  switch (draft.kind) {
    case 'list':
      return listParts(draft, names);
    case 'permutation':
      return names.map((name, i) => ({ ...whole, name, high: i + 1, ...condition }));
    case 'subset':
      return names.map((name) => ({ kind: 'bool', name, ...condition }));
    case 'simplex':
      return names.map((name) => ({ kind: 'float', name, low: 0, high: 1, log: false, ...condition }));
  }
};

const listParts = (
  { name, least, most, item, condition }: DraftComposite & { readonly kind: 'list' },
  names: readonly string[],
): readonly DraftParameter[] => {
  const always = condition === undefined ? {} : { condition };
  if (least === most) return names.map((part) => ({ ...item, name: part, ...always }));
  const [length = '', ...items] = names;
  return [
    { kind: 'int', name: length, low: least, high: most, log: false, ...always },
    ...items.map((part, i) =>
      i < least
        ? { ...item, name: part, ...always }
        : { ...item, name: part, condition: `${name}.length > ${i}` },
    ),
  ];
};

/** What a subset's flags have to keep; undefined where any of them will do. */
export const countConstraint = (draft: DraftComposite): string | undefined => {
  if (draft.kind !== 'subset') return undefined;
  const { name, least, most, choices } = draft;
  if (least === most) return `len(${name}) == ${least}`;
  const atLeast = least > 0 ? `${least} <= ` : '';
  const atMost = most < choices.length ? ` <= ${most}` : '';
  return atLeast === '' && atMost === '' ? undefined : `${atLeast}len(${name})${atMost}`;
};

/** The constraints that were declared, without those that follow from the sizes of subsets. */
export const ownConstraints = (space: SearchSpace): readonly Expression[] => {
  const counts = compositesOf(space).filter((each) => countConstraint(draftOf(each)) !== undefined).length;
  return counts === 0 ? space.constraints : space.constraints.slice(0, -counts);
};

/** A composite as it was drafted. */
export const draftOf = ({ name, shape, condition }: Omit<Composite, 'assembly'>): DraftComposite => ({
  ...shape,
  name,
  ...(condition === undefined ? {} : { condition: condition.text }),
});

export const compositesOf = (space: SearchSpace): readonly Composite[] => space.composites ?? [];

const owners = new WeakMap<SearchSpace, ReadonlyMap<string, Composite>>();

/** The composites by the names of their parts. Worked out once for a space. */
export const compositeByPart = (space: SearchSpace): ReadonlyMap<string, Composite> => {
  let byPart = owners.get(space);
  if (byPart === undefined) {
    byPart = new Map(
      compositesOf(space).flatMap((composite) =>
        partNames(composite.assembly).map((part) => [part, composite] as const),
      ),
    );
    owners.set(space, byPart);
  }
  return byPart;
};

/** The name a person knows a parameter by: that of the composite whose part it is, else its own. */
export const shownName = (space: SearchSpace, name: string): string => ownerOf(space, name)?.name ?? name;

/** Names of all that a person tunes, and of derived values, in the space's order. */
export const shownNames = (space: SearchSpace): readonly string[] => [
  ...new Set([
    ...space.parameters.map(({ name }) => shownName(space, name)),
    ...space.derived.map(({ name }) => name),
  ]),
];

/** A list that a person wrote may have more items than any proposed one. */
const ownerOf = (space: SearchSpace, name: string): Composite | undefined =>
  compositeByPart(space).get(name) ??
  compositesOf(space).find((each) => each.shape.kind === 'list' && isItemOf(each.name, name));

const isItemOf = (list: string, name: string): boolean =>
  name.startsWith(`${list}[`) && /^\[\d+\]$/.test(name.slice(list.length));

/** An assignment as a person sees it; what is no part of a composite stays as it is. */
export const shownAssignment = (space: SearchSpace, params: Assignment): ShownAssignment => {
  if (compositesOf(space).length === 0) return params;
  const shown: Record<string, SourceValue> = {};
  for (const [name, value] of Object.entries(params)) {
    const owner = ownerOf(space, name);
    if (owner === undefined) shown[name] = value;
    else if (!Object.hasOwn(shown, owner.name)) {
      const list = assemble(owner.assembly, params);
      if (list !== undefined) shown[owner.name] = list;
    }
  }
  return shown;
};

/**
 * The values with composites taken apart, for `reconcile`, `checkAssignment` and samplers. A list that is no value of
 * its composite gives the parts nearest to it.
 */
export const searchedFromShown = (
  space: SearchSpace,
  values: Readonly<Record<string, SourceValue | undefined>>,
): PartValues => {
  const apart: Record<string, ParamValue | undefined> = {};
  for (const [name, value] of Object.entries(values)) if (!isList(value)) apart[name] = value;
  for (const { name, assembly } of compositesOf(space)) {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (isList(value)) Object.assign(apart, takeApart(assembly, value));
  }
  return apart;
};

/** As `searchedFromShown`, without the parts of lists that no parts make up. */
export const exactFromShown = (
  space: SearchSpace,
  values: Readonly<Record<string, SourceValue | undefined>>,
): PartValues => {
  const lists = new Map(compositesOf(space).map(({ name, assembly }) => [name, assembly]));
  const exact = Object.entries(values).filter(([name, value]) => {
    const assembly = lists.get(name);
    return assembly === undefined || !isList(value) || isMadeOfParts(assembly, value);
  });
  return searchedFromShown(space, Object.fromEntries(exact));
};

/** Shares that a person wrote with a few digits may miss their total by as much. */
const roundingOfShares = 2e-6;

/** Do parts make up this value exactly? The order of a subset does not matter, nor does the rounding of shares. */
export const isMadeOfParts = (assembly: Assembly, value: readonly ParamValue[]): boolean => {
  const made = assemble(assembly, takeApart(assembly, value));
  if (made?.length !== value.length) return false;
  if (assembly.kind === 'simplex') {
    const near = roundingOfShares * assembly.total;
    return value.every((share, i) => Math.abs(Number(share) - Number(made[i])) <= near);
  }
  if (assembly.kind === 'subset') return value.every((choice) => made.includes(choice));
  return value.every((item, i) => item === made[i]);
};

export const isList = (value: SourceValue | undefined): value is readonly ParamValue[] =>
  Array.isArray(value);
