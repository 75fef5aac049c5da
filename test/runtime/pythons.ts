import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

const versionOf = (python: string): string | undefined => {
  try {
    const said = execFileSync(python, ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return /^Python (\d+\.\d+)/.exec(said)?.[1];
  } catch {
    return undefined; // not installed
  }
};

const versionManagers = (): readonly string[] => {
  const folder = path.join(homedir(), '.pyenv', 'versions');
  try {
    return readdirSync(folder).map((version) => path.join(folder, version, 'bin', 'python3'));
  } catch {
    return []; // not used here
  }
};

/** Every Python on this machine that the runtime supports, one for each version; at least `python3`. */
export const pythons = (): ReadonlyMap<string, string> => {
  const minors = Array.from({ length: 10 }, (_, index) => `python3.${index + 7}`);
  const found = new Map<string, string>();
  for (const python of ['python3', ...minors, ...versionManagers()]) {
    const version = versionOf(python);
    if (version !== undefined && Number(version.split('.')[1]) >= 7 && !found.has(version))
      found.set(version, python);
  }
  if (found.size === 0) throw new Error('These tests need a Python 3.7 or later on the PATH.');
  return found;
};
