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
 * where all are sure, the last of them waits for its tick. Not the objective, without which there is nothing to tune for.
 */
export const collectPreview = (proposals: readonly Proposal[]): readonly Previewed[] => {
  const isSure = proposals.map(({ confidence }) => confidence === 'high');
  const last = isSure.includes(false)
    ? -1
    : Math.max(
        proposals.findLastIndex(({ group }) => group !== 'objective'),
        0,
      );
  return proposals.map((proposal, i) => ({
    proposal,
    // Proposals of one name would be listed as one: their lines tell them apart.
    label: `${proposal.name} (${proposal.line + 1}): ${proposal.annotation === '' ? 'tune' : proposal.annotation}`,
    needsConfirmation: isSure[i] !== true || i === last,
  }));
};

/** The reasons for the proposals of each line, to be shown beside it. */
export const reasonsByLine = (
  proposals: readonly Pick<Proposal, 'line' | 'name' | 'reason'>[],
): ReadonlyMap<number, string> => {
  const reasons = new Map<number, readonly Pick<Proposal, 'name' | 'reason'>[]>();
  for (const proposal of proposals)
    reasons.set(proposal.line, [...(reasons.get(proposal.line) ?? []), proposal]);
  return new Map(
    [...reasons].map(([line, list]) => [
      line,
      list.map(({ name, reason }) => (list.length > 1 ? `${name}: ${reason}` : reason)).join(' · '),
    ]),
  );
};

/** Enough to interrupt for: two constants that most people would tune. */
export const isWorthALens = (proposals: readonly Proposal[]): boolean =>
  proposals.filter(({ confidence, group }) => confidence === 'high' && group !== 'objective').length >= 2;
