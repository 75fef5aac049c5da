/**
 * Trials that a scheduler runs with growing budgets.
 *
 * - `trial.fidelity`: the value of the budget annotation that the newest attempt has.
 * - `trial.rungs`: JSON list of what the trial came to with each budget.
 */
export const rungs = `
ALTER TABLE trial ADD COLUMN fidelity REAL;
ALTER TABLE trial ADD COLUMN rungs TEXT;
`;
