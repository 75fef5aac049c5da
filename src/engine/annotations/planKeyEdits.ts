import { isList } from '../space/composite.ts';
import type { SourceValue } from '../space/parameter.ts';
import { languageCalled } from './languages.ts';
import { literalSlot } from './literalSlot.ts';
import type { EditPlan, LiteralEdit } from './planEdits.ts';
import type { LanguageId } from './tunable.ts';

/** A value that a key of a configuration file is to have. */
export interface WantedKey {
  readonly name: string;
  /** Its path: `optimizer.groups[0].lr`. */
  readonly key: string;
  readonly value: SourceValue;
  /** Write exactly this. */
  readonly text?: string;
}

/** The edits that give keys their values, where no comment in the file itself says which literals are meant. */
export const planKeyEdits = (id: LanguageId, text: string, wanted: readonly WantedKey[]): EditPlan => {
  const language = languageCalled(id);
  const entries = language.open(text).entries?.() ?? [];
  const edits: LiteralEdit[] = [];
  const skipped: { name: string; why: string }[] = [];
  for (const { name, key, value, text: exact } of wanted) {
    const found = entries.filter(({ path }) => path === key);
    const [entry] = found;
    const slot = entry && literalSlot(entry.slot, isList(value));
    if (!entry) skipped.push({ name, why: `There is no key ${key} any more. Insert the value by hand.` });
    else if (found.length > 1)
      skipped.push({ name, why: `There is more than one key ${key} now. Insert the value by hand.` });
    else if (!slot)
      skipped.push({
        name,
        why: `${key} is ${entry.slot.what ?? (isList(value) ? 'no list' : 'a list')} now. Insert the value by hand.`,
      });
    else {
      const written = exact ?? language.render(value, slot);
      const { start, end } = slot.span;
      const isThere = exact === undefined ? isSame(slot.value, value) : slot.text === exact;
      if (!isThere) edits.push({ name, start, end, expected: slot.text, text: written });
    }
  }
  return { edits: edits.sort((a, b) => a.start - b.start), skipped };
};

const isSame = (a: SourceValue, b: SourceValue): boolean =>
  isList(a) && isList(b) ? a.length === b.length && a.every((item, i) => item === b[i]) : a === b;
