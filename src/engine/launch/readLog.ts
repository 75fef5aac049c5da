import type { JsonValue, RunRecord } from '../study/launcher.ts';
import { fromPrintState, readMetricLines, toPrintState } from './metricLines.ts';

export interface LogLines {
  readonly records: readonly RunRecord[];
  /** Bytes that need not be given again. */
  readonly consumed: number;
  readonly print: JsonValue;
}

/** Metrics printed in a log's `bytes`, `print` being the parser's state before them. `final`: nobody will write more. */
export const readLogLines = (bytes: Buffer, print: JsonValue, final: boolean): LogLines => {
  const { state, records, consumed } = readMetricLines(toPrintState(print), bytes, final);
  return { records, consumed, print: fromPrintState(state) };
};
