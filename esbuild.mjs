// Builds what ships: host, engine thread, panel and command line, with SQLite's binary and the Python runtime beside them.
//   node esbuild.mjs [--production] [--watch] [--all | --platform=linux-x64] [--allow-missing]
// Without --all or --platform the binary of this machine's platform is copied.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { build, context } from 'esbuild';

const flags = new Set(process.argv.slice(2));
const production = flags.delete('--production');
const watch = flags.delete('--watch');
const all = flags.delete('--all');
const allowMissing = flags.delete('--allow-missing');
const platformFlag = [...flags].find((flag) => flag.startsWith('--platform='));
if (platformFlag !== undefined) flags.delete(platformFlag);
const platform = platformFlag?.slice('--platform='.length) ?? process.env.TUNELENS_PLATFORM;
if (flags.size > 0)
  fail(`unknown: ${[...flags].join(' ')}; known: --production --watch --all --platform=NAME --allow-missing`);

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': production ? '"production"' : '"development"' },
};
// The oldest supported editor runs its extensions on Node 22.
const onNode = { ...shared, platform: 'node', format: 'cjs', target: 'node22' };
const inPage = {
  ...shared,
  platform: 'browser',
  format: 'iife',
  target: 'chrome134',
  loader: { '.svg': 'dataurl', '.ttf': 'dataurl' },
};

/** Parsers, each with the module that a bundler can follow: the first of jsonc-parser's builds hides its imports. */
const parsers = {
  '@lezer/python': '@lezer/python',
  '@lezer/javascript': '@lezer/javascript',
  '@lezer/cpp': '@lezer/cpp',
  '@plutojl/lezer-julia': '@plutojl/lezer-julia',
  yaml: 'yaml',
  'toml-eslint-parser': 'toml-eslint-parser',
  'jsonc-parser': 'jsonc-parser/lib/esm/main.js',
};

/** What we use of parsers that are functions or classes. */
const parserFunctions = { yaml: 'Parser', 'toml-eslint-parser': 'parseTOML', 'jsonc-parser': 'visit' };

const parsersFile = './parsers.js';

/**
 * Building a parser's tables takes longer than the rest of the host: left until a text in its language is scanned.
 * `apart`: in a file of their own, since even text that is not run yet takes a host a while to read.
 */
const lazyParsers = ({ apart }) => ({
  name: 'lazy-parsers',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /.*/ }, ({ namespace, path: name }) => {
      if (namespace === 'lazy-parser')
        return name === parsersFile ? { path: name, external: true } : undefined;
      return Object.hasOwn(parsers, name) ? { path: name, namespace: 'lazy-parser' } : undefined;
    });
    onLoad({ filter: /.*/, namespace: 'lazy-parser' }, ({ path: name }) => ({
      resolveDir: process.cwd(),
      contents: lazily(
        apart ? `require('${parsersFile}')['${name}']` : `require('${parsers[name]}')`,
        parserFunctions[name],
      ),
    }));
  },
});

const lazily = (real, used) =>
  used === undefined
    ? `let real;
      const load = () => (real ??= ${real}.parser);
      export const parser = {
        parse: (...args) => load().parse(...args),
        configure: (...args) => load().configure(...args),
      };`
    : `export function ${used}(...args) {
        const { ${used}: real } = ${real};
        return new.target ? new real(...args) : real(...args);
      }`;

const bundles = [
  {
    ...onNode,
    entryPoints: ['src/extension/extension.ts'],
    outfile: 'dist/extension.js',
    external: ['vscode'],
    plugins: [lazyParsers({ apart: true })],
  },
  {
    ...onNode,
    stdin: {
      resolveDir: process.cwd(),
      contents: Object.entries(parsers)
        .map(
          ([name, file]) => `Object.defineProperty(exports, '${name}', { get: () => require('${file}') });`,
        )
        .join('\n'),
    },
    outfile: 'dist/parsers.js',
  },
  {
    ...onNode,
    entryPoints: ['src/engine/worker.ts'],
    outfile: 'dist/worker.js',
    plugins: [lazyParsers({ apart: true })],
  },
  { ...inPage, entryPoints: ['webview/main.ts'], outfile: 'dist/webview.js' },
  {
    ...onNode,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/tunelens.js',
    banner: { js: '#!/usr/bin/env node' },
    plugins: [lazyParsers({ apart: false })],
  },
];

