import type { Pruner } from '../study/pruner.ts';

/** Lets every trial run to its end. */
export const nonePruner = (): Pruner => ({
  name: 'none',
  decide: () => ({ prune: false, reason: 'Trials run to their end in this study.' }),
});
