import { scanSource } from '../scanSource.ts';
import type { SourceMemory } from '../sourceMemory.ts';
import type { FileAnnotations, LanguageId } from '../tunable.ts';
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
  memory?: SourceMemory,
): readonly Proposal[] => {
  let kept: readonly Proposal[] = [...proposals].sort((a, b) => a.insertAt - b.insertAt);
  const known = new Set(scanSource(language, text, [], memory).problems.map(({ message }) => message));
  for (;;) {
    const after = scanSource(language, insertAll(text, kept), [], memory);
    const moved = shiftOf(kept);
    const fresh = after.problems.filter(({ message }) => !known.has(message));
    const reassigned = new Set(
      fresh.flatMap(({ code, about }) => (code === 'reassigned' && about ? [about.start] : [])),
    );
    // Variables that get another value go first: one of them may stand in the way of another of its name.
    const lasting = kept.filter(({ span }) => !reassigned.has(moved(span.start)));
    const good = lasting.length < kept.length ? lasting : kept.filter(isReadIn(after, moved));
    if (good.length === kept.length) return kept;
    kept = good;
  }
};

const isReadIn = (
  { objectives, tunables }: FileAnnotations,
  moved: (offset: number) => number,
): ((proposal: Proposal) => boolean) => {
  const starts = new Set(tunables.map(({ span }) => span.start));
  const metrics = new Set(objectives.map(({ metric }) => metric));
  return ({ name, span, group }) =>
    group === 'objective' ? metrics.has(name) : starts.has(moved(span.start));
};

/** Where an offset is after the insertions, which are in order. */
const shiftOf = (proposals: readonly Proposal[]): ((offset: number) => number) => {
  const sums: number[] = [];
  let sum = 0;
  for (const { insertText } of proposals) {
    sum += insertText.length;
    sums.push(sum);
  }
  return (offset) => {
    let [low, high] = [0, proposals.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((proposals[middle]?.insertAt ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return offset + (sums[low - 1] ?? 0);
  };
};
