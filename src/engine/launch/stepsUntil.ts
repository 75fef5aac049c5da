import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../study/launcher.ts';
import { isObject } from './jsonObject.ts';
import { assignedMetrics } from './reportedElsewhere.ts';
import { readRunInput, runFile } from './runFolder.ts';

interface MarkedReport {
  readonly step: number;
  readonly metrics: readonly string[];
  /** Of the checkpoint folder before this report, where it had changed since the one before. */
  readonly mark: number | undefined;
}

const toReport = (line: string, attempt: number): MarkedReport | undefined => {
  let fields: JsonValue;
  try {
    fields = JSON.parse(line.slice(Math.max(0, line.indexOf('{')))) as JsonValue; // what JSON.parse returns is JSON
  } catch {
    return undefined; // half written, or damaged: ingestion counts it
  }
  if (!isObject(fields) || fields.k !== 'report' || fields.a !== attempt) return undefined;
  const { s: step, c: mark, m: metrics } = fields;
  if (typeof step !== 'number' || !isObject(metrics)) return undefined;
  return { step, metrics: Object.keys(metrics), mark: typeof mark === 'number' ? mark : undefined };
};

/**
 * The step that each metric had when the checkpoint was saved as it is now, by the spool of the attempt in `folder`: where
 * that attempt began, and what it reported until then. Metrics of its printed lines are not among them: nothing says
 * whether a line was printed before or after.
 */
export const stepsUntil = (folder: string, attempt: number, mark: number): ReadonlyMap<string, number> => {
  const input = readRunInput(folder);
  const { steps: begun = {}, reported = [] } = input?.checkpoint ?? {};
  const known = [...reported, ...(input === undefined ? [] : assignedMetrics(input))];
  // Until it reports, an attempt stands where it began: later steps of those before it were not saved.
  const steps = new Map(
    known.flatMap((metric) => (begun[metric] === undefined ? [] : [[metric, begun[metric]]])),
  );
  let spool: string;
  try {
    spool = readFileSync(path.join(folder, runFile.spool), 'utf8');
  } catch {
    return steps; // it reported nothing
  }
  let isSaved = false;
  for (const line of spool.split('\n')) {
    const report = toReport(line, attempt);
    if (report === undefined) continue;
    isSaved ||= report.mark === mark;
    for (const metric of report.metrics)
      if (!isSaved) steps.set(metric, report.step);
      else if (!steps.has(metric)) steps.set(metric, begun[metric] ?? 0);
  }
  return steps;
};
