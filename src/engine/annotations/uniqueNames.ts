/** Something with a name of its own that an owner can make unique. */
interface Owned {
  readonly name: string;
  readonly owner?: string;
  /** Tells apart those that share an owner, too. */
  readonly target?: string;
  /** What nobody can rename, such as the argument of a library's function, is counted where nothing else helps. */
  readonly form?: { readonly kind: string };
}

/**
 * Names that are unique in the file, in the same order. A name that several bear is told apart by its owner
 * (`Config.lr`, `train.lr`), those of one owner by what they are assigned to (`opt_d.lr` for `opt_d = Adam(lr=…)`); one
 * without an owner keeps the bare name. Undefined where nothing tells it apart and it could be renamed.
 */
export const uniqueNames = (owned: readonly Owned[]): (string | undefined)[] => {
  const bare = countOf(owned.map(({ name }) => name));
  const withOwner = countOf(owned.map(ownedName));
  const taken = new Set<string>();
  return owned.map((each) => {
    const { name, target, form } = each;
    const full = ownedName(each);
    const shared = (withOwner.get(full) ?? 0) > 1;
    const unique = bare.get(name) === 1 ? name : shared && target !== undefined ? `${target}.${name}` : full;
    const free = taken.has(unique) && countable.has(form?.kind ?? '') ? numbered(unique, taken) : unique;
    if (taken.has(free)) return undefined;
    taken.add(free);
    return free;
  });
};

const countable: ReadonlySet<string> = new Set(['keyword', 'argument', 'entry', 'dict']);

const ownedName = ({ name, owner }: Owned): string => (owner === undefined ? name : `${owner}.${name}`);

const countOf = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const numbered = (name: string, taken: ReadonlySet<string>): string => {
  let count = 2;
  while (taken.has(`${name}_${count}`)) count++;
  return `${name}_${count}`;
};
