import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { type CopiedTrial, copyAs } from '../../../src/engine/interop/copyAs/copyAs.ts';
import type { CopiedValue } from '../../../src/engine/interop/copyAs/values.ts';
import { copiedTrial } from '../../../src/engine/tuner/copiedTrial.ts';
import { planStudy } from '../../../src/engine/tuner/plan.ts';
import { aRequest, aWorkbench } from '../tuner/workbench.ts';
import { aStudyRecord, aTrialRecord } from '../../builders/records.ts';

const of = (
  values: Readonly<Record<string, CopiedValue['value']>>,
  floats: readonly string[] = [],
): CopiedTrial => ({
  number: 7,
  values: Object.entries(values).map(([name, value]) => ({ name, value, isFloat: floats.includes(name) })),
  results: [{ metric: 'val_acc', value: 0.9312 }],
});

const plain = of(
  {
    lr: 0.003,
    eps: 1e-7,
    layers: 3,
    scale: 1,
    optimizer: 'adam',
    name: 'it\'s "$HOME" \\',
    ema: true,
    drop: null,
    hidden: [64, 32],
  },
  ['lr', 'eps', 'scale'],
);

test('forms as a person would write them', () => {
  const small = of({ lr: 0.003, Config_size: 64, use_ema: true, optimizer: 'adam' }, ['lr']);
  expect(copyAs('flags', small)).toBe('--lr 0.003 --Config-size 64 --use-ema true --optimizer adam');
  expect(copyAs('python', small)).toBe(
    '{"lr": 0.003, "Config_size": 64, "use_ema": True, "optimizer": "adam"}',
  );
  expect(copyAs('json', of({ lr: 0.003 }))).toBe('{\n  "lr": 0.003\n}');
  expect(copyAs('yaml', small)).toBe('lr: 0.003\nConfig_size: 64\nuse_ema: true\noptimizer: adam');
  expect(copyAs('environment', of({ lr: 0.003, 'Config.dropOut': 0.5 }))).toBe(
    'LR=0.003\nCONFIG_DROP_OUT=0.5',
  );
  expect(copyAs('hydra', small)).toBe('lr=0.003 Config_size=64 use_ema=true optimizer=adam');
  expect(copyAs('markdown', of({ lr: 0.003, kind: 'a|b' }))).toBe(
    '| trial | val\\_acc | lr | kind |\n| --- | --- | --- | --- |\n| 7 | 0.9312 | 0.003 | "a\\|b" |',
  );
});

test('a configuration file’s values keep their place in it', () => {
  const nested: CopiedTrial = {
    ...plain,
    values: [
      { name: 'lr', value: 0.1, isFloat: true, path: ['optimizer', 'lr'] },
      { name: 'kind', value: 'sgd', isFloat: false, path: ['optimizer', 'kind'] },
      { name: 'steps', value: 10, isFloat: false, path: ['steps'] },
    ],
  };
  expect(copyAs('yaml', nested)).toBe('optimizer:\n  lr: 0.1\n  kind: sgd\nsteps: 10');
  expect(copyAs('hydra', nested)).toBe('optimizer.lr=0.1 optimizer.kind=sgd steps=10');
});

/** In two parts, since it is no template here. */
const interpolation = ['$', '{lr}'].join('');

const python = (code: string, ...args: readonly string[]): unknown =>
  JSON.parse(execFileSync('python3', ['-c', code, ...args], { encoding: 'utf8' }));

const shell = (command: string): string => execFileSync('bash', ['-c', command], { encoding: 'utf8' });

test('Python, JSON and YAML read back the values, and a shell the variables', () => {
  const values = Object.fromEntries(plain.values.map(({ name, value }) => [name, value]));
  expect(
    python('import ast,json,sys; print(json.dumps(ast.literal_eval(sys.argv[1])))', copyAs('python', plain)),
  ).toEqual(values);
  expect(
    python(
      'import ast,sys; print(int(isinstance(ast.literal_eval(sys.argv[1])["scale"], float)))',
      copyAs('python', plain),
    ),
  ).toBe(1);
  expect(JSON.parse(copyAs('json', plain))).toEqual(values);
  for (const version of ['1.1', '1.2'] as const)
    expect(parseYaml(copyAs('yaml', plain), { version })).toEqual(values);
  const variables = shell(
    `${copyAs('environment', plain).replaceAll('\n', '; ')}; printf '%s|' "$LR" "$NAME" "$HIDDEN" "$EMA"`,
  );
  expect(variables).toBe(`0.003|${String(values.name)}|[64,32]|true|`);
});

