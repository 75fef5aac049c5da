// Builds for release and packs the VSIX of this platform (or of all, with --universal); prints its size against the budget.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync } from 'node:fs';

const budgetMB = 5;
const universal = process.argv.includes('--universal');
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const target = `${process.platform}-${process.arch}`;
const output = `dist/tunelens-${universal ? 'universal' : target}-${version}.vsix`;

const run = (command, args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

rmSync(output, { force: true });
run(process.execPath, ['esbuild.mjs', '--production', ...(universal ? ['--all'] : [])]);
run('npx', [
  'vsce',
  'package',
  '--no-dependencies',
  '--allow-missing-repository',
  ...(universal ? [] : ['--target', target]),
  '-o',
  output,
]);
const megabytes = statSync(output).size / 1_000_000;
console.log(`${output}: ${megabytes.toFixed(2)} MB${universal ? '' : ` (budget ${budgetMB} MB)`}`);
if (!universal && megabytes > budgetMB) {
  console.error('The package is over its budget.');
  process.exitCode = 1;
}
