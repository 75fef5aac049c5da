// All checks in the order of their cost, then one line with the number of tests passed and failed.
// `npm test -- --no-editor` leaves out the tests in the real editor.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';

const editor = !process.argv.includes('--no-editor');
const results = 'test/.cache';
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const seconds = (since) => ((performance.now() - since) / 1000).toFixed(1);

const step = (name, command, args, repair) => {
  const since = performance.now();
  console.log(`\n=== ${name}`);
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  console.log(`=== ${name}: ${status === 0 ? 'ok' : 'FAILED'} (${seconds(since)} s)`);
  if (status !== 0 && repair) console.log(`    ${repair}`);
  return status === 0;
};

const npm = (name, script, repair) => step(name, 'npm', ['run', '--silent', script], repair);

const vitest = (project) =>
  step(`tests: ${project}`, 'npx', [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${results}/${project}.json`,
  ]);

const counts = () =>
  ['unit', 'e2e']
    .map((project) => `${results}/${project}.json`)
    .filter(existsSync)
    .map((file) => JSON.parse(readFileSync(file, 'utf8')))
    .reduce(
      (sum, run) => ({
        passed: sum.passed + run.numPassedTests,
        failed: sum.failed + run.numFailedTests + (run.numFailedTests === 0 && !run.success ? 1 : 0),
        skipped: sum.skipped + run.numPendingTests,
      }),
      { passed: 0, failed: 0, skipped: 0 },
    );

const since = performance.now();
const checks = [
  () =>
    step(
      'system packages',
      'bash',
      ['scripts/install-system.sh'],
      'Install chromium and python3, then run again.',
    ),
  () => npm('format', 'format:check', 'Repair by: npm run format'),
  () => npm('lint', 'lint', 'Repair by: npx biome lint --write . (zones: see ARCHITECTURE.md)'),
  () => npm('import circles', 'lint:circles', 'Move what both files need into a third, lower one.'),
  () => npm('types', 'typecheck'),
  () => npm('build', 'build'),
  () => vitest('unit'),
  ...(editor
    ? [
        () => npm('package', 'package'),
        () => step('editor', 'bash', ['scripts/install-editor.sh']),
        () => vitest('e2e'),
      ]
    : []),
];
const outcomes = checks.map((check) => check());
const { passed, failed, skipped } = counts();
const brokenChecks = outcomes.filter((ok) => !ok).length;
console.log(`\n${outcomes.length - brokenChecks} of ${outcomes.length} steps ok in ${seconds(since)} s`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = brokenChecks === 0 && passed > 0 ? 0 : 1;
