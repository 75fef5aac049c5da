/**
 * Edits between two words: a letter added, left out, changed, or swapped with its neighbour (optimal string
 * alignment; Damerau, 1964), by dynamic programming over three rows.
 */
const editDistance = (a: string, b: string): number => {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const changed = (last[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      const isSwap = i > 0 && j > 0 && a[i] === b[j - 1] && a[i - 1] === b[j];
      const swapped = isSwap ? (beforeLast[j - 1] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(changed, swapped, (last[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
};

const longestCompared = 64;

/** The candidate a person most likely meant by a misspelt word; undefined when none is close. */
export const nearMiss = (word: string, candidates: Iterable<string>): string | undefined => {
  if (word.length > longestCompared) return undefined;
  const allowed = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
};

/** ` Did you mean x?` for the end of a message, or nothing. */
export const didYouMean = (word: string, candidates: Iterable<string>): string => {
  const near = nearMiss(word, candidates);
  return near === undefined ? '' : ` Did you mean ${near}?`;
};
