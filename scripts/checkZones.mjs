// Which room may import from which. A room is the longest prefix below that a file's path begins with.
import { importGraph } from './imports.mjs';

const pure = (...below) => ({ local: below.map((r) => `src/engine/${r}/`), packages: [] });
const io = (below, packages) => ({
  local: below.map((r) => `src/engine/${r}/`),
  packages: ['node:', ...packages],
});

const zones = {
  'src/engine/numeric/': pure('numeric'),
  'src/engine/space/': pure('numeric', 'space'),
  'src/engine/annotations/': {
    ...pure('numeric', 'space', 'study', 'annotations'),
    packages: ['@codemirror', '@lezer', '@plutojl', 'diff', 'jsonc-parser', 'toml-eslint-parser', 'yaml'],
  },
  'src/engine/study/': pure('numeric', 'space', 'study'),
  'src/engine/samplers/': pure('numeric', 'space', 'study', 'samplers'),
  'src/engine/pruners/': pure('numeric', 'space', 'study', 'pruners'),
  'src/engine/schedulers/': pure('numeric', 'space', 'study', 'schedulers'),
  'src/engine/analysis/': pure('numeric', 'space', 'study', 'analysis'),
  'src/engine/store/': io(['numeric', 'space', 'study', 'store'], ['better-sqlite3']),
  'src/engine/launch/': io(['numeric', 'space', 'study', 'launch'], []),
  'src/engine/interop/': io(['numeric', 'space', 'study', 'interop'], []),
  'src/engine/tuner/': io(
    [
      'numeric',
      'space',
      'annotations',
      'study',
      'samplers',
      'pruners',
      'schedulers',
      'analysis',
      'store',
      'launch',
      'interop',
      'tuner',
    ],
    [],
  ),
  'src/engine/index.ts': pure(
    'numeric',
    'space',
    'annotations',
    'study',
    'samplers',
    'pruners',
    'schedulers',
    'analysis',
  ),
  'src/engine/node.ts': io(['study', 'store', 'launch', 'tuner', 'interop'], []),
  'src/engine/worker/': { local: ['src/engine/', 'src/protocol/index.ts'], packages: ['node:'] },
  'src/engine/worker.ts': { local: ['src/engine/', 'src/protocol/index.ts'], packages: ['node:'] },
  'src/protocol/': { local: ['src/protocol/', 'src/engine/index.ts'], packages: [] },
  'src/extension/': {
    local: ['src/extension/', 'src/engine/index.ts', 'src/protocol/index.ts'],
    packages: ['vscode', '@vscode/l10n', 'node:'],
  },
  'src/cli/': { local: ['src/cli/', 'src/engine/index.ts', 'src/engine/node.ts'], packages: ['node:'] },
  'webview/': {
    local: ['webview/', 'src/protocol/index.ts', 'src/engine/index.ts'],
    packages: ['chart.js', '@vscode/webview-ui-toolkit', '@tanstack/virtual-core'],
  },
};

const problems = [];
for (const [file, imports] of importGraph()) {
  // These may import anything; that nothing imports them follows from every other room's list.
  if (file.startsWith('test/') || file.startsWith('bench/')) continue;
  const room = Object.keys(zones)
    .filter((prefix) => file.startsWith(prefix))
    .sort((a, b) => b.length - a.length)[0];
  if (room === undefined) {
    problems.push(`${file}: belongs to no room; put it in one or add its room to scripts/checkZones.mjs`);
    continue;
  }
  for (const { specifier, target } of imports) {
    const allowed = target
      ? zones[room].local.some((prefix) => target.startsWith(prefix))
      : zones[room].packages.some(
          (name) => specifier === name || specifier.startsWith(name.endsWith(':') ? name : `${name}/`),
        );
    if (!allowed) problems.push(`${file}: ${room} may not import ${target ?? specifier}`);
  }
}
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0
    ? 'zones: every import stays within its room’s rules'
    : `zones: ${problems.length} breach(es)`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
