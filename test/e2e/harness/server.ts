import { execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { editorFiles } from './editorFiles.ts';
import { signalGroup } from './processes.ts';
import type { Profile } from './profile.ts';
import { until } from './until.ts';

/** A running VS Code server: the parent of extension hosts, terminals and file watchers. */
export interface Server {
  /** Where a browser finds it; no slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Process id of the server, which is also the id of its process group. */
  readonly pid: number;
  readonly logFile: string;
  readonly testDriver: boolean;
  /** Ends the server with everything it started, except what detached itself into a session of its own. */
  stop(): Promise<void>;
}

/** What the server, and so the extension, sees of the environment; nothing of the test run's own leaks in. */
export type Environment = Readonly<Record<string, string>>;

export interface ServerOptions {
  readonly environment?: Environment;
  /** A free one is taken when not given. */
  readonly port?: number;
  /**
   * VS Code's own hooks for test runs inside the extension host. Needed to run an extension from
   * source; a price is that no notification appears in the corner by itself.
   */
  readonly testDriver?: boolean;
}

export async function startServer(profile: Profile, options: ServerOptions = {}): Promise<Server> {
  const files = await editorFiles();
  const logFile = path.join(profile.root, 'server.log');
  const log = openSync(logFile, 'w');
  const child = spawn(files.node, [files.entry, ...serverArguments(profile, options)], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: profile.home,
    env: cleanEnvironment(profile, options.environment ?? {}),
  });
  closeSync(log);
  const pid = child.pid;
  if (pid === undefined) throw new Error(`the editor's server could not be started: ${files.node}`);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const killNow = (): void => signalGroup(pid, 'SIGKILL');
  process.once('exit', killNow);

  const stop = async (): Promise<void> => {
    signalGroup(pid, 'SIGTERM');
    const timer = setTimeout(killNow, 5_000);
    await ended;
    clearTimeout(timer);
    killNow(); // what of the group did not listen
    process.off('exit', killNow);
  };

  try {
    const port = await until('the server to listen', async () => {
      const text = await readFile(logFile, 'utf8');
      if (child.exitCode !== null) throw new Error(`the server ended:\n${text}`);
      return /HTTP server listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
    });
    return {
      url: `http://127.0.0.1:${port}`,
      port: Number(port),
      pid,
      logFile,
      testDriver: options.testDriver ?? false,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Installs a packaged extension, as a user would from the command line. */
export async function installVsix(profile: Profile, vsix: string): Promise<void> {
  const files = await editorFiles();
  const { stdout, stderr } = await promisify(execFile)(
    files.node,
    [files.entry, ...dataArguments(profile), '--install-extension', vsix, '--force'],
    { env: cleanEnvironment(profile, {}), cwd: profile.home },
  );
  if (!/successfully installed/.test(stdout))
    throw new Error(`${vsix} was not installed:\n${stdout}${stderr}`);
}

function serverArguments(profile: Profile, options: ServerOptions): string[] {
  return [
    ...['--auth', 'none', '--bind-addr', `127.0.0.1:${options.port ?? 0}`, ...dataArguments(profile)],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(profile.workspaceTrust === 'off' ? ['--disable-workspace-trust'] : []),
    // A window that vanished without a goodbye must not keep its extension host for the usual three hours.
    ...['--reconnection-grace-time', '30', '--idle-timeout-seconds', '1800'],
    ...(options.testDriver ? ['--vscode-option', 'enable-smoke-test-driver'] : []),
  ];
}

function dataArguments(profile: Profile): string[] {
  return ['--user-data-dir', profile.data, '--extensions-dir', profile.extensions];
}

function cleanEnvironment(profile: Profile, extra: Environment): NodeJS.ProcessEnv {
  // The Node and tools of this repository are for the tests; a user's trials do not have them on the path.
  const searchPath = (process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin')
    .split(path.delimiter)
    .filter((folder) => !folder.includes('node_modules') && !folder.includes('node-gyp-bin'))
    .join(path.delimiter);
  return {
    HOME: profile.home,
    PATH: searchPath,
    LANG: 'C.UTF-8',
    SHELL: '/bin/bash',
    TERM: 'xterm-256color',
    ...extra,
  };
}
