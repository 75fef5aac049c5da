import { aWarning } from '../grammar/problem.ts';
import type { LiteralSlot } from '../slot.ts';
import type { AnnotationProblem } from '../tunable.ts';
import type { PythonFile } from './pythonFile.ts';
import { moduleScope } from './statements.ts';

/** A warning for each tuned variable that gets another value later in its own scope. */
export const reassigned = (file: PythonFile, tuned: readonly LiteralSlot[]): AnnotationProblem[] => {
  const variables = tuned.filter(({ scope }) => scope !== undefined);
  const byName = new Map<string, LiteralSlot[]>();
  for (const slot of variables) byName.set(slot.name, [...(byName.get(slot.name) ?? []), slot]);
  const globals = new Set(variables.filter(({ scope }) => scope === moduleScope).map(({ name }) => name));
  const scopes = new Set(variables.map(({ scope }) => scope));
  const warned = new Set<LiteralSlot>();
  if (variables.length === 0) return [];
  const mentioning = new Set(globals.size === 0 ? [] : file.holding(anyOf(globals)));
  return file.chunks.flatMap((place) => {
    const holdsScope = [...scopes].some(
      (scope) => scope !== undefined && scope >= place.start && scope < place.end,
    );
    const mayAssign = () =>
      mentioning.has(place) && file.fact(place, 'assignable', assignable).some((name) => globals.has(name));
    if (!holdsScope && !mayAssign()) return [];
    return file.rebindings(place).flatMap(({ name, scope, from, to }) => {
      const slot = byName
        .get(name)
        ?.find((each) => each.scope === scope && each.span.end < from && !warned.has(each));
      if (!slot) return [];
      warned.add(slot);
      const line = file.lines.lineOf(slot.span.start) + 1;
      const message = `${name} is tuned on line ${line} and assigned anew here: a trial's value holds only until then.`;
      return [{ ...aWarning('reassigned', message, { start: from, end: to }), about: slot.span }];
    });
  });
};

/** Any of the names as a whole word. */
const anyOf = (names: ReadonlySet<string>): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])(?:${[...names].join('|')})(?![\\p{L}\\p{N}_])`, 'gu');

const definition = /^(?:def|class|async|@)/u;
const block = /^(?:if|for|while|with|try|match)\b/u;
const words = /[\p{L}_][\p{L}\p{N}_]*/gu;

/** The words of a top-level statement that may name what it assigns. A quick look that spares most of them the parser. */
const assignable = (text: string): readonly string[] => {
  const isDefinition = definition.test(text);
  if (isDefinition && !text.includes('global')) return [];
  const whole = isDefinition || block.test(text) || text.includes(';');
  return [...new Set((whole ? text : targetsOf(text)).match(words))];
};

/** The part of a simple statement that holds its targets: up to the last `=` before its value calls or quotes anything. */
const targetsOf = (text: string): string => {
  const first = text.indexOf('=');
  if (first < 0) return '';
  const value = text.slice(first).search(/[(["'{#]/u);
  return text.slice(0, text.lastIndexOf('=', value < 0 ? text.length : first + value) + 1);
};
