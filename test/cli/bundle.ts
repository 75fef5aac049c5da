import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandLine {
  run(...args: readonly string[]): Promise<Outcome>;
  /** Answers to lines given on standard input, one object a line. */
  ask(...lines: readonly string[]): readonly unknown[];
  readonly file: string;
  remove(): void;
}

/** The command line as it ships: one bundle with the runtime and SQLite's binary beside it. */
export const bundleCommandLine = async (): Promise<CommandLine> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunelens cli '));
  const file = path.join(folder, 'tunelens.js');
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'], // as `esbuild.mjs`: one parser's other build hides its imports
    logLevel: 'error',
  });
  cpSync('src/runtime', path.join(folder, 'runtime'), { recursive: true });
  mkdirSync(path.join(folder, 'native'));
  cpSync('node_modules/better-sqlite3/prebuilds', path.join(folder, 'native'), { recursive: true });
  return {
    file,
    run: (...args) =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
        let stdout = '';
        let stderr = '';
        child.stdout.on('data', (chunk) => (stdout += chunk));
        child.stderr.on('data', (chunk) => (stderr += chunk));
        child.on('close', (code) => resolve({ code, stdout, stderr }));
      }),
    ask: (...lines) => {
      const { stdout } = spawnSync(process.execPath, [file, 'ask'], {
        input: `${lines.join('\n')}\n`,
        encoding: 'utf8',
      });
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
