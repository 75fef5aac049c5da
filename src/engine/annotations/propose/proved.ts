import { scanSource } from '../scanSource.ts';
import type { AnnotationProblem, FileAnnotations, LanguageId } from '../tunable.ts';
import { insertAll } from './placeComment.ts';
import type { Proposal } from './proposal.ts';

/**
 * Those of the proposals that are read back as what they ask when all of them are written: none of them makes a
 * problem, and none is about a variable that gets another value later.
 */
export const proved = (
  text: string,
  language: LanguageId,
  proposals: readonly Proposal[],
): readonly Proposal[] => {
  let kept: readonly Proposal[] = [...proposals].sort((a, b) => a.insertAt - b.insertAt);
  const known = new Set(scanSource(language, text).problems.map(({ message }) => message));
  for (;;) {
    const after = scanSource(language, insertAll(text, kept));
    // Variables that get another value go first: one of them may stand in the way of another of its name.
    const lasting = kept.filter((each) => !isReassigned(each, kept, after.problems, known));
    const good = lasting.length < kept.length ? lasting : kept.filter((each) => isRead(each, kept, after));
    if (good.length === kept.length) return kept;
    kept = good;
  }
};

const isReassigned = (
  { span }: Proposal,
  all: readonly Proposal[],
  problems: readonly AnnotationProblem[],
  known: ReadonlySet<string>,
): boolean =>
  problems.some(
    ({ code, about, message }) =>
      code === 'reassigned' && about?.start === moved(all, span.start) && !known.has(message),
  );

const isRead = (
  { name, span, group }: Proposal,
  all: readonly Proposal[],
  { objectives, tunables }: FileAnnotations,
): boolean =>
  group === 'objective'
    ? objectives.some(({ metric }) => metric === name)
    : tunables.some((tunable) => tunable.span.start === moved(all, span.start));

/** Where an offset is after the insertions. */
const moved = (proposals: readonly Proposal[], offset: number): number =>
  proposals.reduce(
    (at, { insertAt, insertText }) => (insertAt <= offset ? at + insertText.length : at),
    offset,
  );
