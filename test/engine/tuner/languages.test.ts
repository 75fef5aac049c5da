import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { StudyRequest } from '../../../src/engine/index.ts';
import type { Engine, TrialRecord } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually, type Workbench } from './workbench.ts';

const has = (program: string): boolean => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

interface Tuned {
  readonly bench: Workbench;
  readonly engine: Engine;
  readonly trials: readonly TrialRecord[];
  readonly message: string | undefined;
  /** Of a trial. */
  readonly log: (trial: number) => string;
}

/** Tunes the first of the files to the end. */
const tune = async (
  files: Readonly<Record<string, string>>,
  more: Partial<StudyRequest> = {},
): Promise<Tuned> => {
  const bench = aWorkbench();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(bench.folder, name)), { recursive: true });
    writeFileSync(path.join(bench.folder, name), text);
  }
  const [script = ''] = Object.keys(files);
  const engine = bench.engine();
  const study = begin(engine, aRequest(path.join(bench.folder, script), { trials: 4, ...more }));
  const { message } = await engine.untilIdle(study);
  const trials = engine.store.trials(study);
  for (const [name, text] of Object.entries(files)) expect(bench.read(name)).toBe(text);
  const log = (trial: number): string => readFileSync(path.join(trials[trial]?.folder ?? '', 'log'), 'utf8');
  return { bench, engine, trials, message, log };
};

/** Every trial printed the value that it was asked to have. */
const expectValues = ({ trials, log, message }: Tuned, name: string, read = Number): void => {
  expect(
    trials.map(({ state }) => state),
    `${message}\n${log(0)}`,
  ).toEqual(trials.map(() => 'complete'));
  const printed = trials.map(({ number }) => new RegExp(`^${name}=(.*)$`, 'm').exec(log(number))?.[1] ?? '');
  expect(printed.map(read)).toEqual(trials.map(({ params }) => params[name]));
  expect(new Set(printed).size).toBeGreaterThan(1);
};

describe('JavaScript', () => {
  test('a script with a module, data beside it, packages, arguments and the working folder as they are', async () => {
    const tuned = await tune(
      {
        'src/train.mjs': `import { readFileSync } from 'node:fs';
import { width } from './model.mjs';
import { add } from 'adder';
const lr = 0.1; // tune: 0.01..1 log
// tune: minimize loss
const scale = Number(readFileSync(new URL('./scale.txt', import.meta.url), 'utf8'));
console.log('cwd=' + process.cwd());
console.log('args=' + JSON.stringify(process.argv.slice(2)));
console.log('lr=' + lr);
console.log('width=' + width);
console.log('loss=' + add(Math.abs(lr - 0.3), width) * scale);
`,
        'src/model.mjs': `import { base } from './lib/base.mjs';\nexport const width = base; // no tune here\n`,
        'src/lib/base.mjs': `export const base = 32; // tune: 16..64\n`,
        'src/scale.txt': '2',
        'node_modules/adder/package.json': '{"name":"adder","type":"module","exports":"./index.js"}',
        'node_modules/adder/index.js': 'export const add = (a, b) => a + b;\n',
      },
      { args: ['--x', 'a b', '{lr}'] },
    );
    expectValues(tuned, 'lr');
    const { trials, log, bench } = tuned;
    for (const { number, params } of trials) {
      expect(log(number)).toContain(`width=${params.base}`);
      expect(log(number)).toContain(`cwd=${path.join(bench.folder, 'src')}\n`);
      expect(log(number)).toContain(`args=${JSON.stringify(['--x', 'a b', String(params.lr)])}`);
    }
  });

  test('TypeScript runs by Node, and a script in CommonJS requires its own files', async () => {
    const typed = await tune({
      'train.ts': `import { w } from './w.ts';\nconst lr: number = 1e-1; // tune: 1e-2..1 log\n// tune: minimize loss\nconsole.log(\`lr=\${lr}\\nloss=\${lr * w}\`);\n`,
      'w.ts': 'export const w = 2;\n',
    });
    expectValues(typed, 'lr');
    const common = await tune({
      'train.cjs': `const { n } = require('./n');\n// tune: maximize acc\nconsole.log('n=' + n); console.log('acc=' + n);\n`,
      'n.js': 'exports.n = 3; // tune: 1..9\n',
      'package.json': '{"type":"commonjs"}',
    });
    expectValues(common, 'n');
  });

  test('an error of the script ends the study with its own words', async () => {
    const { trials, message } = await tune({
      'train.js': `const lr = 0.1; // tune: 0..1\nthrow new Error('no such data');\n`,
    });
    expect(trials[0]?.state).toBe('failed');
    expect(message).toContain('no such data');
  });

  test('a program that is not there is named, with the setting that says another', async () => {
    const { message } = await tune(
      { 'train.js': 'const lr = 0.1; // tune: 0..1\nconsole.log("loss=" + lr);\n' },
      { commands: { javascript: ['no-such-node'] } },
    );
    expect(message).toContain('There is no program “no-such-node” on the PATH');
    expect(message).toContain('tunelens.run.commands');
  });
});

