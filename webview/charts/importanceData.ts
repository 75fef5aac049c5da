import type { ImportanceView } from '../../src/protocol/index.ts';
import { formatShare } from '../format.ts';

export interface ImportanceData {
  readonly bars: readonly { readonly parameter: string; readonly share: number }[];
  /** Parameters below those shown, together. */
  readonly rest: { readonly count: number; readonly share: number } | undefined;
}

/** Bars a chart of this size can name. */
export const mostBars = 12;

export const collectImportance = ({ importances }: ImportanceView): ImportanceData => {
  const sorted = importances
    .map(({ parameter, importance }) => ({ parameter, share: importance }))
    .sort((a, b) => b.share - a.share);
  if (sorted.length <= mostBars) return { bars: sorted, rest: undefined };
  const others = sorted.slice(mostBars - 1);
  return {
    bars: sorted.slice(0, mostBars - 1),
    rest: { count: others.length, share: others.reduce((sum, { share }) => sum + share, 0) },
  };
};

export const describeImportance = ({ bars, rest }: ImportanceData): string => {
  const named = bars.map(({ parameter, share }) => `${parameter} ${formatShare(share)}`);
  const others = rest === undefined ? [] : [`${rest.count} others ${formatShare(rest.share)}`];
  return `Share of the differences between results that each parameter explains: ${[...named, ...others].join(', ')}.`;
};
