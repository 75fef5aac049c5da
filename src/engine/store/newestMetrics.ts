/** What is known of one metric of a trial without reading its reports. */
export interface NewestMetric {
  readonly value: number;
  /** Highest step reported: a report beyond it only appends to the curve. */
  readonly lastStep: number;
}

type Entry = readonly [name: string, value: number | string, lastStep: number];

/** A list rather than an object, so that a metric may have any name and the order first seen is kept. */
export const encodeNewest = (newest: ReadonlyMap<string, NewestMetric>): string =>
  JSON.stringify(
    [...newest].map(
      ([name, { value, lastStep }]): Entry => [
        name,
        Number.isFinite(value) ? value : String(value),
        lastStep,
      ],
    ),
  );

const entriesOf = (text: string): readonly Entry[] => JSON.parse(text) as readonly Entry[]; // written by encodeNewest

export const decodeNewest = (text: string): Map<string, NewestMetric> =>
  new Map(entriesOf(text).map(([name, value, lastStep]) => [name, { value: Number(value), lastStep }]));

/** Newest value by metric, as a trial record has it. */
export const newestValues = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries(entriesOf(text).map(([name, value]) => [name, Number(value)]));
