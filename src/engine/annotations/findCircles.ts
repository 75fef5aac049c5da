import { namesUsed } from './namesUsed.ts';
import type { AnnotatedTunable } from './tunable.ts';

/** The tunables that lie on a circle of conditions and derived values, with the circle in words: `a → b → a`. */
export const findCircles = (tunables: readonly AnnotatedTunable[]): ReadonlyMap<AnnotatedTunable, string> => {
  const byName = new Map(tunables.map((tunable) => [tunable.name, tunable]));
  const state = new Map<string, 'open' | 'done'>();
  const found = new Map<AnnotatedTunable, string>();
  // Depth first with a stack of its own, so that a chain of any length is walked.
  for (const root of tunables) {
    const path: { readonly tunable: AnnotatedTunable; readonly needs: string[] }[] = [];
    const open = (tunable: AnnotatedTunable): void => {
      state.set(tunable.name, 'open');
      path.push({ tunable, needs: [...namesUsed(tunable)] });
    };
    if (!state.has(root.name)) open(root);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const needed = tunableCalled(top.needs.pop() ?? '', byName);
      if (needed && !state.has(needed.name)) open(needed);
      else if (needed && state.get(needed.name) === 'open') {
        const from = path.findIndex(({ tunable }) => tunable === needed);
        const circle = path.slice(from).map(({ tunable }) => tunable);
        const words = [...circle, needed].map(({ name }) => name).join(' → ');
        for (const tunable of circle) found.set(tunable, words);
      } else if (top.needs.length === 0) {
        state.set(top.tunable.name, 'done');
        path.pop();
      }
    }
  }
  return found;
};

/** The tunable of a name, or the composite whose part it names: `hidden` for `hidden.length`. */
const tunableCalled = (
  name: string,
  byName: ReadonlyMap<string, AnnotatedTunable>,
): AnnotatedTunable | undefined => {
  const owner = byName.get(name) ?? byName.get(name.replace(/(?:\.length|\[\d+\])$/u, ''));
  return owner?.name === name || owner?.role.kind === 'composite' ? owner : undefined;
};
