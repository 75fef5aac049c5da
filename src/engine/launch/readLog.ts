import type { JsonValue, RunRecord } from '../study/launcher.ts';
import { fromPrintState, readMetricLines, toPrintState } from './metricLines.ts';
import { readChunk } from './readChunk.ts';

export interface LogRead {
  readonly records: readonly RunRecord[];
  readonly offset: number;
  readonly print: JsonValue;
  readonly more: boolean;
}

/** More than the longest line that is looked at, so that every read gets on. */
const mostBytes = 1 << 19;

/** Metrics printed to a run's log from `offset` on, up to 512 KiB of it. `final`: nobody will write more. */
export const readLog = (file: string, offset: number, print: JsonValue, final: boolean): LogRead => {
  const { bytes, more } = readChunk(file, offset, mostBytes);
  const { state, records, consumed } = readMetricLines(toPrintState(print), bytes, final && !more);
  return { records, offset: offset + consumed, print: fromPrintState(state), more };
};
