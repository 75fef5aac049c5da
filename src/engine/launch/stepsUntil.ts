import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../study/launcher.ts';
import { isObject } from './jsonObject.ts';
import { readRunInput, runFile } from './runFolder.ts';

/** The kernel stamps files by a clock that is some milliseconds behind the one that reports are stamped by. */
const slackMs = 20;

interface TimedReport {
  readonly timeMs: number;
  readonly step: number;
  readonly metrics: readonly string[];
}

const toReport = (line: string, attempt: number): TimedReport | undefined => {
  let fields: JsonValue;
  try {
    fields = JSON.parse(line.slice(Math.max(0, line.indexOf('{')))) as JsonValue; // what JSON.parse returns is JSON
  } catch {
    return undefined; // half written, or damaged: ingestion counts it
  }
  if (!isObject(fields) || fields.k !== 'report' || fields.a !== attempt) return undefined;
  const { s: step, t: time, m: metrics } = fields;
  if (typeof step !== 'number' || typeof time !== 'number' || !isObject(metrics)) return undefined;
  return { timeMs: time * 1000, step, metrics: Object.keys(metrics) };
};

/**
 * The step that each metric had at a time, by the spool of the attempt in `folder`: where that attempt began, and what it
 * reported until then. Metrics of its printed lines are not among them: those have no time.
 */
export const stepsUntil = (folder: string, attempt: number, timeMs: number): ReadonlyMap<string, number> => {
  const begun = readRunInput(folder)?.checkpoint?.steps ?? {};
  const steps = new Map<string, number>();
  let spool: string;
  try {
    spool = readFileSync(path.join(folder, runFile.spool), 'utf8');
  } catch {
    return steps; // it reported nothing
  }
  for (const line of spool.split('\n')) {
    const report = toReport(line, attempt);
    if (report === undefined) continue;
    const isBefore = report.timeMs <= timeMs + slackMs;
    for (const metric of report.metrics)
      if (isBefore) steps.set(metric, report.step);
      else if (!steps.has(metric)) steps.set(metric, begun[metric] ?? 0);
  }
  return steps;
};
