import type { StudyTarget, TrialTarget } from '../contributions.ts';

// Arguments come from the editor (a tree's node, several selected nodes …), so they are looked at before use.
export const isStudyTarget = (target: unknown): target is StudyTarget =>
  typeof target === 'object' && target !== null && 'study' in target && typeof target.study === 'string';

export const isTrialTarget = (target: unknown): target is TrialTarget =>
  isStudyTarget(target) && 'trial' in target && typeof target.trial === 'number';

/** The trial that a row stands for, if it does. */
export const trialIn = (target: unknown): number | undefined =>
  isTrialTarget(target) ? target.trial : undefined;

/** Several selected rows, when the one that was acted on is among them: a menu of another row means that row alone. */
export const selectedWith = (
  target: StudyTarget | undefined,
  selected: readonly StudyTarget[] | undefined,
): readonly StudyTarget[] | undefined => {
  if (!Array.isArray(selected)) return undefined;
  const rows: readonly StudyTarget[] = selected.filter(isStudyTarget).filter(isThing);
  return rows.length > 1 && (target === undefined || rows.some((row) => isSameRow(row, target)))
    ? rows
    : undefined;
};

/** A row of a study or a trial itself: the row of a group names its study too, but selecting it does not mean that. */
const isThing = (row: StudyTarget): boolean =>
  !('kind' in row) || row.kind === 'study' || row.kind === 'trial' || row.kind === 'slot';

const isSameRow = (a: StudyTarget, b: StudyTarget): boolean =>
  a.study === b.study &&
  (isTrialTarget(a) ? a.trial : undefined) === (isTrialTarget(b) ? b.trial : undefined);
