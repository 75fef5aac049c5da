import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const bench = path.join(import.meta.dirname, '..');
const inFolder = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';

const installLimitMs = 150_000;

export type FoundPython = { readonly python: string } | { readonly missing: string };

/** A Python that has the packages of a requirements file, installed on first use; a sentence when it cannot be had here. */
const pythonWith = async (
  { name, folder, requirements }: { name: string; folder: string; requirements: string },
  progress: (text: string) => void,
): Promise<FoundPython> => {
  const python = path.join(folder, inFolder);
  /** Holds the requirements that were installed; written last. */
  const marker = path.join(folder, 'complete.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return { python };
  progress(`installing ${name} for comparison, once`);
  try {
    rmSync(folder, { recursive: true, force: true });
    await promisify(execFile)('python3', ['-m', 'venv', folder]);
    await promisify(execFile)(
      python,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements],
      { timeout: installLimitMs },
    );
    writeFileSync(marker, wanted);
    return { python };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { missing: `${name} could not be installed (${reason})` };
  }
};

export const optunaPython = (progress: (text: string) => void): Promise<FoundPython> =>
  pythonWith(
    {
      name: 'Optuna',
      folder: path.join(bench, '.venv'),
      requirements: path.join(bench, 'optuna/requirements.txt'),
    },
    progress,
  );

export const rayPython = (progress: (text: string) => void): Promise<FoundPython> =>
  pythonWith(
    {
      name: 'Ray Tune',
      folder: path.join(bench, '.venvs/ray'),
      requirements: path.join(bench, 'load/ray/requirements.txt'),
    },
    progress,
  );
