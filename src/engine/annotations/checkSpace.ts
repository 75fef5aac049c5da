import { partNames } from '../space/assembly.ts';
import { assemblyOf, draftOf as draftOfComposite } from '../space/composite.ts';
import { createSpace } from '../space/create.ts';
import type { DraftComposite, DraftParameter, SpaceDraft } from '../space/draft.ts';
import type { SpaceProblem } from '../space/problem.ts';
import type { Placed } from './grammar/item.ts';
import { aGuess, anError, type Fix } from './grammar/problem.ts';
import { namesUsed } from './namesUsed.ts';
import { nearest } from './nearest.ts';
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
  return made.error.map((problem) => {
    const place = placeOf(source, asked, problem);
    return anError(problem.code, problem.message, place, choiceFix(source, asked, place));
  });
};

/** `optimizer == "adma"`: the choice that was likely meant. */
const choiceFix = (source: string, { tunables }: Asked, place: Span): Fix | undefined => {
  const text = source.slice(place.start, place.end);
  const [, before = '', name = '', quote = '', value = ''] =
    /^(([\p{L}_][\p{L}\p{N}_.]*)\s*[!=]=\s*)(["'])([^"'\\]*)\3$/u.exec(text) ?? [];
  const role = tunables.find((tunable) => tunable.name === name || tunable.name.endsWith(`.${name}`))?.role;
  if (role?.kind !== 'search' || role.parameter.kind !== 'categorical') return undefined;
  const choices = role.parameter.choices.filter((choice) => typeof choice === 'string');
  const meant = nearest(value, choices);
  const written = `${quote}${meant}${quote}`;
  return meant === undefined
    ? undefined
    : aGuess(`Change to ${written}`, { start: place.start + before.length, end: place.end }, written);
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
