/**
 * What a person writes on studies and trials.
 *
 * - `note`: their own words; null for none.
 * - `tags`: JSON list of words, in the order given; null for none.
 */
export const labels = `
ALTER TABLE study ADD COLUMN note TEXT;
ALTER TABLE study ADD COLUMN tags TEXT;
ALTER TABLE trial ADD COLUMN note TEXT;
ALTER TABLE trial ADD COLUMN tags TEXT;
`;
