import type { AnnotatedTunable } from './tunable.ts';

/** The names that a tunable's condition and derived value depend on. */
export const namesUsed = ({ role }: AnnotatedTunable): readonly string[] => {
  if (role.kind === 'search') return role.parameter.condition?.names ?? [];
  if (role.kind === 'composite') return role.composite.condition?.names ?? [];
  if (role.kind === 'derived')
    return [...role.derived.expression.names, ...(role.derived.condition?.names ?? [])];
  return [];
};
