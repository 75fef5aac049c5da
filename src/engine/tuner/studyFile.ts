import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeWhole } from '../launch/writeWhole.ts';
import { decodeSpec, encodeSpec } from '../study/specText.ts';
import type { StudyRecord } from '../study/store.ts';
import type { PortableStudy } from '../study/upkeep.ts';

const fileOf = (runs: string, study: string): string => path.join(runs, study, 'study.json');

interface Written {
  readonly v: 1;
  readonly id: string;
  readonly name: string;
  readonly script: string;
  /** As the store keeps it. */
  readonly spec: string;
  readonly plan: string;
  readonly createdAtMs: number;
}

/**
 * Keeps what was asked beside the study's runs, so that all of it can be rebuilt from there should the database be
 * lost. Appears whole or not at all.
 */
export const writeStudyFile = (runs: string, study: StudyRecord): void => {
  const { id, name, script, spec, plan, createdAtMs } = study;
  const written: Written = { v: 1, id, name, script, spec: encodeSpec(spec), plan, createdAtMs };
  writeWhole(fileOf(runs, id), `${JSON.stringify(written)}\n`);
};

export const hasStudyFile = (runs: string, study: string): boolean =>
  statSync(fileOf(runs, study), { throwIfNoEntry: false }) !== undefined;

/** What was asked, as a study that waits for a person to go on with it. Undefined when there is none, or it is damaged. */
export const readStudyFile = (runs: string, study: string): PortableStudy | undefined => {
  try {
    const file = fileOf(runs, study);
    const written = JSON.parse(readFileSync(file, 'utf8')) as Written; // by writeStudyFile, whole; checked below
    if (written.v !== 1 || written.id !== study) return undefined;
    JSON.parse(written.plan);
    return {
      id: study,
      name: written.name,
      script: written.script,
      state: 'paused',
      message: 'Its record was lost and has been rebuilt from its run folders. Resume to go on.',
      spec: decodeSpec(written.spec),
      plan: written.plan,
      createdAtMs: written.createdAtMs,
      updatedAtMs: statSync(file).mtimeMs,
      elapsedMs: 0,
    };
  } catch {
    return undefined; // never written, or not by us
  }
};

/** Studies that have a folder of runs. */
export const studyFolders = (runs: string): readonly string[] => {
  try {
    return readdirSync(runs, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name);
  } catch {
    return []; // no runs yet
  }
};
