import type { JsonValue, RunInput, RunRecord } from '../study/launcher.ts';

/** At most so many names that came by `tunelens.report` are remembered in the cursor. */
const mostNames = 256;

/** Metrics that the run reports by annotated assignments: known before it starts. */
export const assignedMetrics = (input: Pick<RunInput, 'files'>): readonly string[] => [
  ...new Set(input.files.flatMap((file) => file.reports.map((report) => report.metric))),
];

/** Metrics of reports that the script made itself, with those known before. */
export const reportedMetrics = (
  known: readonly string[],
  records: readonly RunRecord[],
): readonly string[] => {
  let names: Set<string> | undefined;
  for (const record of records) {
    if (record.kind !== 'report' || record.source === 'print') continue;
    for (const name in record.metrics) {
      if (names === undefined ? known.includes(name) : names.has(name)) continue;
      names ??= new Set(known);
      if (names.size < mostNames) names.add(name);
    }
  }
  return names === undefined ? known : [...names];
};

/**
 * Printed records without the metrics in `assigned` and `reported`. A script often prints what it also reports, but
 * counts its steps otherwise there; taken together, one curve would be two.
 */
export const withoutMetrics = (
  records: readonly RunRecord[],
  assigned: readonly string[],
  reported: readonly string[],
): readonly RunRecord[] => {
  if (records.length === 0 || assigned.length + reported.length === 0) return records;
  const names = new Set([...assigned, ...reported]);
  return records.flatMap((record): readonly RunRecord[] => {
    if (record.kind !== 'report') return [record];
    const left = Object.entries(record.metrics).filter(([name]) => !names.has(name));
    return left.length === 0 ? [] : [{ ...record, metrics: Object.fromEntries(left) }];
  });
};

export const toNames = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
