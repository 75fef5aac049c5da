import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';

/** Where the study ran that a terminal shows. */
export interface LinkedStudy {
  readonly id: string;
  /** Absolute path of the workspace folder. */
  readonly folder: string;
  /** Relative to the folder. */
  readonly script: string;
}

/** What is needed of the plan that a study keeps beside its runs. */
interface Plan {
  readonly cwd: string | undefined;
  /** What is copied into a run's folder, where the language needs it. */
  readonly root: string | undefined;
  /** Files of the person by the snapshot that ran. */
  readonly originals: ReadonlyMap<string, string>;
}

/** The person's file that a path in a study's output means; undefined where there is none. Absolute. */
export const findLinkedFile = async (study: LinkedStudy, named: string): Promise<string | undefined> => {
  const plan = await readPlan(study);
  const places = [
    ...(plan.cwd === undefined ? [] : [plan.cwd]),
    path.dirname(path.join(study.folder, study.script)),
    study.folder,
  ];
  for (const file of new Set(places.map((place) => path.resolve(place, named)))) {
    const original = plan.originals.get(file) ?? outOfRunFolder(file, study.folder, plan.root);
    if (await isFile(original)) return original;
  }
  return undefined;
};

/**
 * What ran from a copy of the project in a run's folder (`.tunelens/runs/STUDY/TRIAL/ATTEMPT/NAME/…`) leads to the
 * file it was copied from.
 */
const outOfRunFolder = (file: string, folder: string, root = folder): string => {
  const inside = path.relative(path.join(folder, '.tunelens', 'runs'), file).split(path.sep);
  const [, , , , ...below] = inside;
  if (inside[0] === '..' || below.length === 0) return file;
  return path.join(root, ...below);
};

const isFile = async (file: string): Promise<boolean> => {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false; // absent, or a name no file can have
  }
};

const noPlan: Plan = { cwd: undefined, root: undefined, originals: new Map() };

const readPlan = async ({ id, folder }: LinkedStudy): Promise<Plan> => {
  try {
    const file = path.join(folder, '.tunelens', 'runs', id, 'study.json');
    const written: unknown = JSON.parse(await readFile(file, 'utf8'));
    const text = property(written, 'plan');
    return typeof text === 'string' ? toPlan(JSON.parse(text)) : noPlan;
  } catch {
    return noPlan; // removed, or of another version: the script's folder is tried
  }
};

const toPlan = (plan: unknown): Plan => {
  const cwd = property(plan, 'cwd');
  const files = property(plan, 'files');
  const originals = new Map<string, string>();
  for (const file of Array.isArray(files) ? files : []) {
    const original = property(file, 'path');
    const snapshot = property(file, 'snapshot');
    if (typeof original === 'string' && typeof snapshot === 'string') originals.set(snapshot, original);
  }
  return { cwd: textOr(cwd), root: textOr(property(property(plan, 'runner'), 'root')), originals };
};

const textOr = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
