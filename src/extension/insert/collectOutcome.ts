import * as l10n from '@vscode/l10n';
import type { MadeInsertion, PlannedInsertion } from './insertion.ts';

/** What an insertion came to, in words. */
export interface Outcome {
  /** Something was left out: it is worth a message that stays. */
  readonly isWarning: boolean;
  readonly text: string;
}

/** `whose`: `trial 17`. */
export const collectOutcome = (
  whose: string,
  { edits, skipped }: Pick<PlannedInsertion, 'edits' | 'skipped'>,
  { inserted, changed }: Pick<MadeInsertion, 'inserted' | 'changed'>,
): Outcome => {
  const left = [
    ...reasonsOf(skipped),
    ...changed.map((name) => l10n.t('{0} was changed just now. Insert again.', name)),
  ];
  if (left.length > 0) {
    const head =
      inserted === 0
        ? l10n.t('Nothing was inserted.')
        : inserted === 1
          ? l10n.t('1 value of {0} inserted; the rest was left.', whose)
          : l10n.t('{0} values of {1} inserted; the rest was left.', inserted, whose);
    return { isWarning: true, text: [head, ...left].join(' ') };
  }
  return { isWarning: false, text: l10n.t('TuneLens: {0}', plainText(whose, inserted, edits.length)) };
};

const plainText = (whose: string, inserted: number, planned: number): string => {
  if (inserted === 0 && planned === 0) return l10n.t('{0}: all values are already in the source', whose);
  return inserted === 1
    ? l10n.t('{0}: inserted 1 value; one Undo takes it back', whose)
    : l10n.t('{0}: inserted {1} values; one Undo takes them back', whose, inserted);
};

/** Each reason once: a file that is gone is one reason for all its values. */
export const reasonsOf = (skipped: PlannedInsertion['skipped']): readonly string[] => {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of skipped) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  return [...byReason].map(([why, names]) => {
    const sentence = /[.!?]$/u.test(why) ? why : `${why}.`;
    return names.every((name) => sentence.startsWith(`${name} `))
      ? sentence
      : `${names.join(', ')}: ${sentence}`;
  });
};
