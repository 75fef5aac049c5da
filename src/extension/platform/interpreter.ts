import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { commands, extensions, type Uri } from 'vscode';
import { settingsSection } from '../contributions.ts';
import { UserError } from './failures.ts';
import { openSetting } from './openSetting.ts';

const pythonExtension = 'ms-python.python';

export interface InterpreterQuestion {
  readonly script: Uri;
  /** Absolute; what relative paths are relative to. */
  readonly folder: string;
  /** The setting: a path, a name, or empty. */
  readonly chosen: string;
}

/** Absolute path of the interpreter that runs a script: the setting's, the Python extension's, else the system's. */
export const findInterpreter = async ({ script, folder, chosen }: InterpreterQuestion): Promise<string> => {
  if (chosen.trim() !== '') return findChosen(chosen.trim(), folder);
  const active = await findActive(script);
  if (active !== undefined) return active;
  const names = process.platform === 'win32' ? ['python', 'python3'] : ['python3', 'python'];
  for (const name of names) {
    const found = await findOnPath(name);
    if (found !== undefined) return found;
  }
  throw new UserError(
    l10n.t('No Python interpreter was found. Install Python, or choose an interpreter.'),
    selectAction(),
  );
};

/** Would `findInterpreter` find none? Where the Python extension is, it is not woken for the answer: it asks by itself. */
export const isInterpreterMissing = async (question: InterpreterQuestion): Promise<boolean> => {
  if (question.chosen.trim() === '' && extensions.getExtension(pythonExtension) !== undefined) return false;
  try {
    await findInterpreter(question);
    return false;
  } catch (error) {
    return error instanceof UserError;
  }
};

/** The Python extension's own picker when it is there, else our setting. */
export const selectInterpreter = async (): Promise<void> => {
  if (extensions.getExtension(pythonExtension) !== undefined)
    await commands.executeCommand('python.setInterpreter');
  else await openInterpreterSetting();
};

const openInterpreterSetting = async (): Promise<void> => {
  await openSetting('python.interpreter');
};

const selectAction = (): UserError['action'] => ({
  title: l10n.t('Select interpreter'),
  run: selectInterpreter,
});

const findChosen = async (chosen: string, folder: string): Promise<string> => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the editor's own spelling in settings
  const expanded = chosen.replaceAll('${workspaceFolder}', folder).replace(/^~(?=[\\/])/, homedir());
  const isPath = /[\\/]/.test(expanded);
  const found = isPath ? await existing(path.resolve(folder, expanded)) : await findOnPath(expanded);
  if (found !== undefined) return found;
  throw new UserError(
    l10n.t(
      'There is no interpreter “{0}”. Correct the setting “{1}”.',
      chosen,
      `${settingsSection}.python.interpreter`,
    ),
    {
      title: l10n.t('Open setting'),
      run: openInterpreterSetting,
    },
  );
};

const findOnPath = async (name: string): Promise<string | undefined> => {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    if (folder === '') continue;
    for (const ending of endings) {
      const found = await existing(path.join(folder, name + ending));
      if (found !== undefined) return found;
    }
  }
  return undefined;
};

const existing = async (file: string): Promise<string | undefined> => {
  try {
    await access(file, constants.X_OK);
    return file;
  } catch {
    return undefined; // absent or not to be run: the next place is tried
  }
};

/** The part of the Python extension's API that is used here; another extension's answer is not trusted to have it. */
interface PythonEnvironments {
  getActiveEnvironmentPath(resource?: Uri): { readonly id: string; readonly path: string };
  resolveEnvironment(environment: { readonly id: string; readonly path: string } | string): Promise<unknown>;
}

const findActive = async (script: Uri): Promise<string | undefined> => {
  const extension = extensions.getExtension(pythonExtension);
  if (extension === undefined) return undefined;
  try {
    const api: unknown = extension.isActive ? extension.exports : await extension.activate();
    const environments = environmentsOf(api);
    if (environments === undefined) return undefined;
    const active = environments.getActiveEnvironmentPath(script);
    return executableOf(await environments.resolveEnvironment(active));
  } catch {
    return undefined; // the other extension's trouble is its own to tell; the system's Python is next
  }
};

const environmentsOf = (api: unknown): PythonEnvironments | undefined => {
  const environments = property(api, 'environments');
  return typeof property(environments, 'getActiveEnvironmentPath') === 'function' &&
    typeof property(environments, 'resolveEnvironment') === 'function'
    ? (environments as PythonEnvironments) // both methods were just seen
    : undefined;
};

const executableOf = (environment: unknown): string | undefined => {
  const file = property(property(property(environment, 'executable'), 'uri'), 'fsPath');
  return typeof file === 'string' && file !== '' ? file : undefined;
};

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