function fail(message) {
  console.error(`esbuild.mjs: ${message}`);
  process.exit(1);
}

/** Better-sqlite3's name of this machine's platform; Linux has two C libraries. */
function ownPlatform() {
  const musl =
    process.platform === 'linux' &&
    existsSync('/proc/self/maps') &&
    /\/ld-musl-[^/\s]*\.so/.test(readFileSync('/proc/self/maps', 'latin1'));
  return `${musl ? 'linuxmusl' : process.platform}-${process.arch}`;
}

function copyBinaries() {
  const from = 'node_modules/better-sqlite3/prebuilds';
  const present = readdirSync(from).map((name) => path.basename(name, '.node'));
  const wanted = all ? present : [platform ?? ownPlatform()];
  rmSync('dist/native', { recursive: true, force: true });
  mkdirSync('dist/native', { recursive: true });
  for (const name of wanted) {
    if (!present.includes(name))
      fail(`there is no SQLite binary for ${name}; there are: ${present.join(', ')}`);
    cpSync(`${from}/${name}.node`, `dist/native/${name}.node`);
  }
}

function copyRuntime() {
  rmSync('dist/runtime', { recursive: true, force: true });
  const isOurs = (file) => !/(^|\/)__pycache__(\/|$)|\.pyc$/.test(file.split(path.sep).join('/'));
  cpSync('src/runtime', 'dist/runtime', { recursive: true, filter: isOurs });
}

/** The licences of every package that ended up in a bundle, as they ask. */
function writeLicences(metafiles) {
  const packages = new Set(
    metafiles.flatMap(({ inputs }) =>
      Object.keys(inputs).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []),
    ),
  );
  const texts = [...packages].sort().map((name) => {
    const folder = `node_modules/${name}`;
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    return `${name} ${version} (${license})\n\n${file === undefined ? '' : readFileSync(`${folder}/${file}`, 'utf8').trim()}\n`;
  });
  texts.push(
    ...metafiles
      .flatMap(({ inputs }) => Object.keys(inputs))
      .filter(isOnce)
      .flatMap(noticeIn),
  );
  writeFileSync('dist/licences.txt', texts.join(`\n${'-'.repeat(80)}\n\n`));
}

const isOnce = (item, index, all) => all.indexOf(item) === index;

/** Tables of ours that stand on others' data carry their notice in the comment they begin with. */
function noticeIn(file) {
  if (!file.startsWith('src/')) return [];
  const [comment] = /^(?:\/\/.*\n)+/.exec(readFileSync(file, 'utf8')) ?? [''];
  return comment.includes('All rights reserved') ? [`${file}\n\n${comment.replaceAll(/^\/\/ ?/gm, '')}`] : [];
}

const sizeOf = (file) =>
  statSync(file).isDirectory()
    ? readdirSync(file).reduce((sum, name) => sum + sizeOf(path.join(file, name)), 0)
    : statSync(file).size;

function printSizes() {
  const shipped = readdirSync('dist')
    .filter((name) => !/\.(map|vsix)$/.test(name))
    .sort();
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(0).padStart(7)} kB`;
  for (const name of shipped) console.log(`${kilobytes(sizeOf(path.join('dist', name)))}  dist/${name}`);
  console.log(
    `${kilobytes(shipped.reduce((sum, name) => sum + sizeOf(path.join('dist', name)), 0))}  in all, before compression`,
  );
}

const missing = bundles.flatMap(({ entryPoints = [] }) => entryPoints).filter((file) => !existsSync(file));
if (missing.length > 0 && !allowMissing) fail(`missing: ${missing.join(', ')}`);
for (const file of missing) console.warn(`left out, not there yet: ${file}`);
const present = bundles.filter(({ entryPoints = [] }) => entryPoints.every((file) => existsSync(file)));

mkdirSync('dist', { recursive: true });
copyBinaries();
copyRuntime();
if (watch) {
  for (const bundle of present) await (await context(bundle)).watch();
  console.log('watching; the runtime and the binaries are copied once');
} else {
  const results = await Promise.allSettled(present.map((bundle) => build({ ...bundle, metafile: true })));
  const failures = results.flatMap(({ status, reason }) => (status === 'rejected' ? [reason] : []));
  // esbuild tells errors in sources itself, those of its options not.
  for (const { message } of failures) console.error(message);
  if (failures.length > 0) process.exit(1);
  writeLicences(results.map(({ value }) => value.metafile));
  printSizes();
}
