import { isUtf8 } from 'node:buffer';
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

const isNumbers = (fields: JsonObject): fields is Readonly<Record<string, number>> => {
  for (const name in fields) if (typeof fields[name] !== 'number') return false;
  return true;
};

const toMetrics = (fields: JsonObject): Readonly<Record<string, number>> | undefined => {
  // As nearly all are: what was parsed is what is wanted.
  if (isNumbers(fields)) return fields;
  const metrics = Object.entries(fields).map(([name, value]) => [name, toNumber(value)] as const);
  if (metrics.some(([, value]) => value === undefined)) return undefined;
  // `fromEntries` makes own properties, also of a metric called `__proto__`; none is undefined by the check above.
  return Object.fromEntries(metrics) as Record<string, number>;
};

const toReport = (fields: JsonObject): RunRecord | undefined => {
  const step = toNumber(fields.s);
  if (step === undefined || !Number.isFinite(step) || !isObject(fields.m)) return undefined;
  const metrics = toMetrics(fields.m);
  if (metrics === undefined) return undefined;
  return { kind: 'report', step, metrics, source: fields.from === 'assignment' ? 'assignment' : 'api' };
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

/** The number that eight lower-case hexadecimal digits at `start` say; -1 when they are something else. */
const hexAt = (bytes: Buffer, start: number): number => {
  let sum = 0;
  for (let index = start; index < start + 8; index++) {
    const byte = bytes[index] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) sum = sum * 16 + byte - 0x30;
    else if (byte >= 0x61 && byte <= 0x66) sum = sum * 16 + byte - 0x57;
    else return -1;
  }
  return sum;
};

/** Where the JSON of a line begins, when the line is whole; -1 when it is not. */
const bodyStart = (bytes: Buffer, start: number, end: number): number => {
  if (bytes[start] === 0x7b) {
    // "{": written by another program, without a checksum
    return isUtf8(bytes.subarray(start, end)) ? start : -1;
  }
  const body = start + 9;
  if (end <= body || bytes[start + 8] !== 0x20) return -1;
  return crc32(bytes.subarray(body, end)) === hexAt(bytes, start) ? body : -1;
};

/** Bytes that are no text as `\xNN`: what a person is shown must not move the cursor or end the string. */
const unprintable = /[\p{Cc}\ufffd]/gu;

const showUnprintable = (char: string): string =>
  char === '\ufffd' ? '\ufffd' : `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`;

/** What is kept of bytes that should have been a record. */
export const corruptRecord = (bytes: Buffer, start: number, end: number): RunRecord => {
  const head = bytes.toString('utf8', start, Math.min(end, start + mostCorruptText));
  return { kind: 'corrupt', text: head.replaceAll(unprintable, showUnprintable).slice(0, mostCorruptText) };
};

/**
 * One line of a spool, without its newline: `CRC32 JSON` as the Python runtime writes it (eight hexadecimal
 * digits, a space), or bare JSON. Undefined for an empty line and for a record of another attempt, which is
 * dropped (fencing). Never throws: what cannot be read becomes a `corrupt` record.
 */
export const parseSpoolLine = (
  bytes: Buffer,
  attempt: number,
  start = 0,
  end = bytes.length,
): RunRecord | undefined => {
  if (start === end) return undefined;
  const body = bodyStart(bytes, start, end);
  if (body < 0) return corruptRecord(bytes, start, end);
  let fields: JsonValue;
  try {
    fields = JSON.parse(bytes.toString('utf8', body, end)) as JsonValue; // what JSON.parse returns is JSON
  } catch {
    return corruptRecord(bytes, start, end);
  }
  if (!isObject(fields)) return corruptRecord(bytes, start, end);
  if (fields.a !== undefined && fields.a !== attempt) return undefined;
  return toRecord(fields) ?? corruptRecord(bytes, start, end);
};
