import { readFileSync } from 'node:fs';
import { languageOfFile } from '../annotations/languages.ts';
import { type FileEdit, planEdits } from '../annotations/planEdits.ts';
import type { ShownAssignment } from '../space/composite.ts';
import type { SourceValue } from '../space/parameter.ts';
import type { PlannedTunable, RunPlan } from './plan.ts';

export interface InsertPlan {
  readonly edits: readonly FileEdit[];
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
}

export interface InsertRequest {
  /** Composites as lists. */
  readonly params: ShownAssignment;
  /** Only this one, by its name in the study; all when absent. */
  readonly parameter?: string;
  /** Texts as they are in the editor now, by absolute path; other files are read from disk. */
  readonly texts: Readonly<Record<string, string>>;
}

const currentText = (file: string, texts: InsertRequest['texts']): string | undefined => {
  const open = texts[file];
  if (open !== undefined) return open;
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // gone since the study was made; said in `skipped`
  }
};

/** The edits that put a trial's values into the sources as they are now. Never guesses: what it cannot place it skips, with the reason. */
export const insertEdits = (plan: RunPlan, request: InsertRequest): InsertPlan => {
  const wanted = plan.tunables.filter(
    ({ name, role }) =>
      (role === 'search' || role === 'derived') &&
      (request.parameter === undefined || request.parameter === name),
  );
  const edits: FileEdit[] = [];
  const skipped: { name: string; why: string }[] = [];
  for (const file of new Set(wanted.map((tunable) => tunable.file))) {
    const own = wanted.filter((tunable) => tunable.file === file);
    const text = currentText(file, request.texts);
    if (text === undefined) {
      skipped.push(...own.map(({ name }) => ({ name, why: `${file} cannot be read.` })));
      continue;
    }
    const result = planEdits(
      text,
      wantedValues(own, request.params),
      plan.tunables.map(({ name }) => name),
      languageOfFile(file),
    );
    edits.push(...result.edits.map((edit) => ({ file, ...edit })));
    skipped.push(...result.skipped);
  }
  return { edits, skipped };
};

/** Parameters that were not active in the trial keep whatever stands in the source. */
const wantedValues = (
  own: readonly PlannedTunable[],
  params: ShownAssignment,
): { name: string; value: SourceValue }[] =>
  own.flatMap(({ name, localName }) => {
    const value = params[name];
    return value === undefined ? [] : [{ name: localName, value }];
  });
