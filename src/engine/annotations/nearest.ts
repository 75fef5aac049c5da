/** Restricted Damerau-Levenshtein distance: insertions, deletions, replacements and swaps of neighbours. */
const distance = (a: string, b: string): number => {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
};

/** The candidate that `word` was most likely meant to be, or undefined when none is near. */
export const nearest = (word: string, candidates: Iterable<string>): string | undefined => {
  // One slip in three letters; longer words may have two, never more, or unrelated words would match.
  let bound = word.length < 3 ? 1 : 2;
  let found: string | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > bound || candidate === word) continue;
    const slips = distance(word.toLowerCase(), candidate.toLowerCase());
    if (slips <= bound && slips < Math.max(word.length, candidate.length) - (word.length > 2 ? 1 : 0)) {
      found = candidate;
      bound = slips - 1;
      if (bound < 0) break;
    }
  }
  return found;
};
