import { parseAnnotation } from './grammar/parseAnnotation.ts';
import { anError } from './grammar/problem.ts';
import type { Language, OpenSource } from './language.ts';
import { literalSlot } from './literalSlot.ts';
import { nearest } from './nearest.ts';
import { isLiteralBody, type Pairing } from './pairItems.ts';
import type { Slot } from './slot.ts';
import type { AnnotationProblem, Elsewhere } from './tunable.ts';

/** What another file asks of this one. */
export interface Asked extends Elsewhere {
  /** The text of that file. */
  readonly source: string;
}

/** A problem with its place in the file that asked. */
export interface AskedProblem {
  readonly asked: number;
  readonly problem: AnnotationProblem;
}

/**
 * Gives the parts of comments in other files to the keys of this one, each named by its path or, where that is unique, by
 * its end: `optimizer.lr`, `lr`.
 */
export const pairAsked = (
  asked: readonly Asked[],
  file: OpenSource,
  language: Language,
): { readonly pairings: readonly Pairing[]; readonly problems: readonly AskedProblem[] } => {
  const pairings: Pairing[] = [];
  const problems: AskedProblem[] = [];
  const entries = asked.length === 0 ? [] : (file.entries?.() ?? []);
  asked.forEach(({ source, body, span, file: name }, i) => {
    for (const { target, body: wish } of parseAnnotation(source, body, { targets: 'paths' }).items) {
      if (!target || !isLiteralBody(wish)) continue;
      const found = entriesCalled(entries, target.text);
      const [entry] = found;
      const slot = entry && literalSlot(entry.slot, wish.kind === 'composite');
      const tell = (message: string): void => {
        problems.push({ asked: i, problem: anError('unknown-name', message, target) });
      };
      if (!entry) tell(unknownKey(target.text, name, entries));
      else if (found.length > 1)
        tell(
          `${name} has more than one ${target.text}: write ${found.map(({ path }) => path).join(' or ')}.`,
        );
      else if (!slot)
        tell(
          `${target.text} in ${name} is ${entry.slot.what ?? 'no list'}: only ${language.literalsInWords} can be tuned.`,
        );
      else pairings.push({ slot, body: wish, span, asked: i });
    }
  });
  return { pairings, problems };
};

type Keyed = { readonly path: string; readonly slot: Slot };

const entriesCalled = (entries: readonly Keyed[], text: string): readonly Keyed[] => {
  const exact = entries.filter(({ path }) => path === text);
  return exact.length > 0 ? exact : entries.filter(({ path }) => path.endsWith(`.${text}`));
};

const unknownKey = (text: string, file: string, entries: readonly Keyed[]): string => {
  const meant = nearest(
    text,
    entries.map(({ path }) => path),
  );
  return `${file} has no key ${text}${meant === undefined ? '. Check its path.' : `: did you mean ${meant}?`}`;
};
