import type { MetricLimit, Objective } from '../study/objective.ts';
import type { Item, ObjectiveBody, Placed, Setting } from './grammar/item.ts';
import { type ParsedAnnotation, parseAnnotation } from './grammar/parseAnnotation.ts';
import { aFix, anError } from './grammar/problem.ts';
import type { FoundComment, Language } from './language.ts';
import type { Lines } from './lines.ts';
import { countedSlots, isLiteralBody, type Pairing, pairItems } from './pairItems.ts';
import type { Slot } from './slot.ts';
import type {
  AnnotationProblem,
  CommentPlace,
  Elsewhere,
  LiteralPlace,
  ReportAssignment,
  Span,
} from './tunable.ts';

/** What one comment says, before names are compared across the file. */
export interface CommentReading {
  readonly pairings: readonly Pairing[];
  readonly reports: readonly ReportAssignment[];
  readonly objectives: readonly (Objective & { readonly span: Span })[];
  readonly constraints: readonly Placed[];
  readonly limits: readonly MetricLimit[];
  readonly settings: readonly { readonly setting: Setting; readonly span: Span }[];
  readonly problems: readonly AnnotationProblem[];
  /** Undefined where the comment is prose. */
  readonly place?: CommentPlace;
  /** What it asks of another file. */
  readonly elsewhere?: Elsewhere;
}

const nothing: CommentReading = {
  pairings: [],
  reports: [],
  objectives: [],
  constraints: [],
  limits: [],
  settings: [],
  problems: [],
};

/** Reads one annotation comment together with the statement it stands behind. Prose is nothing. */
export const readComment = (
  source: string,
  found: FoundComment,
  lines: Lines,
  language: Language,
): CommentReading => {
  const { comment } = found;
  if (comment.file) return readElsewhere(source, comment, comment.file);
  const parsed = parseAnnotation(source, comment.body, { isPython: language.id === 'python' });
  if (comment.style === 'slip') return { ...nothing, problems: slip(source, comment, parsed) };
  const slots = comment.standalone ? [] : found.slots();
  if (comment.style === 'named' && !isMeant(parsed, slots)) return nothing;
  const { pairings, problems } = pairItems(parsed.items, slots, { ...comment, language });
  const objectives = parsed.items.flatMap(({ body, span }) =>
    body.kind === 'objective' ? [readObjective(found, { lines, language }, body, span)] : [],
  );
  return {
    place: placeOf(comment, slots),
    pairings,
    reports: objectives.flatMap(({ reports }) => reports),
    objectives: objectives.flatMap((each) => each.objectives),
    constraints: parsed.items.flatMap(({ body }) => (body.kind === 'where' ? [body.constraint] : [])),
    limits: parsed.items.flatMap(({ body }) => (body.kind === 'limit' ? [body.limit] : [])),
    settings: parsed.items.flatMap(({ body, span }) =>
      body.kind === 'setting' ? [{ setting: body.setting, span }] : [],
    ),
    problems: [
      ...parsed.problems,
      ...problems,
      ...objectives.flatMap((each) => each.problems),
      ...strayNames(parsed.items),
    ],
  };
};

/** Only whether it can be read is judged here: the file it is about is not at hand. */
const readElsewhere = (
  source: string,
  comment: FoundComment['comment'],
  file: NonNullable<FoundComment['comment']['file']>,
): CommentReading => {
  const { items, problems } = parseAnnotation(source, comment.body, { targets: 'paths' });
  const nameless = items.flatMap(({ target, body, span }) => {
    if (body.kind === 'broken') return [];
    if (!isLiteralBody(body))
      return [anError('syntax', 'Give this a comment of its own: it is about the whole study.', span)];
    return target
      ? []
      : [anError('syntax', `Name the key in ${file.text} that is meant: optimizer.lr: ….`, span)];
  });
  return {
    ...nothing,
    place: placeOf(comment, []),
    elsewhere: { file: file.text, span: comment.span, body: comment.body },
    problems: [...problems, ...nameless],
  };
};

