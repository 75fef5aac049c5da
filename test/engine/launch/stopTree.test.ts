import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scanProcesses } from '../../../src/engine/launch/processTree.ts';
import { becomeSubreaper } from '../../../src/engine/launch/subreaper.ts';

const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();

/** Whether an orphan of a shell that was started in this manner goes to the shell, and what the shell's environment is. */
const orphanOf = (kinds: readonly ('perl' | 'python')[], env: NodeJS.ProcessEnv): string => {
  const starter = becomeSubreaper(python, env, kinds);
  const script = `(sh -c 'sleep 0.3; IFS= read -r stat < /proc/self/stat; set -- $stat; echo "$4"' &); sleep 0.6; echo "$$"; env`;
  const [program = 'sh', ...words] = [...starter.words, '/bin/sh', '-c', script];
  return execFileSync(program, words, { encoding: 'utf8', env: { ...env, ...starter.env } });
};

const env = { PATH: process.env.PATH, LC_ALL: 'xx_YY.UTF-8', ODD: 'a\nb "\'ü' };

test.runIf(process.platform === 'linux' && existsSync('/usr/bin/perl')).each(['perl', 'python'] as const)(
  '%s gives a leader its orphans, says nothing, and leaves the environment as it was',
  (kind) => {
    const [parent, leader, ...rest] = orphanOf([kind], env).split('\n');
    expect(parent).toBe(leader);
    const lines = rest.filter((line) => !/^(?:PWD|OLDPWD|SHLVL|_)=|^$/.test(line)).sort();
    expect(lines).toEqual(['LC_ALL=xx_YY.UTF-8', 'ODD=a', `PATH=${env.PATH}`, 'b "\'ü'].sort());
  },
);

test('without perl and Python, and where settings of perl programs could break it, a leader starts as it is', () => {
  expect(becomeSubreaper('/bin/true', env, ['python']).words).toEqual([]);
  expect(becomeSubreaper('/bin/true', { ...env, PERL5OPT: '-Mmissing' }).words).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'a thousand who ask for a look at all processes share a few',
  async () => {
    const first = await Promise.all(Array.from({ length: 500 }, () => scanProcesses()));
    const second = await Promise.all(Array.from({ length: 500 }, () => scanProcesses()));
    expect(new Set([...first, ...second]).size).toBe(2);
  },
);
