import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * A Python environment. Several, since peers' versions conflict. Its packages are in `requirements/NAME.txt`, those that
 * must be installed without what they ask for in `requirements/NAME-alone.txt`.
 */
export type EnvironmentName = 'problems' | 'torch' | 'smac' | 'hebo';

const venvs = path.join(import.meta.dirname, '../.venvs');
const onWindows = process.platform === 'win32';

const run = promisify(execFile);

const lastLine = (error: unknown): string => {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  const text = stderr.trim() || (error instanceof Error ? error.message : String(error));
  return text.trim().split('\n').at(-1) ?? '';
};

/** The environment's Python, installed on first use; a sentence when it cannot be had here. */
export const pythonOf = async (
  name: EnvironmentName,
  progress: (text: string) => void,
): Promise<{ readonly python: string } | { readonly missing: string }> => {
  const folder = path.join(venvs, name);
  const python = path.join(folder, onWindows ? 'Scripts/python.exe' : 'bin/python');
  /** Holds the requirements that were installed; written last. */
  const marker = path.join(folder, 'complete.txt');
  const lists = [`${name}.txt`, `${name}-alone.txt`]
    .map((file) => path.join(import.meta.dirname, 'requirements', file))
    .filter((file) => existsSync(file));
  const wanted = lists.map((file) => readFileSync(file, 'utf8')).join('');
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return { python };
  progress(`installing the Python environment “${name}”, once`);
  try {
    rmSync(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    for (const list of lists)
      await run(python, [
        ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'],
        ...(list.endsWith('-alone.txt') ? ['--no-deps'] : []),
        ...['--requirement', list],
      ]);
    writeFileSync(marker, wanted);
    return { python };
  } catch (error) {
    return { missing: `the environment “${name}” could not be installed (${lastLine(error)})` };
  }
};
