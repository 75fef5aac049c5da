import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { repository } from './paths.ts';

/** What goes into the package; a package older than any of it would test yesterday's code. */
const ingredients = [
  ...['package.json', 'package.nls.json', 'package.nls.de.json', 'esbuild.mjs', 'README.md'],
  ...['src', 'webview', 'media', 'l10n', 'syntaxes', 'examples/spirals'],
];

let built: Promise<string> | undefined;

/**
 * Our extension, packaged: TUNELENS_VSIX when set, else the newest of dist/, packaged anew when a source is younger.
 * Asked again in the same run it gives the same file.
 */
export function packagedExtension(): Promise<string> {
  built ??= findOrBuild();
  return built;
}

async function findOrBuild(): Promise<string> {
  const given = process.env.TUNELENS_VSIX;
  if (given) return path.resolve(given);
  const changed = Math.max(
    ...(await Promise.all(ingredients.map((name) => lastChange(path.join(repository, name))))),
  );
  const present = await newestPackage();
  if (present && present.changed > changed) return present.file;
  await promisify(execFile)('npm', ['run', 'package'], { cwd: repository });
  const fresh = await newestPackage();
  if (!fresh) throw new Error('"npm run package" left no .vsix in dist/');
  return fresh.file;
}

/** Packages an extension of the harness's own, given by its folder, into a file of another folder. */
export async function packSample(name: string, target: string): Promise<string> {
  const file = path.join(target, `${name}.vsix`);
  const options = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', file];
  await promisify(execFile)('npx', ['vsce', 'package', ...options], {
    cwd: path.join(repository, 'test/e2e/harness', name),
  });
  return file;
}

async function newestPackage(): Promise<{ file: string; changed: number } | undefined> {
  const dist = path.join(repository, 'dist');
  const names = await readdir(dist).catch(() => []);
  const usable = names.filter((name) => name.endsWith('.vsix') && isForThisMachine(name));
  const dated = await Promise.all(
    usable.map(async (name) => ({
      file: path.join(dist, name),
      changed: await lastChange(path.join(dist, name)),
    })),
  );
  return dated.sort((a, b) => b.changed - a.changed)[0];
}

function isForThisMachine(name: string): boolean {
  const target = /(?:win32|darwin|linux|alpine)-(?:x64|arm64|armhf)/.exec(name)?.[0];
  return target === undefined || target === `${process.platform}-${process.arch}`;
}

async function lastChange(file: string): Promise<number> {
  const info = await stat(file).catch(() => undefined);
  if (!info) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  const names = await readdir(file);
  return Math.max(0, ...(await Promise.all(names.map((name) => lastChange(path.join(file, name))))));
}
