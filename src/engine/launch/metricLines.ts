import type { JsonValue, RunRecord } from '../study/launcher.ts';
import { isObject } from './jsonObject.ts';
import { type LineMetrics, parseLine } from '../study/metricPatterns.ts';

/** Everything remembered between lines. JSON; part of the run's cursor. */
export interface PrintState {
  /** From the last line that named an epoch: Keras and many loops print it on a line of its own. */
  readonly epoch: number | null;
  /** How often each metric was printed without a step. */
  readonly counts: Readonly<Record<string, number>>;
  /** Inside a line that is too long to look at. */
  readonly skipping: boolean;
}

export const startPrint: PrintState = { epoch: null, counts: {}, skipping: false };

/** Longer lines (a matrix on one line, a progress bar that never breaks) are passed over. */
const longestLine = 1 << 16;
/** A script that prints a new name each time must not fill the cursor. */
const mostNames = 256;

export interface PrintedMetrics {
  readonly state: PrintState;
  readonly records: readonly RunRecord[];
  /** Bytes that need not be given again; the rest is an unfinished line. */
  readonly consumed: number;
}

const isBreak = (byte: number | undefined): boolean => byte === 0x0a || byte === 0x0d;

/**
 * Reads metrics out of printed text, given as it came: `bytes` begin where the last call's `consumed` ended. Both
 * newline and carriage return end a line, so that rewritten progress bars count. With `final`, the last line
 * counts although nothing ends it. Where the text is split into calls makes no difference. Never throws.
 */
export const readMetricLines = (from: PrintState, bytes: Uint8Array, final: boolean): PrintedMetrics => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const records: RunRecord[] = [];
  let state = from;
  let start = 0;
  const take = (end: number): void => {
    if (!state.skipping && end > start && end - start <= longestLine) {
      const next = takeLine(state, parseLine(text.toString('utf8', start, end)));
      state = next.state;
      records.push(...next.records);
    }
    state = state.skipping ? { ...state, skipping: false } : state;
  };
  for (let index = 0; index < bytes.length; index++) {
    if (!isBreak(bytes[index])) continue;
    take(index);
    start = index + 1;
  }
  if (final) {
    take(bytes.length);
    return { state, records, consumed: bytes.length };
  }
  if (state.skipping || bytes.length - start > longestLine) {
    return { state: { ...state, skipping: true }, records, consumed: bytes.length };
  }
  return { state, records, consumed: start };
};

const takeLine = (
  state: PrintState,
  line: LineMetrics,
): { readonly state: PrintState; readonly records: readonly RunRecord[] } => {
  const epoch = line.epoch ?? state.epoch;
  const step = line.step ?? epoch ?? undefined;
  if (line.metrics.size === 0)
    return { state: epoch === state.epoch ? state : { ...state, epoch }, records: [] };
  if (step !== undefined)
    return {
      state: epoch === state.epoch ? state : { ...state, epoch },
      records: [{ kind: 'report', step, metrics: Object.fromEntries(line.metrics), source: 'print' }],
    };
  const counts: Record<string, number> = { ...state.counts };
  const bySteps = new Map<number, Record<string, number>>();
  for (const [name, value] of line.metrics) {
    if (!Object.hasOwn(counts, name) && Object.keys(counts).length >= mostNames) continue;
    const count = (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + 1;
    counts[name] = count;
    bySteps.set(count, { ...bySteps.get(count), [name]: value });
  }
  return {
    state: { ...state, epoch, counts },
    records: [...bySteps].map(([at, metrics]) => ({ kind: 'report', step: at, metrics, source: 'print' })),
  };
};

/** From a stored cursor; anything that is not a state begins anew. */
export const toPrintState = (value: JsonValue): PrintState => {
  if (!isObject(value)) return startPrint;
  const { epoch, counts, skipping } = value;
  return {
    epoch: typeof epoch === 'number' ? epoch : null,
    counts: Object.fromEntries(
      Object.entries(counts ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
    skipping: skipping === true,
  };
};

export const fromPrintState = (state: PrintState): JsonValue => ({
  epoch: state.epoch,
  counts: state.counts,
  skipping: state.skipping,
});
