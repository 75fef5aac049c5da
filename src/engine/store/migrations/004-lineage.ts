/**
 * Where trials come from, and what became of their runs.
 *
 * - `trial.parent`, `trial.parent_step`: the trial from whose checkpoint it began, and the step of that checkpoint.
 * - `trial.replica_of`: the trial that it repeats exactly.
 * - `trial.losses`: JSON of the interruptions in a row; null after none.
 */
export const lineage = `
ALTER TABLE trial ADD COLUMN parent INTEGER;
ALTER TABLE trial ADD COLUMN parent_step REAL;
ALTER TABLE trial ADD COLUMN replica_of INTEGER;
ALTER TABLE trial ADD COLUMN losses TEXT;
`;
