// What is otherwise now than when a study was started, for who runs one of its trials again.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { TrialRecord } from '../study/store.ts';
import type { DataFiles } from './dataFiles.ts';
import { describeEnvironment, type Environment, readEnvironment } from './environment.ts';
import type { RunPlan } from './plan.ts';
import { readSource } from './sources.ts';

/** More names than this are a different environment, and listing them helps nobody. */
const mostNamed = 6;

const listed = (names: readonly string[]): string =>
  names.length <= mostNamed
    ? names.join(', ')
    : `${names.slice(0, mostNamed).join(', ')} and ${names.length - mostNamed} more`;

const programDifference = (then: Environment['program'], now: Environment['program']): readonly string[] => {
  if (now === undefined || then === undefined || now.version === then.version) return [];
  const [name = ''] = now.words;
  if (now.version === null) return [`${name} does not say its version.`];
  return then.version === null ? [] : [`${name} is ${now.version}; it was ${then.version}.`];
};

const interpreterDifference = (then: Environment, now: Environment): readonly string[] => {
  if (now.program !== undefined) return programDifference(then.program, now.program);
  if (now.pythonVersion === null) return [`The interpreter ${now.interpreter} does not answer.`];
  return then.pythonVersion === null || then.pythonVersion === now.pythonVersion
    ? []
    : [`Python is ${now.pythonVersion}; it was ${then.pythonVersion}.`];
};

const packageDifferences = (
  { packages: then }: Environment,
  { packages: now }: Environment,
): readonly string[] => {
  const has = (packages: Environment['packages'], name: string): boolean => Object.hasOwn(packages, name);
  const changed = Object.keys(now)
    .filter((name) => has(then, name) && then[name] !== now[name])
    .map((name) => `${name} ${now[name]} (was ${then[name]})`);
  const added = Object.keys(now).filter((name) => !has(then, name));
  const removed = Object.keys(then).filter((name) => !has(now, name));
  return [
    ...(changed.length === 0 ? [] : [`Packages changed: ${listed(changed)}.`]),
    ...(added.length === 0 ? [] : [`Packages added: ${listed(added)}.`]),
    ...(removed.length === 0 ? [] : [`Packages removed: ${listed(removed)}.`]),
  ];
};

const gitDifference = ({ git: then }: Environment, { git: now }: Environment): readonly string[] => {
  if (then === null || now === null) return [];
  if (then.commit !== now.commit)
    return [
      `The repository is at commit ${now.commit.slice(0, 10)}; it was at ${then.commit.slice(0, 10)}${then.dirty ? ' with changes' : ''}.`,
    ];
  return then.dirty === now.dirty
    ? []
    : [
        `The repository ${now.dirty ? 'has changes that are not committed' : 'had changes that were not committed'}.`,
      ];
};

const dataDifferences = (then: DataFiles = {}, now: DataFiles = {}): readonly string[] => {
  const changed = Object.keys(then).filter(
    (file) => now[file] !== undefined && now[file]?.sha256 !== then[file]?.sha256,
  );
  const gone = Object.keys(then).filter((file) => now[file] === undefined);
  const added = Object.keys(now).filter((file) => then[file] === undefined);
  return [
    ...(changed.length === 0 ? [] : [`Data files changed: ${listed(changed)}.`]),
    ...(gone.length === 0 ? [] : [`Data files missing: ${listed(gone)}.`]),
    ...(added.length === 0 ? [] : [`Data files added: ${listed(added)}.`]),
  ];
};

const bytesOf = (file: string, read: (file: string) => Uint8Array): Uint8Array | undefined => {
  try {
    return read(file);
  } catch {
    return undefined; // gone
  }
};

const sourceDifferences = ({ files, cwd }: RunPlan): readonly string[] => {
  const changed = files.filter(({ path: file, snapshot }) => {
    const now = bytesOf(file, (name) => readSource(name).bytes);
    const then = bytesOf(snapshot, readFileSync);
    return then === undefined || now === undefined || Buffer.compare(now, then) !== 0;
  });
  const names = changed.map(({ path: file }) => path.relative(cwd, file));
  return names.length === 0
    ? []
    : [`${listed(names)} changed since; the trial runs what stood there when the study was started.`];
};

const attemptDifference = ({ attempt, rungs = [], number }: TrialRecord): readonly string[] =>
  attempt <= 1 && rungs.length <= 1
    ? []
    : [`Trial ${number} ran in ${attempt} attempts; its repetition runs in one.`];

/** One sentence each; none where nothing is known to differ. */
export const differencesNow = async (
  where: { readonly folder: string; readonly runs: string },
  study: string,
  plan: RunPlan,
  trial: TrialRecord,
): Promise<readonly string[]> => {
  const then = await readEnvironment(where.runs, study);
  const around = async (): Promise<readonly string[]> => {
    if (then === undefined)
      return ['What surrounded the study was not recorded, so packages and data are not compared.'];
    const now = await describeEnvironment({ ...plan, folder: where.folder });
    return [
      ...interpreterDifference(then, now),
      ...(now.pythonVersion === null || now.program !== undefined ? [] : packageDifferences(then, now)),
      ...gitDifference(then, now),
      ...dataDifferences(then.data, now.data),
    ];
  };
  return [...(await around()), ...sourceDifferences(plan), ...attemptDifference(trial)];
};
