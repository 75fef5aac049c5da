import { metricPlaces } from '../../engine/index.ts';

/** A number in a line of output. */
export interface NumberLink {
  /** Half-open range of the line. */
  readonly start: number;
  readonly end: number;
  /** Undefined where nothing on the line names it, so that it cannot be followed. */
  readonly metric?: string;
  readonly value: number;
}

/** `── trial 7 · lr=0.01 ──`: our own lines in a slot's terminal, whose numbers are settings. */
const isOurs = (line: string): boolean => line.startsWith('── ');

/** A measurement that was printed without a name, not a count, version or time. */
const bareNumber = /(?<![\w.:/-])[-+]?\d*\.\d+(?:e[-+]?\d+)?(?![\w.:/-])/gi;
const mostBare = 4;

/**
 * Numbers of a line that can be chosen as an objective, under the names by which trials report them; `parameters` are
 * names that are tuned, which nobody wants to optimise. Where the line has none, its decimal numbers without a name.
 */
export const collectNumberLinks = (line: string, parameters: ReadonlySet<string>): readonly NumberLink[] => {
  if (isOurs(line)) return [];
  const named = metricPlaces(line).filter(({ metric }) => !parameters.has(metric));
  if (named.length > 0) return named;
  if (metricPlaces(line).length > 0) return [];
  const bare = [...line.matchAll(bareNumber)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    value: Number(match[0]),
  }));
  return bare.length > mostBare ? [] : bare;
};
