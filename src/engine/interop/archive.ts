import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, renameSync, rmSync, statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { decodeJson, encodeJson } from '../study/json.ts';
import { decodeSpec, encodeSpec } from '../study/specText.ts';
import type { AttemptCurve, PortableStudy, TrialContents } from '../study/upkeep.ts';
import { ArchiveError, checkCorrupt, checkCurve, checkStudy, checkTrial } from './archiveChecks.ts';

/**
 * A study as one file: gzip of JSON lines, each an object whose `kind` says what it holds. First `head`, last `end`
 * with the number of lines between, so that a file that was cut off is noticed. Between them `environment`, `source`,
 * and for each trial `trial`, then its `curve`, `corrupt` and `log` lines.
 */
export interface Archive {
  readonly study: PortableStudy;
  readonly trials: readonly TrialContents[];
  /** What surrounded the study; an object of unknown content. */
  readonly environment?: Readonly<Record<string, unknown>>;
  /** Sources by the SHA-256 of their bytes, which was checked. */
  readonly sources: ReadonlyMap<string, Buffer>;
  readonly logs: readonly ArchivedLog[];
}

export interface ArchivedLog {
  readonly trial: number;
  readonly attempt: number;
  readonly bytes: Buffer;
}

/** What is written; trials and logs one after another, so that a large study needs no large memory. */
export interface ArchiveSource {
  readonly study: PortableStudy;
  readonly trials: Iterable<TrialContents>;
  readonly environment?: object;
  readonly sources: Iterable<Uint8Array>;
  readonly logs: (trial: number) => readonly ArchivedLog[];
}

const format = 'tunelens-archive';
const version = 1;

/** Points a line; a line must stay far below `longestLine`. */
const mostPoints = 20_000;

/** A source or log of 32 MiB in base64 fits. */
const longestLine = 1 << 26;
/** No study is larger; a few kilobytes of gzip can stand for gigabytes. */
const mostBytes = 8 * 2 ** 30;
/** JSON of numbers packs to a tenth or so; what packs better than this is made to fill a memory. */
const mostRatio = 400;
const alwaysAllowed = 1 << 26;
const mostLogBytes = 512e6;
const logChunk = 1 << 22;

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const curveLines = function* (
  trial: number,
  { metric, attempt, steps, values }: AttemptCurve,
): Generator<object> {
  for (let from = 0; from < steps.length; from += mostPoints)
    yield {
      kind: 'curve',
      trial,
      metric,
      attempt,
      steps: steps.slice(from, from + mostPoints),
      values: values.slice(from, from + mostPoints),
    };
};

const lines = function* (source: ArchiveSource): Generator<object> {
  const { spec, ...study } = source.study;
  yield { kind: 'head', format, version, study: { ...study, spec: encodeSpec(spec) } };
  if (source.environment !== undefined) yield { kind: 'environment', environment: source.environment };
  for (const bytes of source.sources) yield { kind: 'source', bytes: Buffer.from(bytes).toString('base64') };
  for (const { trial, curves, corrupt } of source.trials) {
    const { number } = trial;
    yield { kind: 'trial', trial };
    for (const curve of curves) yield* curveLines(number, curve);
    for (const record of corrupt) yield { kind: 'corrupt', trial: number, ...record };
    for (const { attempt, bytes } of source.logs(number))
      for (let from = 0; from < bytes.length; from += logChunk)
        yield { kind: 'log', trial: number, attempt, bytes: bytes.toString('base64', from, from + logChunk) };
  }
};

const textLines = function* (source: ArchiveSource): Generator<string> {
  let count = 0;
  for (const line of lines(source)) {
    count += 1;
    yield `${encodeJson(line)}\n`;
  }
  yield `${encodeJson({ kind: 'end', lines: count })}\n`;
};

/** Writes an archive; the file appears whole or not at all. */
export const writeArchive = async (file: string, source: ArchiveSource): Promise<void> => {
  const aside = `${file}.${process.pid}.tmp`;
  try {
    await pipeline(Readable.from(textLines(source)), createGzip(), createWriteStream(aside));
    renameSync(aside, file);
  } finally {
    rmSync(aside, { force: true });
  }
};

/** Reads and checks a whole archive, and changes nothing. Rejects with `ArchiveError` for anything that is none of ours. */
export const readArchive = async (file: string): Promise<Archive> => {
  const reader = new ArchiveReader();
  const limit = Math.min(mostBytes, Math.max(alwaysAllowed, mostRatio * statSync(file).size));
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      for await (const line of splitLines(chunks, limit)) reader.take(line);
    });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''; // read only; undefined for anything else thrown
    if (code.startsWith('Z_'))
      throw new ArchiveError('The file is damaged, or no archive of TuneLens: it cannot be unpacked.');
    throw error;
  }
  return reader.end();
};

const splitLines = async function* (chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > limit) throw new ArchiveError('The archive unpacks to an absurd size.');
    let from = 0;
    for (let at = chunk.indexOf(0x0a); at >= 0; at = chunk.indexOf(0x0a, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, at)]).toString('utf8');
      parts = [];
      length = 0;
      from = at + 1;
    }
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > longestLine) throw new ArchiveError('The archive has a line of an absurd length.');
  }
  if (length > 0) throw new ArchiveError('The archive was cut off: its last line is not whole.');
};

