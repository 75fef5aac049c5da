import type { Proposal } from '../../engine/index.ts';

/** A proposal as the preview of an edit lists it. */
export interface Previewed {
  readonly proposal: Proposal;
  readonly label: string;
  /** Not ticked until a person does it. */
  readonly needsConfirmation: boolean;
}

/**
 * What most people would tune is ticked. The editor shows its preview only for an edit in which something is not; so
 * where all are sure, the last of them waits for its tick.
 */
export const collectPreview = (proposals: readonly Proposal[]): readonly Previewed[] => {
  const isSure = proposals.map(({ confidence }) => confidence === 'high');
  const last = isSure.includes(false) ? -1 : proposals.length - 1;
  return proposals.map((proposal, i) => ({
    proposal,
    // Proposals of one name would be listed as one: their lines tell them apart.
    label: `${proposal.name} (${proposal.line + 1}): ${proposal.annotation === '' ? 'tune' : proposal.annotation}`,
    needsConfirmation: isSure[i] !== true || i === last,
  }));
};

/** Enough to interrupt for: two constants that most people would tune. */
export const isWorthALens = (proposals: readonly Proposal[]): boolean =>
  proposals.filter(({ confidence, group }) => confidence === 'high' && group !== 'objective').length >= 2;