describe('any language', () => {
  const reporting = `import { appendFileSync } from 'node:fs';
import path from 'node:path';
const lr = 0.1; // tune: 0.01..1 log
// tune: minimize loss
const spool = path.join(path.dirname(process.env.TUNELENS_RUN), 'spool.jsonl');
for (const s of [1, 2]) appendFileSync(spool, JSON.stringify({ k: 'report', s, m: { loss: lr / s } }) + '\\n');
console.log('lr=' + lr);
console.log('params=' + JSON.parse(process.env.TUNELENS_PARAMS).lr);
`;

  test('reports by lines in the spool count, and values are in the environment too', async () => {
    const tuned = await tune({ 'train.mjs': reporting });
    expectValues(tuned, 'lr');
    for (const { number, params, values } of tuned.trials) {
      expect(values).toEqual([Number(params.lr) / 2]);
      expect(tuned.log(number)).toContain(`params=${params.lr}\n`);
    }
  });

  test('edits made meanwhile count for no trial', async () => {
    const bench = aWorkbench();
    const script = bench.write('train.mjs', reporting);
    const engine = bench.engine();
    const study = begin(engine, aRequest(script, { trials: 3 }));
    bench.write('train.mjs', 'throw new Error("edited");\n');
    const { state, message } = await engine.untilIdle(study);
    expect(state, message).toBe('complete');
  });

  test('a script that is stopped may end by itself', async () => {
    const bench = aWorkbench();
    const script = bench.write(
      'train.mjs',
      'const lr = 0.1; // tune: 0..1\nprocess.on("SIGTERM", () => { console.log("bye"); process.exit(0); });\nconsole.log("ready loss=" + lr);\nsetInterval(() => {}, 1000);\n',
    );
    const engine = bench.engine();
    const study = begin(engine, aRequest(script));
    const log = (): string => {
      const { folder } = engine.store.trials(study)[0] ?? {};
      return folder !== undefined && existsSync(path.join(folder, 'log'))
        ? readFileSync(path.join(folder, 'log'), 'utf8')
        : '';
    };
    await eventually(() => log().includes('ready'));
    await engine.stop(study);
    expect(log()).toContain('bye');
    expect(engine.store.trial(study, 0).state).toBe('stopped');
  });

  test('a trial finds all that lies beside it, and when it has ended only the copies are left', async () => {
    const { trials, log } = await tune({
      'src/train.mjs': `import { readFileSync } from 'node:fs';
const lr = 0.1; // tune: 0.01..1 log
// tune: minimize loss
for (const name of ['./data/big.txt', '../other.txt']) console.log(readFileSync(new URL(name, import.meta.url), 'utf8'));
console.log('loss=' + lr);
`,
      'src/data/big.txt': 'beside',
      'other.txt': 'above',
    });
    expect(log(0)).toContain('beside\nabove\n');
    const root = path.join(trials[0]?.folder ?? '', 'source');
    expect(readdirSync(root, { recursive: true })).toEqual(['src', 'src/train.mjs']);
    expect(lstatSync(path.join(root, 'src/train.mjs')).isFile()).toBe(true);
  });
});

