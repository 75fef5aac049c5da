/** Which studies somebody has to drive is asked twice a second, and must not read every trial there ever was. */
export const unfinished = `
CREATE INDEX trial_unfinished ON trial (study) WHERE state IN ('waiting', 'running', 'paused');
`;
