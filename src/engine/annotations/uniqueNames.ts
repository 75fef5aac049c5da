/** Something with a name of its own that an owner can make unique. */
interface Owned {
  readonly name: string;
  readonly owner?: string;
}

/**
 * Names that are unique in the file, in the same order. A name that several bear is told apart by its owner
 * (`Config.lr`, `train.lr`); one without an owner keeps the bare name. Undefined where nothing tells it apart.
 */
export const uniqueNames = (owned: readonly Owned[]): (string | undefined)[] => {
  const counts = new Map<string, number>();
  for (const { name } of owned) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set<string>();
  return owned.map(({ name, owner }) => {
    const unique = counts.get(name) === 1 || owner === undefined ? name : `${owner}.${name}`;
    if (taken.has(unique)) return undefined;
    taken.add(unique);
    return unique;
  });
};
