import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { LaunchError } from '../study/launcher.ts';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

const candidates = (name: string, cwd: string, searchPath: string): readonly string[] => {
  const suffixes = process.platform === 'win32' ? ['', '.exe', '.cmd', '.bat'] : [''];
  const bases =
    name.includes('/') || name.includes(path.sep)
      ? [path.resolve(cwd, name)]
      : searchPath.split(path.delimiter).map((folder) => path.resolve(cwd, folder, name));
  return bases.flatMap((base) => suffixes.map((suffix) => base + suffix));
};

/** Absolute path of a program as a shell in `cwd` would find it. Throws `LaunchError` when there is none. */
export const findProgram = (name: string, cwd: string, searchPath: string): string => {
  const found = candidates(name, cwd, searchPath).find(isExecutable);
  if (found !== undefined) return found;
  throw new LaunchError(
    'interpreter-missing',
    `There is no program “${name}”${name.includes('/') ? '' : ' on the PATH'}: ${isPython(name) ? 'choose another Python interpreter, or install it' : 'install it, or say in the setting “tunelens.run.commands” what runs such scripts'}.`,
  );
};

/** `python`, `python3.12`, `pypy3` and the like, with or without `.exe`. */
export const isPython = (program: string): boolean =>
  /^(?:python|pypy)w?[\d.]*(?:\.exe)?$/i.test(path.basename(program));
