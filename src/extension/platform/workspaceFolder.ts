import path from 'node:path';
import { type Uri, workspace } from 'vscode';

/** The folder whose engine a script belongs to: its workspace folder, else the one it stands in. Absolute path. */
export const folderOf = (script: Uri): string =>
  workspace.getWorkspaceFolder(script)?.uri.fsPath ?? path.dirname(script.fsPath);

/** As the engine names files: relative to the folder, forward slashes. */
export const relativeTo = (folder: string, file: string): string =>
  path.relative(folder, file).split(path.sep).join('/');
