import type { Language, OpenSource } from '../language.ts';
import type { SourceMemory } from '../sourceMemory.ts';
import { renderPython } from '../literal/pythonLiteral.ts';
import type { Slot } from '../slot.ts';
import { isBrokenAround } from './broken.ts';
import { mentionsIn } from './mentions.ts';
import { PythonFile } from './pythonFile.ts';
import { reassigned } from './reassigned.ts';
import { assigningWithin } from './reports.ts';
import { declarationEndingWithin, slotsWithin } from './slots.ts';
import type { Chunk } from './syntax.ts';

/** Only top-level statements that hold an annotation or an import are parsed. */
const open = (source: string, memory?: SourceMemory): OpenSource => {
  const file = new PythonFile(source, memory?.statements);
  return {
    lines: file.lines,
    comments: () =>
      file.annotated().flatMap(({ chunk, comments }) =>
        comments.map((comment) => {
          const from = Math.max(0, file.lines.startOf(comment.line) - chunk.start);
          const to = comment.span.start - chunk.start;
          return {
            comment,
            slots: () => slotsBefore(chunk, from, to),
            assigning: () => assigningWithin(chunk, from, to),
          };
        }),
      ),
    mentions: () => mentionsIn(file),
    imports: () => file.imports(),
    reassigned: (tuned) => reassigned(file, tuned),
  };
};

const slotsBefore = (chunk: Chunk, from: number, to: number): readonly Slot[] => {
  const slots = slotsWithin(chunk, from, to);
  const hasLiteral = slots.some(({ value, items }) => value !== undefined || items);
  const declared = hasLiteral ? [] : declarationEndingWithin(chunk, from, to);
  return declared.length > 0 ? declared : slots;
};

export const python: Language = {
  id: 'python',
  editorIds: ['python'],
  extensions: ['.py', '.pyw'],
  commentSign: '#',
  literalsInWords: 'a number, a string, True, False or None',
  open,
  render: renderPython,
  isBroken: isBrokenAround,
};
