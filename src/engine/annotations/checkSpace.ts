import { partNames } from '../space/assembly.ts';
import { assemblyOf, draftOf as draftOfComposite } from '../space/composite.ts';
import { createSpace } from '../space/create.ts';
import type { DraftComposite, DraftParameter, SpaceDraft } from '../space/draft.ts';
import type { SpaceProblem } from '../space/problem.ts';
import { anError } from './grammar/problem.ts';
import type { Placed } from './grammar/item.ts';
import { namesUsed } from './namesUsed.ts';
import type { AnnotatedTunable, AnnotationProblem, Span } from './tunable.ts';

interface Asked {
  readonly tunables: readonly AnnotatedTunable[];
  readonly constraints: readonly Placed[];
}

/**
 * What is wrong with the search space that a file asks for although each annotation reads well, such as text
 * compared with a number. Says nothing where a name is missing here: it stands in another file, or has an error.
 */
export const checkSpace = (source: string, asked: Asked): AnnotationProblem[] => {
  const { tunables, constraints } = asked;
  const names = new Set(tunables.flatMap(namesOf));
  const used = [...tunables.map(namesUsed), ...constraints.map(({ expression }) => expression.names)].flat();
  if (!used.every((name) => names.has(name))) return [];
  const made = createSpace(draftOf(asked));
  if (made.ok) return [];
  return made.error.map((problem) => anError(problem.code, problem.message, placeOf(source, asked, problem)));
};

/** A composite's parts have names of their own: `hidden.length`. */
const namesOf = ({ name, role }: AnnotatedTunable): readonly string[] =>
  role.kind === 'composite' ? [name, ...partNames(assemblyOf(draftOfComposite(role.composite)))] : [name];

const draftOf = ({ tunables, constraints }: Asked): SpaceDraft => ({
  parameters: tunables.flatMap(({ role }): (DraftParameter | DraftComposite)[] => {
    if (role.kind === 'composite') return [draftOfComposite(role.composite)];
    if (role.kind !== 'search') return [];
    const { condition, ...parameter } = role.parameter;
    return [condition ? { ...parameter, condition: condition.text } : parameter];
  }),
  derived: tunables.flatMap(({ role }) => {
    if (role.kind !== 'derived') return [];
    const { name, expression, condition } = role.derived;
    return [{ name, expression: expression.text, ...(condition && { condition: condition.text }) }];
  }),
  constraints: constraints.map(({ expression }) => expression.text),
});

/** The expression at fault where it is found in its annotation, else the whole annotation. */
const placeOf = (source: string, { tunables, constraints }: Asked, problem: SpaceProblem): Span => {
  const whole = tunables.find(({ name }) => name === problem.parameter)?.annotation ??
    constraints[problem.constraint ?? -1]?.span ?? { start: 0, end: 0 };
  const { text = '' } = problem;
  const start = text === '' ? -1 : source.slice(0, whole.end).indexOf(text, whole.start);
  return start < 0 ? whole : { start, end: start + text.length };
};
