// The values of composites, made of their parts and taken apart again.
import type { Assembly, Scalar } from './expressionNode.ts';

type Values = Readonly<Record<string, Scalar | undefined>>;

export const itemName = (list: string, index: number): string => `${list}[${index}]`;

/** The names of a composite's parts, in the space's order. */
export const partNames = (assembly: Assembly): readonly string[] => {
  if (assembly.kind !== 'list') return assembly.parts;
  const items = itemNames(assembly);
  return assembly.length === undefined ? items : [assembly.length, ...items];
};

/** The composite's value; undefined where a part that it needs has none, because the composite is inactive. */
export const assemble = (assembly: Assembly, values: Values): readonly Scalar[] | undefined => {
  switch (assembly.kind) {
    case 'list':
      return assembleList(assembly, values);
    case 'permutation':
      return assemblePermutation(assembly, values);
    case 'subset': {
      const flags = valuesOf(assembly.parts, values);
      return flags && assembly.choices.filter((_, i) => flags[i] === true);
    }
    case 'simplex':
      return assembleSimplex(assembly, values);
  }
};

/**
 * Parts that make up a value, or one near it where it is no value of the composite: names that no part has are left
 * out, choices that are missing follow at the end. `assemble` tells whether they make up the value itself.
 */
export const takeApart = (assembly: Assembly, value: readonly Scalar[]): Record<string, Scalar> => {
  switch (assembly.kind) {
    case 'list': {
      const items = value.map((item, i) => [itemName(assembly.name, i), item] as const);
      return Object.fromEntries(
        assembly.length === undefined
          ? items.slice(0, assembly.size)
          : [[assembly.length, value.length], ...items],
      );
    }
    case 'permutation':
      return takeApartPermutation(assembly, value);
    case 'subset':
      return Object.fromEntries(
        assembly.parts.map((part, i) => [part, value.includes(assembly.choices[i] ?? null)]),
      );
    case 'simplex':
      return takeApartSimplex(assembly, value);
  }
};

const own = (values: Values, name: string): Scalar | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

/** Undefined when one is missing. */
const valuesOf = (names: readonly string[], values: Values): readonly Scalar[] | undefined => {
  const found: Scalar[] = [];
  for (const name of names) {
    const value = own(values, name);
    if (value === undefined) return undefined;
    found.push(value);
  }
  return found;
};

const assembleList = (
  list: Assembly & { readonly kind: 'list' },
  values: Values,
): readonly Scalar[] | undefined => {
  const { name, size, length } = list;
  const count = length === undefined ? size : own(values, length);
  if (typeof count !== 'number') return undefined;
  const names = itemNames(list);
  const items: Scalar[] = [];
  for (let i = 0; i < count; i++) {
    const item = own(values, names[i] ?? itemName(name, i));
    if (item === undefined) return undefined;
    items.push(item);
  }
  return items;
};

const namesOfItems = new WeakMap<Assembly, readonly string[]>();

/** The names of a list's items up to its size; kept with the object, since expressions ask for them at every draw. */
const itemNames = (list: Assembly & { readonly kind: 'list' }): readonly string[] => {
  let names = namesOfItems.get(list);
  if (names === undefined) {
    names = Array.from({ length: list.size }, (_, i) => itemName(list.name, i));
    namesOfItems.set(list, names);
  }
  return names;
};

/**
 * Each choice is put in among those before it, at the place that its part says: the inversion table of the permutation
 * (Knuth, The Art of Computer Programming 3, section 5.1.1). Unlike keys to sort by, it gives each permutation once,
 * in whole numbers, all equally likely when the places are; and one place changed moves one choice only.
 */
const assemblePermutation = (
  { parts, choices }: Assembly & { readonly kind: 'permutation' },
  values: Values,
): readonly Scalar[] | undefined => {
  const places = valuesOf(parts, values);
  if (places === undefined) return undefined;
  const order = choices.slice(0, 1);
  places.forEach((place, i) => {
    order.splice(Number(place), 0, choices[i + 1] ?? null);
  });
  return order;
};

const takeApartPermutation = (
  { parts, choices }: Assembly & { readonly kind: 'permutation' },
  value: readonly Scalar[],
): Record<string, Scalar> => {
  const rank = (choice: Scalar): number => {
    const at = value.indexOf(choice);
    return at < 0 ? value.length + choices.indexOf(choice) : at;
  };
  const ranks = choices.map(rank);
  return Object.fromEntries(
    parts.map((part, i) => {
      const own = ranks[i + 1] ?? 0;
      return [part, ranks.slice(0, i + 1).filter((other) => other < own).length];
    }),
  );
};

/**
 * Stick breaking: of what is left for m shares, v^(1 / (m - 1)) stays for those behind the first, which makes
 * independent uniform v uniform on the simplex (Devroye, Non-Uniform Random Variate Generation, chapter XI, theorem
 * 4.2). Where one share takes nearly all, v is tiny and still exact; 1 - v would be 1.
 */
const assembleSimplex = (
  { parts, total }: Assembly & { readonly kind: 'simplex' },
  values: Values,
): readonly number[] | undefined => {
  const sticks = valuesOf(parts, values);
  if (sticks === undefined) return undefined;
  let left = 1;
  // Sums so far, not shares, are rounded: that keeps shares at 0 or above, and their sum.
  const ends = sticks.map((v, k) => {
    left *= Number(v) ** (1 / (sticks.length - k));
    return Math.round((1 - left) * grains);
  });
  return [...ends, grains].map((end, k) =>
    Number((((end - (ends[k - 1] ?? 0)) * total) / grains).toPrecision(shareDigits)),
  );
};

/**
 * Shares are whole millionths of their total. People read and write such numbers, and one taken apart and put together
 * again is the same to the last bit.
 */
const grains = 1_000_000;
/** Enough for a millionth of any total with a few digits; the sum is then off by less than 1e-12 of it. */
const shareDigits = 13;

const takeApartSimplex = (
  { parts }: Assembly & { readonly kind: 'simplex' },
  value: readonly Scalar[],
): Record<string, Scalar> => {
  const shares = Array.from({ length: parts.length + 1 }, (_, i) => Math.max(0, Number(value[i]) || 0));
  return Object.fromEntries(
    parts.map((part, k) => {
      // Added from the end, so that what is left is as exact as its smallest share.
      const rest = shares.slice(k + 1).reduceRight((sum, share) => sum + share, 0);
      const all = rest + (shares[k] ?? 0);
      return [part, all > 0 ? (rest / all) ** (parts.length - k) : 1];
    }),
  );
};
