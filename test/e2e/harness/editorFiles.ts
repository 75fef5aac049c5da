import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from './paths.ts';

export interface EditorFiles {
  /** The editor's own Node. */
  readonly node: string;
  /** The program that this Node runs: the server, or its command line. */
  readonly entry: string;
}

let found: Promise<EditorFiles> | undefined;

/** The test VS Code, installed on first use (half a minute and a network; later calls are instant). */
export function editorFiles(): Promise<EditorFiles> {
  found ??= install();
  return found;
}

async function install(): Promise<EditorFiles> {
  const { stdout } = await promisify(execFile)(path.join(repository, 'scripts/install-editor.sh'));
  const root = stdout.trim();
  return { node: path.join(root, 'node'), entry: path.join(root, 'entry.js') };
}