const placeOf = (
  { span, body, line, standalone }: FoundComment['comment'],
  slots: readonly Slot[],
): CommentPlace => {
  const counted = countedSlots(slots);
  const aside = slots.filter((slot) => !counted.includes(slot));
  return {
    span,
    body,
    line,
    standalone,
    literals: counted.flatMap(literalPlace),
    aside: aside.flatMap(literalPlace),
  };
};

const literalPlace = ({ name, owner, span, text, value, items }: Slot): readonly LiteralPlace[] => {
  const literal = value === undefined ? items?.map((item) => item.value) : value;
  if (literal === undefined) return [];
  return [{ name, ...(owner !== undefined && { owner }), span, text, value: literal }];
};

const searchKinds = new Set<Item['body']['kind']>([
  'range',
  'normal',
  'choices',
  'composite',
  'derived',
  'budget',
  'setting',
]);

const slip = (
  source: string,
  comment: FoundComment['comment'],
  { items, problems }: ParsedAnnotation,
): AnnotationProblem[] => {
  if (problems.length > 0 || !items.every(({ body }) => searchKinds.has(body.kind))) return [];
  const { start } = comment.span;
  const word = { start, end: comment.wordEnd };
  const lower = source.startsWith('tune', start);
  const message = lower ? 'Put a colon behind tune.' : 'Write tune in lower case, with a colon behind it.';
  return [
    anError(
      'syntax',
      message,
      word,
      aFix(
        'Change to "tune:"',
        { start, end: comment.body.start > comment.wordEnd ? comment.body.start : comment.wordEnd },
        'tune:',
      ),
    ),
  ];
};

/** `# tune lr: …` is meant for TuneLens if the line has an `lr`, or if it reads as a search space. */
const isMeant = ({ items, problems }: ParsedAnnotation, slots: readonly Slot[]): boolean =>
  items.some(({ target }) => slots.some(({ name }) => name === target?.text)) ||
  (problems.length === 0 && items.every(({ body }) => searchKinds.has(body.kind)));

/** `lr: trials 3` makes no sense: only search spaces belong to a literal. */
const strayNames = (items: readonly Item[]): AnnotationProblem[] =>
  items.flatMap(({ target, body }) =>
    target && !isLiteralBody(body)
      ? [
          anError(
            'syntax',
            `Leave out ${target.text}: this part is about the whole study.`,
            target,
            aFix(`Remove "${target.text}:"`, { start: target.start, end: target.colonEnd }, ''),
          ),
        ]
      : [],
  );

type ObjectiveReading = Pick<CommentReading, 'reports' | 'objectives' | 'problems'>;

const readObjective = (
  { comment, assigning }: FoundComment,
  { lines, language }: { readonly lines: Lines; readonly language: Language },
  body: ObjectiveBody,
  span: Span,
): ObjectiveReading => {
  const statements = comment.standalone ? [] : assigning();
  const { direction, metric } = body;
  const statement =
    metric === undefined ? statements.at(-1) : statements.findLast(({ names }) => names.includes(metric));
  const name = metric ?? (statement?.targets.length === 1 ? statement.names[0] : undefined);
  const failed = (code: 'syntax' | 'unsupported', message: string): ObjectiveReading => ({
    reports: [],
    objectives: [],
    problems: [anError(code, message, span)],
  });
  if (name === undefined && statement && statement.names.length === 0)
    return failed(
      'unsupported',
      `Only a plain name can be reported: assign ${statement.targets[0] ?? 'the value'} to one first.`,
    );
  if (name === undefined)
    return failed('syntax', `Name the metric, such as ${direction} ${statement?.names[0] ?? 'val_acc'}.`);
  const objective = { metric: name, direction };
  return {
    reports:
      statement && language.onlyPrinted !== true
        ? [{ name, objective, at: statement.end, line: lines.lineOf(statement.end) }]
        : [],
    objectives: [{ ...objective, span }],
    problems: [],
  };
};
