import { partNames } from '../space/assembly.ts';
import type { Objective } from '../study/objective.ts';
import { checkSpace } from './checkSpace.ts';
import { findCircles } from './findCircles.ts';
import type { Placed, Setting } from './grammar/item.ts';
import { anError, aWarning, withoutPart } from './grammar/problem.ts';
import type { Language } from './language.ts';
import { languageCalled } from './languages.ts';
import type { Lines } from './lines.ts';
import { type Asked, type AskedProblem, pairAsked } from './pairAsked.ts';
import type { Pairing } from './pairItems.ts';
import { type CommentReading, readComment } from './readComment.ts';
import { resolveBody, resolveExpression, type Scope } from './resolveExpression.ts';
import type { SourceMemory } from './sourceMemory.ts';
import { isSeed, outsideWarning, roleOf, unreachedWarning } from './roleOf.ts';
import type {
  AnnotatedTunable,
  AnnotationProblem,
  FileAnnotations,
  LanguageId,
  Span,
  StudyOptions,
  TunableRole,
} from './tunable.ts';
import { uniqueNames } from './uniqueNames.ts';

/**
 * Reads the annotations of a file without running it. Never throws on any text. Languages parse only what they need to,
 * so a large file costs little and an error elsewhere does no harm. A tunable whose annotation has an error is left out
 * of `tunables`; the error is in `problems`. `otherNames` are names tuned in other files of the same study, which
 * conditions may use; without them they are unknown names. `memory` is of the versions of this text read before.
 */
export const scanSource = (
  id: LanguageId,
  text: string,
  otherNames: Iterable<string> = [],
  memory?: SourceMemory,
): FileAnnotations => scanAsked(id, text, otherNames, [], memory).annotations;

/** `scanSource` of a configuration file together with what other files ask of it, and what is wrong with that there. */
export const scanAsked = (
  id: LanguageId,
  text: string,
  otherNames: Iterable<string>,
  asked: readonly Asked[],
  memory?: SourceMemory,
): { readonly annotations: FileAnnotations; readonly problems: readonly AskedProblem[] } => {
  const language = languageCalled(id);
  // A byte order mark would be read as part of the first name; a space keeps every offset.
  const source = text.startsWith('\uFEFF') ? ` ${text.slice(1)}` : text;
  const file = language.open(source, memory);
  const readings = file.comments().map((found) => readComment(source, found, file.lines, language));
  const other = pairAsked(asked, file, language);
  const pairings = [...readings.flatMap((reading) => reading.pairings), ...other.pairings];
  const named = nameTunables(pairings, file.lines, otherNames, language);
  const objectives = uniqueObjectives(source, readings);
  const options = collectOptions(source, readings);
  const resolved = readings
    .flatMap((reading) => reading.constraints)
    .map((placed) => resolveExpression(placed, undefined, named.scope));
  const constraints = resolved.flatMap((each) => (each.ok ? [each.value] : []));
  const annotations: FileAnnotations = {
    comments: readings.flatMap(({ place }) => place ?? []),
    tunables: named.tunables,
    reports: readings.flatMap(({ reports }) => reports),
    objectives: objectives.objectives,
    constraints: constraints.map(({ expression, span }) => ({ text: expression.text, span })),
    limits: readings.flatMap(({ limits }) => limits),
    options: options.options,
    problems: [
      ...readings.flatMap(({ problems }) => problems),
      ...named.problems,
      ...objectives.problems,
      ...options.problems,
      ...resolved.flatMap((each) => (each.ok ? [] : [each.error])),
      ...constraints.flatMap(idleConstraint),
      // What others ask of this file is checked where all files are put together.
      ...(asked.length > 0 ? [] : checkSpace(source, { tunables: named.tunables, constraints })),
      ...file.reassigned(pairings.map(({ slot }) => slot)),
    ].sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end),
    elsewhere: readings.flatMap(({ elsewhere }) => elsewhere ?? []),
    imports: file.imports(),
  };
  return { annotations, problems: [...other.problems, ...named.asked] };
};

/** A `where` that names nothing tuned says the same of every trial. */
const idleConstraint = ({ expression, span }: Placed): AnnotationProblem[] =>
  expression.names.length > 0
    ? []
    : [aWarning('range', 'This names nothing that is tuned, so it is the same for every trial.', span)];

interface Named {
  readonly tunables: readonly AnnotatedTunable[];
  readonly problems: readonly AnnotationProblem[];
  /** Of annotations in other files. */
  readonly asked: readonly AskedProblem[];
  readonly scope: Scope;
}

const nameTunables = (
  unsorted: readonly Pairing[],
  lines: Lines,
  otherNames: Iterable<string>,
  language: Language,
): Named => {
  const pairings = [...unsorted].sort((a, b) => a.slot.span.start - b.slot.span.start);
  const names = uniqueNames(pairings.map(({ slot }) => slot));
  const scope = scopeOfNames(pairings, names, otherNames);
  const tunables: AnnotatedTunable[] = [];
  const problems: AnnotationProblem[] = [];
  const asked: AskedProblem[] = [];
  pairings.forEach((pairing, i) => {
    const made = makeTunable(pairing, names[i], scope, lines, language);
    if (made.tunable) tunables.push(made.tunable);
    if (pairing.asked === undefined) problems.push(...made.problems);
    else
      asked.push(
        ...made.problems.map((problem) => ({
          asked: pairing.asked ?? 0,
          problem: withPlace(problem, pairing.span),
        })),
      );
  });
  const circles = findCircles(tunables);
  for (const [{ name, annotation, asked: by }, words] of circles) {
    const message = `${name} depends on itself: ${words}. Remove one of the conditions.`;
    const problem = anError('circular', message, annotation);
    if (by === undefined) problems.push(problem);
    else asked.push({ asked: by, problem });
  }
  return { tunables: tunables.filter((tunable) => !circles.has(tunable)), problems, asked, scope };
};

