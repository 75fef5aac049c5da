import type { DerivedParameter, Parameter, SearchSpace } from './parameter.ts';

export type PlanItem =
  | { readonly kind: 'searched'; readonly parameter: Parameter }
  | { readonly kind: 'derived'; readonly derived: DerivedParameter };

/** A space's parameters and derived values in an order in which each follows all that it depends on. */
export interface Plan {
  readonly items: readonly PlanItem[];
  readonly byName: ReadonlyMap<string, PlanItem>;
  /** No derived values and no constraints: any combination of active legal values will do. */
  readonly isFree: boolean;
}

const cache = new WeakMap<SearchSpace, Plan>();

/** Worked out once for a space object and kept with it. */
export const planOf = (space: SearchSpace): Plan => {
  let plan = cache.get(space);
  if (plan === undefined) {
    plan = makePlan(space);
    cache.set(space, plan);
  }
  return plan;
};

const makePlan = (space: SearchSpace): Plan => {
  const items: PlanItem[] = [];
  const placed = new Set<string>();
  let waiting: readonly DerivedParameter[] = space.derived;
  const placeDerived = (): void => {
    waiting = waiting.filter((derived) => {
      const names = [...derived.expression.names, ...(derived.condition?.names ?? [])];
      if (!names.every((name) => placed.has(name))) return true;
      items.push({ kind: 'derived', derived });
      placed.add(derived.name);
      return false;
    });
  };
  for (const parameter of space.parameters) {
    placeDerived();
    items.push({ kind: 'searched', parameter });
    placed.add(parameter.name);
  }
  placeDerived();
  return {
    items,
    byName: new Map(
      items.map((item) => [item.kind === 'searched' ? item.parameter.name : item.derived.name, item]),
    ),
    isFree: space.derived.length === 0 && space.constraints.length === 0,
  };
};
