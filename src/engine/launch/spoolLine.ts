import { crc32 } from 'node:zlib';
import type { JsonValue, RunRecord } from '../study/launcher.ts';
import { isObject, type JsonObject } from './jsonObject.ts';

/** Text of a damaged line that is kept for a person to see. */
const mostCorruptText = 200;

/** Numbers as numbers; non-finite ones are written as their names. */
const toNumber = (value: JsonValue | undefined): number | undefined => {
  if (typeof value === 'number') return value;
  return value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : undefined;
};

const toReport = (fields: JsonObject): RunRecord | undefined => {
  const step = toNumber(fields.s);
  if (step === undefined || !Number.isFinite(step) || !isObject(fields.m)) return undefined;
  const metrics = Object.entries(fields.m).map(([name, value]) => [name, toNumber(value)] as const);
  if (metrics.some(([, value]) => value === undefined)) return undefined;
  return {
    kind: 'report',
    step,
    // `fromEntries` makes own properties, also of a metric called `__proto__`; none is undefined by the check above.
    metrics: Object.fromEntries(metrics) as Record<string, number>,
    source: fields.from === 'assignment' ? 'assignment' : 'api',
  };
};

const toRecord = (fields: JsonObject): RunRecord | undefined => {
  switch (fields.k) {
    case 'bound':
      return isObject(fields.values) ? { kind: 'bound', values: fields.values } : undefined;
    case 'report':
      return toReport(fields);
    case 'notice': {
      const { level, text } = fields;
      if (typeof text !== 'string') return undefined;
      return { kind: 'notice', level: level === 'error' || level === 'info' ? level : 'warning', text };
    }
    default:
      return undefined;
  }
};

/** The JSON of a line, when the line is whole. */
const bodyOf = (line: Buffer): string | undefined => {
  if (line[0] === 0x7b) return line.toString('utf8'); // "{": written by another program, without a checksum
  if (line[8] !== 0x20) return undefined;
  const body = line.subarray(9);
  const sum = line.toString('latin1', 0, 8);
  return sum === crc32(body).toString(16).padStart(8, '0') ? body.toString('utf8') : undefined;
};

/**
 * One line of a spool, without its newline: `CRC32 JSON` as the Python runtime writes it (eight hexadecimal
 * digits, a space), or bare JSON. Undefined for an empty line and for a record of another attempt, which is
 * dropped (fencing). Never throws: what cannot be read becomes a `corrupt` record.
 */
export const parseSpoolLine = (line: Buffer, attempt: number): RunRecord | undefined => {
  if (line.length === 0) return undefined;
  const corrupt: RunRecord = { kind: 'corrupt', text: line.toString('utf8', 0, mostCorruptText) };
  const body = bodyOf(line);
  if (body === undefined) return corrupt;
  let fields: JsonValue;
  try {
    fields = JSON.parse(body) as JsonValue; // what JSON.parse returns is JSON
  } catch {
    return corrupt;
  }
  if (!isObject(fields)) return corrupt;
  if (fields.a !== undefined && fields.a !== attempt) return undefined;
  return toRecord(fields) ?? corrupt;
};