interface Reading {
  readonly trial: TrialContents['trial'];
  readonly curves: Map<string, { metric: string; attempt: number; steps: number[]; values: number[] }>;
  readonly corrupt: { attempt: number; text: string }[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

class ArchiveReader {
  private study: PortableStudy | undefined;
  private environment: Readonly<Record<string, unknown>> | undefined;
  private readonly sources = new Map<string, Buffer>();
  private readonly trials: Reading[] = [];
  private readonly logs: ArchivedLog[] = [];
  private logBytes = 0;
  private count = 0;
  private ended = false;

  take(text: string): void {
    if (this.ended) throw new ArchiveError('The archive goes on behind its end.');
    const line = parse(text, this.count + 1);
    if (line.kind === 'end') {
      if (line.lines !== this.count)
        throw new ArchiveError(`The archive says it has ${String(line.lines)} lines, but has ${this.count}.`);
      this.ended = true;
      return;
    }
    this.count += 1;
    if (this.count === 1) this.takeHead(line);
    else this.takePart(line);
  }

  end(): Archive {
    if (this.study === undefined) throw new ArchiveError('The archive is empty.');
    if (!this.ended) throw new ArchiveError('The archive was cut off: its end is missing.');
    return {
      study: this.study,
      trials: this.trials.map(({ trial, curves, corrupt }) => ({
        trial,
        curves: [...curves.values()],
        corrupt,
      })),
      sources: this.sources,
      logs: this.logs,
      ...(this.environment === undefined ? {} : { environment: this.environment }),
    };
  }

  private takeHead(line: Readonly<Record<string, unknown>>): void {
    if (line.kind !== 'head' || line.format !== format)
      throw new ArchiveError('The file is no archive of TuneLens.');
    if (line.version !== version)
      throw new ArchiveError(
        `The archive is of format ${String(line.version)}, and this TuneLens knows format ${version}. Update TuneLens to read it.`,
      );
    this.study = checkStudy(line.study, decodeSpec);
  }

  /** Kinds of the future are passed over; within a version they may only add. */
  private takePart(line: Readonly<Record<string, unknown>>): void {
    switch (line.kind) {
      case 'environment':
        if (isObject(line.environment)) this.environment = line.environment;
        return;
      case 'source': {
        const bytes = bytesOf(line.bytes);
        this.sources.set(sha256(bytes), bytes);
        return;
      }
      case 'trial': {
        const trial = checkTrial(line.trial, this.trials.length);
        this.trials.push({ trial, curves: new Map(), corrupt: [] });
        return;
      }
      case 'curve':
        this.takeCurve(checkCurve(line), this.last(line.trial));
        return;
      case 'corrupt':
        this.last(line.trial).corrupt.push(checkCorrupt(line));
        return;
      case 'log':
        this.takeLog(line);
        return;
    }
  }

  private takeCurve({ metric, attempt, steps, values }: AttemptCurve, reading: Reading): void {
    const name = `${attempt} ${metric}`;
    const curve = reading.curves.get(name) ?? { metric, attempt, steps: [], values: [] };
    for (const [index, step] of steps.entries()) {
      curve.steps.push(step);
      curve.values.push(values[index] ?? Number.NaN);
    }
    reading.curves.set(name, curve);
  }

  private takeLog(line: Readonly<Record<string, unknown>>): void {
    const { trial } = this.last(line.trial);
    const { attempt } = line;
    if (typeof attempt !== 'number' || !Number.isInteger(attempt) || attempt < 1 || attempt > trial.attempt)
      throw new ArchiveError('The archive has output of an attempt that no trial made.');
    const bytes = bytesOf(line.bytes);
    this.logBytes += bytes.length;
    if (this.logBytes > mostLogBytes) throw new ArchiveError('The archive has output of an absurd size.');
    const before = this.logs.at(-1);
    if (before?.trial === trial.number && before.attempt === attempt)
      this.logs[this.logs.length - 1] = { ...before, bytes: Buffer.concat([before.bytes, bytes]) };
    else this.logs.push({ trial: trial.number, attempt, bytes });
  }

  private last(number: unknown): Reading {
    const last = this.trials.at(-1);
    if (last === undefined || last.trial.number !== number)
      throw new ArchiveError('The archive has something of a trial that is not the last one.');
    return last;
  }
}

const parse = (text: string, line: number): Readonly<Record<string, unknown>> => {
  try {
    const value = decodeJson(text);
    if (isObject(value)) return value;
  } catch {
    // told below
  }
  throw new ArchiveError(
    line === 1 ? 'The file is no archive of TuneLens.' : `Line ${line} of the archive cannot be read.`,
  );
};

const bytesOf = (value: unknown): Buffer => {
  if (typeof value !== 'string') throw new ArchiveError('The archive has content that is no text.');
  return Buffer.from(value, 'base64');
};