describe('shell', () => {
  test('assignments, files that are sourced from the working folder or beside the script, options of programs', async () => {
    const tuned = await tune({
      'sweep.sh': `#!/bin/bash
# tune: minimize loss
LR=0.1  # tune: 0.01..1 log
source ./lib.sh
. "$(dirname "$0")/more.sh"
opt="it's"  # tune: ["it's", "a \\"b\\""]
echo "LR=$LR"
echo "opt=$opt"
echo "width=$width depth=$depth"
sh -c 'echo $0 $@' run --n 3  # tune: n: 1..9
echo "loss=$LR"
`,
      'lib.sh': 'width=32  # tune: 16..64\n',
      'more.sh': 'depth=2  # tune: 1..4\n',
    });
    expectValues(tuned, 'LR');
    for (const { number, params } of tuned.trials) {
      const log = tuned.log(number);
      expect(log).toContain(`width=${params.width} depth=${params.depth}\n`);
      expect(log).toContain(`opt=${params.opt}\n`);
      expect(log).toContain(`run --n ${params.n}\n`);
    }
  });

  test('a Python script that it starts is tuned with it, by its own comments', async () => {
    const tuned = await tune({
      'run.sh': 'set -e\nN=3 # tune: 1..9\necho "N=$N"\npython3 train.py $N\n',
      'train.py':
        'import sys\nlr = 0.1  # tune: 0.01..1 log\nloss = lr * int(sys.argv[1])\nprint(f"lr={lr}")\nprint(f"loss={loss}")\n# tune: minimize loss\n',
    });
    expectValues(tuned, 'N');
    expectValues(tuned, 'lr');
  });

  test('a default that the environment overrules is refused with a sentence', async () => {
    const script = `rate=\${RATE_OF_TEST:-0.1} # tune: 0.01..1\necho "RATE_OF_TEST=$rate"; echo "loss=$rate"\n# tune: minimize loss\n`;
    expectValues(await tune({ 'a.sh': script }), 'RATE_OF_TEST');
    const { message } = await tune({ 'a.sh': script }, { env: { RATE_OF_TEST: '7' } });
    expect(message).toContain('RATE_OF_TEST is set in the environment');
  });

  test('the first line says which shell, and the setting comes before it', async () => {
    const script = `#!/bin/sh\nx=1 # tune: 1..9\necho "x=$x"; echo "acc=$x \${BASH_VERSION:+bash}"\n# tune: maximize acc\n`;
    const plain = await tune({ 'a.sh': script });
    expectValues(plain, 'x');
    const chosen = await tune({ 'a.sh': script }, { commands: { shell: ['bash', '--norc'] } });
    expect(chosen.log(0)).toContain('bash');
  });
});

describe.runIf(has('c++'))('C++', () => {
  test('is compiled for each trial, with headers beside it, and run', async () => {
    const tuned = await tune(
      {
        'src/train.cpp': `#include <cstdio>
#include "params.h"
#define WIDTH 32 // tune: 16..64
static const float momentum = 5e-1f; // tune: 0.1..0.9
int main(int argc, char** argv) {
  std::printf("lr=%.17g\\nWIDTH=%d\\nargs=%d\\n", lr, WIDTH, argc);
  std::printf("loss=%g\\n", lr * momentum);
}
// tune: minimize loss
`,
        'src/params.h': 'constexpr double lr = 0.1; // tune: 0.01..1 log\n',
      },
      { args: ['one', 'two'], trials: 3 },
    );
    expectValues(tuned, 'lr');
    expect(tuned.log(0)).toContain('args=3');
    const trial = path.dirname(tuned.trials[0]?.folder ?? '');
    expect(readdirSync(path.join(trial, 'built'))).toHaveLength(1);
  });

  test('what the compiler says ends the study, once', async () => {
    const { trials, message, bench } = await tune({
      'a.cpp': 'const double lr = 0.1; // tune: 0..1\nint main() { return nothing; }\n',
    });
    expect(trials).toHaveLength(1);
    expect(message).toContain('The script could not be compiled');
    expect(message).toContain('nothing');
    expect(bench.problems).toHaveLength(1);
  });
});

test.runIf(has('Rscript'))('R runs with the values, in files that it sources too', async () => {
  const tuned = await tune({
    'train.R':
      'lr <- 0.1 # tune: 0.01..1 log\nsource("lib.R")\ncat("lr=", format(lr, digits = 17), "\\n", sep = "")\ncat("loss=", lr * n, "\\n", sep = "")\n# tune: minimize loss\n',
    'lib.R': 'n <- 3L # tune: 1..9\n',
  });
  expectValues(tuned, 'lr');
});

test.runIf(has('julia'))('Julia runs with the values, in files that it includes too', async () => {
  const tuned = await tune({
    'train.jl':
      'lr = 0.1 # tune: 0.01..1 log\ninclude("lib.jl")\nprintln("lr=", lr)\nprintln("loss=", lr * n)\n# tune: minimize loss\n',
    'lib.jl': 'const n = 3 # tune: 1..9\n',
  });
  expectValues(tuned, 'lr');
});
