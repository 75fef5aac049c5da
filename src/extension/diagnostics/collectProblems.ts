import * as l10n from '@vscode/l10n';
import {
  type AnnotationProblem,
  type FileAnnotations,
  mentionsIn,
  nearest,
  type ProblemFix,
  type Span,
  strategiesIn,
} from '../../engine/index.ts';
import { offeredPruners, offeredSamplers } from '../contributions.ts';

/**
 * Names that the engine knows and settings do not offer; a test compares all of them with the engine's own lists, which
 * would bring every sampler into the editor's own thread.
 */
const knownStrategies: Readonly<Record<'sampler' | 'pruner', readonly string[]>> = {
  sampler: [...offeredSamplers, 'scalarized', 'bohb'],
  pruner: [...offeredPruners, 'threshold', 'halving', 'replay'],
};

export const isKnownStrategy = (of: 'sampler' | 'pruner', name: string): boolean =>
  knownStrategies[of].includes(name);

/** What is wrong with the annotations of a document: the scanner's own problems, and names that nothing is called. */
export const collectProblems = (
  source: string,
  { comments, problems }: Pick<FileAnnotations, 'comments' | 'problems'>,
): readonly AnnotationProblem[] => [
  ...problems,
  ...comments
    .flatMap((comment) => strategiesIn(source, comment))
    .filter(({ of, name }) => !isKnownStrategy(of, name))
    .map(({ of, name, span }): AnnotationProblem => {
      const meant = nearest(name, knownStrategies[of]);
      const message =
        of === 'sampler'
          ? l10n.t('There is no sampler called {0}.', name)
          : l10n.t('There is no rule for early stopping called {0}.', name);
      return {
        code: 'unknown-name',
        severity: 'error',
        message: meant === undefined ? message : `${message} ${l10n.t('Did you mean {0}?', meant)}`,
        span,
        ...(meant !== undefined && {
          fix: { title: l10n.t('Change to "{0}"', meant), span, text: meant, guess: true as const },
        }),
      };
    }),
];

/** The repairs that are certain, in source order, none of which touches another. */
export const certainFixes = (problems: readonly AnnotationProblem[]): readonly ProblemFix[] => {
  const fixes = problems
    .flatMap(({ fix }) => (fix === undefined || fix.guess === true ? [] : [fix]))
    .sort((a, b) => a.span.start - b.span.start);
  return fixes.filter((fix, i) => i === 0 || fix.span.start > (fixes[i - 1]?.span.end ?? 0));
};

interface Settled {
  readonly literals: ReadonlyMap<string, string>;
}

/**
 * Remembers what tuned literals were called while all names in annotations meant something, to see by which name a
 * literal goes when a condition names it by one that is gone.
 */
export class NameMemory {
  private readonly settled = new Map<string, Settled>();

  /** To be told of every reading of a document. */
  note(document: string, source: string, annotations: FileAnnotations): void {
    if (annotations.problems.some(({ code }) => code === 'unknown-name')) return;
    this.settled.set(document, { literals: literalsOf(source, annotations) });
  }

  forget(document: string): void {
    this.settled.delete(document);
  }

  /** Former names of literals that have another one now. */
  renamed(document: string, source: string, annotations: FileAnnotations): ReadonlyMap<string, string> {
    const before = this.settled.get(document)?.literals;
    const now = literalsOf(source, annotations);
    if (before === undefined) return new Map();
    const gone = [...before].filter(([name]) => !now.has(name));
    const fresh = [...now].filter(([name]) => !before.has(name));
    return new Map(
      gone.flatMap(([name, look]): [string, string][] => {
        const alike = fresh.filter(([, other]) => other === look);
        const [match] = alike.length === 1 ? alike : gone.length === 1 && fresh.length === 1 ? fresh : [];
        return match === undefined ? [] : [[name, match[0]]];
      }),
    );
  }
}

/** Names of annotated literals, each with what makes it known again: its text and its annotation. */
const literalsOf = (source: string, { comments }: FileAnnotations): ReadonlyMap<string, string> =>
  new Map(
    comments.flatMap(({ body, literals }) =>
      literals.map(({ name, text }): [string, string] => [
        name,
        `${text} ${source.slice(body.start, body.end)}`,
      ]),
    ),
  );

/** Where a name that annotations use is given a value although nothing tunes it: there it could be made tunable. */
export const untunedAssignment = (source: string, name: string): number | undefined => {
  if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)) return undefined;
  const found = new RegExp(`^[ \\t]*${name}[ \\t]*(?::[^=\\n#]*)?=(?!=)[ \\t]*(?=[^ \\t\\r\\n#])`, 'mu').exec(
    source,
  );
  return found === null ? undefined : found.index + found[0].length;
};

/** Every place in annotations that still has a literal's former name. */
export const formerMentions = (
  source: string,
  { comments }: Pick<FileAnnotations, 'comments'>,
  name: string,
): readonly Span[] =>
  comments
    .flatMap((comment) => mentionsIn(source, comment))
    .filter(
      ({ kind, text }) =>
        kind !== 'metric' && (text === name || text.startsWith(`${name}.`) || text.startsWith(`${name}[`)),
    )
    .map(({ span: { start } }) => ({ start, end: start + name.length }));
