import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const folder = path.join(import.meta.dirname, '../.venv');
const requirements = path.join(import.meta.dirname, 'requirements.txt');
/** Holds the requirements that were installed; written last. */
const marker = path.join(folder, 'complete.txt');
const interpreter = path.join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

const installLimitMs = 150_000;

/** The Python that has Optuna, installed on first use; a sentence when it cannot be had here. */
export const optunaPython = async (
  progress: (text: string) => void,
): Promise<{ readonly python: string } | { readonly missing: string }> => {
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return { python: interpreter };
  progress('installing Optuna for comparison, once');
  try {
    rmSync(folder, { recursive: true, force: true });
    await promisify(execFile)('python3', ['-m', 'venv', folder]);
    await promisify(execFile)(
      interpreter,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements],
      { timeout: installLimitMs },
    );
    writeFileSync(marker, wanted);
    return { python: interpreter };
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error);
    return { missing: `Optuna could not be installed (${reason})` };
  }
};
