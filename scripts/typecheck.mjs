// Type-checks every room with only that room's libraries; exits non-zero if any fails.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const rooms = [
  'src/engine/tsconfig.json',
  'src/engine/tsconfig.node.json',
  'src/protocol/tsconfig.json',
  'src/extension/tsconfig.json',
  'src/cli/tsconfig.json',
  'webview/tsconfig.json',
  'test/tsconfig.json',
  'bench/tsconfig.json',
];
const require = createRequire(import.meta.url);
const tsc = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const wanted = process.argv.slice(2);

const check = (project) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [tsc, '-p', project, '--pretty', 'false'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (out += chunk));
    child.on('close', (code) => resolve({ project, code, out }));
  });

const results = await Promise.all(
  rooms.filter((r) => wanted.length === 0 || wanted.some((w) => r.startsWith(w))).map(check),
);
for (const { project, code, out } of results) {
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${project}`);
  if (code !== 0) console.log(out.trimEnd());
}
process.exitCode = results.some((r) => r.code !== 0) ? 1 : 0;
