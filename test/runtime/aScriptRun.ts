import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { localLauncher } from '../../src/engine/launch/local.ts';
import {
  type JsonValue,
  type Launcher,
  type Patch,
  type RunHandle,
  type RunRecord,
  type RunSpec,
  type RunState,
  startCursor,
} from '../../src/engine/study/launcher.ts';

export const runtimeFolder = fileURLToPath(new URL('../../src/runtime', import.meta.url));

/** A temporary folder with a name that every careless program trips over. */
export const hostileFolder = (): string => mkdtempSync(path.join(tmpdir(), `-tl 'q" ü\u{1f600} $x;`));

export const removeFolder = (folder: string): void =>
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

export interface LiteralChange {
  readonly file?: string;
  /** Text with the literal between « and »: `lr = «0.1»`. */
  readonly at: string;
  readonly to: string;
  readonly value?: JsonValue;
  readonly id?: string;
  readonly binding?: Patch['binding'];
}

export interface ScriptRun {
  /** Sources by name relative to the folder; `train.py` is run. */
  readonly sources: Readonly<Record<string, string>>;
  readonly change?: readonly LiteralChange[];
  /** Statements after which `name` is reported. */
  readonly reports?: readonly { readonly file?: string; readonly after: string; readonly name: string }[];
  readonly args?: readonly string[];
  readonly python?: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly trial?: number;
}

const byteOffset = (text: string, index: number): number => Buffer.byteLength(text.slice(0, index));

const patchOf = (source: string, change: LiteralChange): Patch => {
  const [before = '', anchor = ''] = change.at.split(/[«»]/);
  const found = source.indexOf(change.at.replace(/[«»]/g, ''));
  if (found < 0) throw new Error(`no ${change.at} in the source`);
  const start = byteOffset(source, found + before.length);
  return {
    id: change.id ?? 'x',
    start,
    end: start + Buffer.byteLength(anchor),
    anchor,
    text: change.to,
    value: change.value ?? Number(change.to),
    binding: change.binding ?? { kind: 'source' },
  };
};

/** Writes the sources and their snapshots, and describes the run that puts the changes in. */
export const aScriptRun = (folder: string, script: ScriptRun): RunSpec => {
  const trial = script.trial ?? 0;
  const snapshots = path.join(folder, 'snapshots');
  mkdirSync(snapshots, { recursive: true });
  const files = Object.entries(script.sources).map(([name, text]) => {
    const target = path.join(folder, name);
    const snapshot = path.join(snapshots, name.replaceAll('/', '_'));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
    writeFileSync(snapshot, text);
    const inThis = ({ file }: { readonly file?: string }): boolean => (file ?? 'train.py') === name;
    return {
      ...(/\.(?:json|toml|ya?ml)$/u.test(name) && { kind: 'config' as const }),
      path: target,
      snapshot,
      patches: (script.change ?? []).filter(inThis).map((change) => patchOf(text, change)),
      reports: (script.reports ?? []).filter(inThis).map(({ after, name: metric }) => ({
        at: byteOffset(text, text.indexOf(after) + after.length),
        name: metric,
        metric,
      })),
    };
  });
  const params = Object.fromEntries(
    files.flatMap((file) => file.patches.map((patch) => [patch.id, patch.value])),
  );
  return {
    input: {
      v: 1,
      key: { study: 'study', trial, attempt: 1 },
      folder: path.join(folder, 'runs', 'study', String(trial), '1'),
      params,
      seed: 7,
      files,
    },
    argv: [
      script.python ?? 'python3',
      ...(script.options ?? []),
      path.join(folder, 'train.py'),
      ...(script.args ?? []),
    ],
    cwd: folder,
    env: script.env ?? {},
  };
};

/** Each run starts cold. */
export const aLocalLauncher = (folder: string): Launcher =>
  localLauncher({ runtimeFolder, runsFolder: path.join(folder, 'runs'), warm: false });

export interface Outcome {
  readonly state: RunState;
  readonly records: readonly RunRecord[];
  readonly log: string;
}

/** Reads a run from its beginning until it is over. */
export const untilOver = async (
  launcher: Launcher,
  handle: RunHandle,
  limitMs = 20_000,
): Promise<Outcome> => {
  const records: RunRecord[] = [];
  const deadline = performance.now() + limitMs;
  for (let cursor = startCursor; ; ) {
    const update = await launcher.poll(handle, cursor);
    records.push(...update.records);
    cursor = update.cursor;
    if (update.state.kind === 'ended' || update.state.kind === 'lost')
      return { state: update.state, records, log: readFileSync(path.join(handle.folder, 'log'), 'utf8') };
    if (performance.now() > deadline) throw new Error('the run did not end');
    if (!update.more) await delay(10);
  }
};

/** Runs a script to its end on this machine. */
export const runScript = async (folder: string, script: ScriptRun): Promise<Outcome> => {
  const launcher = aLocalLauncher(folder);
  return untilOver(launcher, await launcher.start(aScriptRun(folder, script)));
};

export const boundIn = (outcome: Outcome): Readonly<Record<string, JsonValue>> =>
  Object.assign({}, ...outcome.records.map((record) => (record.kind === 'bound' ? record.values : {})));

/** `metric@step=value` for every report, in order. */
export const reportsIn = (outcome: Outcome): readonly string[] =>
  outcome.records.flatMap((record) =>
    record.kind === 'report'
      ? Object.entries(record.metrics).map(([name, value]) => `${name}@${record.step}=${value}`)
      : [],
  );

export const noticesIn = (outcome: Outcome): readonly string[] =>
  outcome.records.flatMap((record) => (record.kind === 'notice' ? [record.text] : []));