/** A problem that is shown in another file has its place there, and no repair here. */
const withPlace = ({ fix: _, ...problem }: AnnotationProblem, span: Span): AnnotationProblem => ({
  ...problem,
  span,
});

/** Names with a problem of their own count as known, so that one mistake is reported once. */
const scopeOfNames = (
  pairings: readonly Pairing[],
  names: readonly (string | undefined)[],
  otherNames: Iterable<string>,
): Scope => {
  const known = new Set(otherNames);
  const unusable = new Map<string, string>();
  pairings.forEach(({ slot, body }, i) => {
    const name = names[i];
    if (name === undefined) return;
    if (body.kind === 'budget') unusable.set(name, `${name} is a budget`);
    else if (isSeed(slot, body)) unusable.set(name, `${name} is a seed`);
    else {
      known.add(name);
      for (const part of partsOfList(name, body)) known.add(part);
    }
  });
  return { known, unusable };
};

/** What conditions may name of a list besides the list itself. */
const partsOfList = (name: string, body: Pairing['body']): readonly string[] => {
  if (body.kind !== 'composite' || body.shape.kind !== 'list') return [];
  const { least, most } = body.shape.counts;
  return partNames({ kind: 'list', name, size: most, ...(least < most && { length: `${name}.length` }) });
};

const makeTunable = (
  { slot, body, span, asked }: Pairing,
  name: string | undefined,
  scope: Scope,
  lines: Lines,
  language: Language,
): { readonly tunable?: AnnotatedTunable; readonly problems: readonly AnnotationProblem[] } => {
  if (name === undefined)
    return {
      problems: [
        anError(
          'duplicate',
          `${slot.name} is tuned at another place already: rename one, or remove one annotation.`,
          slot.span,
        ),
      ],
    };
  if (body.kind === 'broken') return { problems: [] };
  const resolved = resolveBody(body, slot.owner, scope);
  if (!resolved.ok) return { problems: [resolved.error] };
  const role = roleOf(name, slot, resolved.value, span);
  if (!role.ok) return { problems: [role.error] };
  if (language.lacksNull !== undefined && takesNull(role.value))
    return {
      problems: [anError('type', `${language.lacksNull} has no null: leave None out of the choices.`, span)],
    };
  const warnings = [
    outsideWarning(slot, role.value, body, language.render),
    unreachedWarning(role.value, body),
  ];
  const { form, text, value } = slot;
  const line = lines.lineOf(slot.span.start);
  const tunable = {
    name,
    form,
    span: slot.span,
    text,
    value,
    line,
    role: role.value,
    annotation: span,
    ...(asked !== undefined && { asked }),
  };
  return { tunable, problems: warnings.flatMap((warning) => warning ?? []) };
};

const takesNull = (role: TunableRole): boolean => {
  if (role.kind === 'search')
    return role.parameter.kind === 'categorical' && role.parameter.choices.includes(null);
  if (role.kind !== 'composite') return false;
  const { shape } = role.composite;
  const choices =
    shape.kind === 'list'
      ? shape.item.kind === 'categorical' && shape.item.choices
      : shape.kind !== 'simplex' && shape.choices;
  return choices !== false && choices.includes(null);
};

const uniqueObjectives = (
  source: string,
  readings: readonly CommentReading[],
): { objectives: Objective[]; problems: AnnotationProblem[] } => {
  const byMetric = new Map<string, Objective>();
  const problems: AnnotationProblem[] = [];
  const asked = readings.flatMap(({ objectives, place }) => objectives.map((each) => ({ ...each, place })));
  for (const { metric, direction, span, place } of asked) {
    const before = byMetric.get(metric);
    if (!before) byMetric.set(metric, { metric, direction });
    else if (before.direction !== direction)
      problems.push(
        anError(
          'duplicate',
          `${metric} is to be ${before.direction}d above and ${direction}d here: keep one.`,
          span,
          place && withoutPart(source, place.body, span, 'Remove this one'),
        ),
      );
  }
  return { objectives: [...byMetric.values()], problems };
};

const collectOptions = (
  source: string,
  readings: readonly CommentReading[],
): { options: StudyOptions; problems: AnnotationProblem[] } => {
  const seen = new Set<string>();
  const problems: AnnotationProblem[] = [];
  let options: StudyOptions = { budget: {} };
  const asked = readings.flatMap(({ settings, place }) => settings.map((each) => ({ ...each, place })));
  for (const { setting, span, place } of asked) {
    if (seen.has(setting.name))
      problems.push(
        anError(
          'duplicate',
          'This is set above already: keep one.',
          span,
          place && withoutPart(source, place.body, span, 'Remove this one'),
        ),
      );
    else options = withSetting(options, setting);
    seen.add(setting.name);
  }
  return { options, problems };
};

const withSetting = (options: StudyOptions, { name, value }: Setting): StudyOptions =>
  name === 'trials' || name === 'timeMs'
    ? { ...options, budget: { ...options.budget, [name]: value } }
    : { ...options, [name]: value };
