import { existsSync } from 'node:fs';
import { isPython } from './interpreter.ts';

/** `prctl` by number, where we know it: perl has no name for it. */
const prctlNumbers: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 157, arm64: 167 };
const setChildSubreaper = 36; // PR_SET_CHILD_SUBREAPER
const perl = '/usr/bin/perl';

const perlCode = (prctl: number): string =>
  `syscall(${prctl}, ${setChildSubreaper}, 1, 0, 0, 0); delete $ENV{PERL_BADLANG}; exec { $ARGV[0] } @ARGV`;

/** For any Python; without its site packages and the folder it is in. `ctypes` itself costs several milliseconds. */
const pythonCode = `import sys
sys.path.pop(0)
import os
try:
    import _ctypes
    prctl = _ctypes.dlsym(_ctypes.dlopen(None, 0), "prctl")
    _ctypes.call_cdeclfunction(prctl, (${setChildSubreaper}, 1, 0, 0, 0))
except Exception:
    pass
os.execv(sys.argv[1], sys.argv[1:])
`;

/** How to start a leader. */
export interface Starter {
  /** Goes before the leader's command. */
  readonly words: readonly string[];
  /** Variables that are gone again when the leader runs. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * What to put before a leader's command so that Linux gives it, and not `init`, the orphans among its descendants: a
 * daemon then stays in its run's tree. The property outlives the `exec` of the leader. Perl, which nearly every Linux
 * has, takes 1.5 ms for it, Python 8 ms; with neither the leader starts as it is.
 */
export const becomeSubreaper = (
  program: string,
  env: NodeJS.ProcessEnv,
  kinds: readonly ('perl' | 'python')[] = ['perl', 'python'],
): Starter => {
  const plain: Starter = { words: [], env: {} };
  if (process.platform !== 'linux') return plain;
  const prctl = prctlNumbers[process.arch];
  // Perl complains of locales that are not installed unless PERL_BADLANG says otherwise; settings of somebody's own perl
  // programs may load modules that are not there.
  const plainPerl = prctl !== undefined && !Object.keys(env).some((name) => name.startsWith('PERL'));
  if (prctl !== undefined && plainPerl && kinds.includes('perl') && existsSync(perl))
    return { words: [perl, '-e', perlCode(prctl)], env: { PERL_BADLANG: '0' } };
  if (kinds.includes('python') && isPython(program))
    return { words: [program, '-E', '-S', '-c', pythonCode], env: {} };
  return plain;
};
