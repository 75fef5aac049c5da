/** A name and the names it needs a value of first. */
export interface Node {
  readonly name: string;
  readonly needs: readonly string[];
}

/**
 * Names ordered so that each follows what it needs, otherwise as given; `first` names go before others wherever
 * they can. Expects no circle; names needed but not given are ignored.
 */
export const inDependencyOrder = (nodes: readonly Node[], first: ReadonlySet<string>): readonly string[] => {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const order: string[] = [];
  const placed = new Set<string>();
  // Depth first with an explicit stack: a chain of dependencies may be longer than the call stack is deep.
  const place = (start: string): void => {
    const stack = [start];
    for (let name = stack.at(-1); name !== undefined; name = stack.at(-1)) {
      const next = byName.get(name)?.needs.find((need) => byName.has(need) && !placed.has(need));
      if (next !== undefined && !placed.has(name)) {
        stack.push(next);
        continue;
      }
      stack.pop();
      if (placed.has(name)) continue;
      placed.add(name);
      order.push(name);
    }
  };
  for (const { name } of nodes) if (first.has(name)) place(name);
  for (const { name } of nodes) place(name);
  return order;
};

/** The names along one circle of dependencies; undefined when there is none. */
export const dependencyCircle = (nodes: readonly Node[]): readonly string[] | undefined => {
  const dependants = new Map<string, string[]>(nodes.map((node) => [node.name, []]));
  const open = new Map<string, number>();
  for (const { name, needs } of nodes) {
    const known = new Set(needs.filter((need) => dependants.has(need)));
    open.set(name, known.size);
    for (const need of known) dependants.get(need)?.push(name);
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([name]) => name);
  for (let name = ready.pop(); name !== undefined; name = ready.pop()) {
    open.delete(name);
    for (const dependant of dependants.get(name) ?? []) {
      const left = (open.get(dependant) ?? 0) - 1;
      open.set(dependant, left);
      if (left === 0) ready.push(dependant);
    }
  }
  return walkCircle(nodes, open);
};

/** Every name left needs another that is left, so following needs must come back to a name seen. */
const walkCircle = (
  nodes: readonly Node[],
  left: ReadonlyMap<string, number>,
): readonly string[] | undefined => {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const path: string[] = [];
  const seen = new Map<string, number>();
  let name = nodes.find((node) => left.has(node.name))?.name;
  while (name !== undefined) {
    const at = seen.get(name);
    if (at !== undefined) return path.slice(at);
    seen.set(name, path.length);
    path.push(name);
    name = byName.get(name)?.needs.find((need) => left.has(need));
  }
  return undefined;
};