test('any text survives YAML, Python and the shell', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 4 }), (texts) => {
      const trial = of(Object.fromEntries(texts.map((text, i) => [`t${i}`, text])));
      for (const version of ['1.1', '1.2'] as const)
        expect(Object.values((parseYaml(copyAs('yaml', trial), { version }) as object | null) ?? {})).toEqual(
          texts,
        );
      expect(Object.values(JSON.parse(copyAs('json', trial)) as object)).toEqual(texts);
    }),
    { seed: 11, numRuns: 200 },
  );
  const awkward = ["it's", 'a b', '$(id)', '`id`', '"', '\\', 'ünï', '*', '~', '-x', '!', '#', '', 'a=b'];
  const trial = of(Object.fromEntries(awkward.map((text, i) => [`t${i}`, text])));
  const words = JSON.parse(
    shell(`python3 -c 'import json,sys; print(json.dumps(sys.argv[1:]))' ${copyAs('flags', trial)}`),
  ) as readonly string[];
  expect(words.filter((word) => !/^--t\d+$/.test(word)).map((word) => word.replace(/^--t\d+=/, ''))).toEqual(
    awkward,
  );
});

const commandLine = `import argparse, json
parser = argparse.ArgumentParser()
parser.add_argument("-l", "--learning-rate", type=float, default=0.1)  # tune: -1..1
parser.add_argument("--wd", dest="weight_decay", type=float, default=-0.5)  # tune: -1..1
parser.add_argument("--ema", action="store_true", default=False)  # tune
parser.add_argument("--no-bias", dest="bias", action="store_false", default=True)  # tune
parser.add_argument("--nesterov", action=argparse.BooleanOptionalAction, default=True)  # tune
parser.add_argument("--amp", type=bool, default=True)  # tune
parser.add_argument("--hidden", type=int, nargs="+", default=[8, 8])  # tune: list 1..3 of 1..64
parser.add_argument("--opt", default="adam")  # tune: ["adam", "-sgd", "it's"]
args = parser.parse_args()
print(json.dumps(vars(args)))
# tune: maximize score
`;

test('flags are named, switched and quoted as the script’s own parser takes them', () => {
  const bench = aWorkbench();
  const script = bench.write('cli.py', commandLine);
  const planned = planStudy(aRequest(script), path.join(bench.folder, '.snapshots'));
  if (!planned.ok) throw new Error(planned.error.map(({ message }) => message).join('\n'));
  const { run, space } = planned.value;
  const study = aStudyRecord({ spec: { ...aStudyRecord().spec, space } });
  const parsed = (params: Readonly<Record<string, number | string | boolean>>): unknown => {
    const trial = copiedTrial(run, study, aTrialRecord({ params }));
    const flags = copyAs('flags', trial);
    return JSON.parse(shell(`python3 '${script}' ${flags}`));
  };
  const one = {
    learning_rate: -0.00001,
    weight_decay: 0.25,
    ema: true,
    bias: false,
    nesterov: false,
    amp: false,
    opt: "it's",
  };
  const list = { 'hidden.length': 2, 'hidden[0]': 16, 'hidden[1]': 4 };
  expect(parsed({ ...one, ...list })).toEqual({ ...one, hidden: [16, 4] });
  const other = {
    ...one,
    ema: false,
    bias: true,
    nesterov: true,
    amp: true,
    opt: '-sgd',
    learning_rate: 0.5,
  };
  expect(parsed({ ...other, ...list })).toEqual({ ...other, hidden: [16, 4] });
});

test('Hydra’s overrides quote what could be taken for something else', () => {
  const texts = ['adam', 'true', '0.1', 'a b', "it's", 'a,b', interpolation, 'x\\', '', 'conf/base.yaml'];
  const trial = of(Object.fromEntries(texts.map((text, i) => [`t${i}`, text])));
  const words = JSON.parse(
    shell(`python3 -c 'import json,sys; print(json.dumps(sys.argv[1:]))' ${copyAs('hydra', trial)}`),
  ) as readonly string[];
  expect(words).toEqual([
    't0=adam',
    "t1='true'",
    "t2='0.1'",
    "t3='a b'",
    "t4='it\\'s'",
    "t5='a,b'",
    `t6='\\${interpolation}'`,
    "t7='x\\\\'",
    "t8=''",
    't9=conf/base.yaml',
  ]);
  expect(copyAs('hydra', of({ betas: [0.9, 0.99], none: null, on: true }))).toBe(
    "'betas=[0.9,0.99]' none=null on=true",
  );
});

test('keys of Hydra’s groups are named as overrides name them', () => {
  const bench = aWorkbench();
  mkdirSync(path.join(bench.folder, 'conf/optimizer'), { recursive: true });
  bench.write('conf/config.yaml', 'defaults:\n  - optimizer: adam\nsteps: 10  # tune: 1..50\n');
  bench.write('conf/optimizer/adam.yaml', 'lr: 0.1  # tune: 0..1\n');
  const script = bench.write(
    'app.py',
    'import hydra\n@hydra.main(config_path="conf", config_name="config")\ndef main(cfg):\n    pass\n# tune: maximize score\n',
  );
  const planned = planStudy(aRequest(script), path.join(bench.folder, '.snapshots'));
  if (!planned.ok) throw new Error(planned.error.map(({ message }) => message).join('\n'));
  const { run, space } = planned.value;
  const study = aStudyRecord({ spec: { ...aStudyRecord().spec, space } });
  const trial = copiedTrial(run, study, aTrialRecord({ params: { steps: 20, lr: 0.5 } }));
  expect(copyAs('hydra', trial).split(' ').sort()).toEqual(['optimizer.lr=0.5', 'steps=20']);
});
