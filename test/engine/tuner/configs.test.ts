import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { StudyRequest } from '../../../src/engine/index.ts';
import { planStudy, type StudyPlan } from '../../../src/engine/tuner/plan.ts';
import { describeParameter } from '../../../src/engine/space/describeParameter.ts';
import { aRequest, aWorkbench, begin, type Workbench } from './workbench.ts';

const planned = (bench: Workbench, script: string, more: Partial<StudyRequest> = {}): StudyPlan => {
  const plan = planStudy(aRequest(script, more), path.join(bench.folder, 'snapshots'));
  if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join('\n'));
  return plan.value;
};

/** `conf/base.yaml: lr ∈ 0..1` for each tunable. */
const said = (bench: Workbench, { run, space }: StudyPlan): readonly string[] =>
  run.tunables.map(({ file, name }) => {
    const parameter = space.parameters.find((each) => each.name === name);
    const place = path.relative(bench.folder, file).split(path.sep).join('/');
    return `${place}: ${name} ∈ ${parameter ? describeParameter(parameter) : '?'}`;
  });

const problemsOf = (
  bench: Workbench,
  script: string,
  more: Partial<StudyRequest> = {},
): readonly string[] => {
  const plan = planStudy(aRequest(script, more), path.join(bench.folder, 'snapshots'));
  return plan.ok
    ? []
    : plan.error.map(({ file, line, message }) => `${path.basename(file)}:${line}: ${message}`);
};

const decimal = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

const write = (bench: Workbench, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(bench.folder, name)), { recursive: true });
    bench.write(name, text);
  }
};

const yaml = 'lr: 0.1  # tune: 0..1\n';

test('files that the script or its modules name belong to the study, if they are annotated', () => {
  const bench = aWorkbench();
  write(bench, {
    'train.py': 'import pkg.model\nimport json\nconfig = open("config.yaml")\nother = open("plain.json")\n',
    'pkg/__init__.py': '',
    'pkg/model.py': 'from pathlib import Path\nbase = Path("conf") / "model" / "base.toml"\n',
    'config.yaml': `${yaml}width: 8  # tune: 1..16 if depth > 1\n`,
    'plain.json': '{"x": 1}',
    'unnamed.yaml': 'x: 1  # tune: 1..2\n',
    'conf/model/base.toml': 'depth = 3  # tune: 1..8\n',
    'old/model/base.toml': 'depth = 3  # tune: 1..8\n',
  });
  const plan = planned(bench, path.join(bench.folder, 'train.py'));
  expect(said(bench, plan)).toEqual([
    'config.yaml: lr ∈ 0..1',
    'config.yaml: width ∈ 1..16 if depth > 1',
    'conf/model/base.toml: depth ∈ 1..8',
  ]);
  expect(plan.run.files.map(({ kind }) => kind)).toEqual([
    undefined,
    undefined,
    undefined,
    'config',
    'config',
  ]);
});

test('an argument takes the place of the default that it is for', () => {
  const bench = aWorkbench();
  write(bench, {
    'train.py':
      'import argparse\np = argparse.ArgumentParser()\np.add_argument("--config", default=Path("a.yaml"))\np.add_argument("extra")\n',
    'a.yaml': yaml,
    'conf/b.yaml': 'wd: 0.1  # tune: 0..1\n',
  });
  const script = path.join(bench.folder, 'train.py');
  expect(said(bench, planned(bench, script))).toEqual(['a.yaml: lr ∈ 0..1']);
  for (const args of [['--config', 'conf/b.yaml'], ['--config=conf/b.yaml']])
    expect(said(bench, planned(bench, script, { args }))).toEqual(['conf/b.yaml: wd ∈ 0..1']);
  expect(said(bench, planned(bench, script, { args: ['conf/b.yaml'] }))).toEqual([
    'a.yaml: lr ∈ 0..1',
    'conf/b.yaml: wd ∈ 0..1',
  ]);
});

test('a comment in the script is the search space of a file without comments', () => {
  const bench = aWorkbench();
  write(bench, {
    'train.py':
      '# tune config.json: optimizer.lr: 1e-5..1e-1 log, width: 8..64 if depth > 1\n# tune config.json: layers[1]: 1..9, hidden: list 1..3 of 1..64\ndepth = 2  # tune: 1..4\nimport json\nconfig = json.load(open("config.json"))\n',
    'config.json': '{"optimizer": {"lr": 1e-3}, "model": {"width": 16}, "layers": [1, 2], "hidden": [8]}',
  });
  const plan = planned(bench, path.join(bench.folder, 'train.py'));
  expect(said(bench, plan)).toEqual([
    'train.py: depth ∈ 1..4',
    'config.json: lr ∈ 1e-5..0.1 log',
    'config.json: width ∈ 8..64 if depth > 1',
    'config.json: layers_1 ∈ 1..9',
    'config.json: hidden ∈ ?',
  ]);
});

test('what is wrong with such a comment is told where it stands', () => {
  const bench = aWorkbench();
  write(bench, {
    'train.py': `x = 1  # tune: 1..2
# tune config.json: optimiser.lr: 0..1
# tune config.json: lr: 0..1
# tune config.json: name: 0..1
# tune missing.json: lr: 0..1
# tune config.json: a.lr: 0..1 if nothing > 1
# tune config.json: 0..1
# tune config.json: a: 1..2
`,
    'config.json': '{"optimizer": {"lr": 1e-3}, "a": {"lr": 2}, "name": "x"}',
  });
  expect(problemsOf(bench, path.join(bench.folder, 'train.py')).toSorted()).toEqual([
    'train.py:1: config.json has no key optimiser.lr: did you mean optimizer.lr?',
    'train.py:2: config.json has more than one lr: write optimizer.lr or a.lr.',
    expect.stringMatching(/^train\.py:3: A range needs a number, and name is "x"/u),
    "train.py:4: There is no file missing.json below this one's folder or the working folder. Check its name.",
    'train.py:5: Nothing called nothing is tuned: annotate it as well, or write its value instead.',
    'train.py:6: Name the key in config.json that is meant: optimizer.lr: ….',
    'train.py:7: a in config.json is a mapping: only a number, a string, true, false or null can be tuned.',
  ]);
});

const hydra = {
  'train.py':
    'import hydra\n\n@hydra.main(version_base=None, config_path="conf", config_name="config")\ndef main(cfg):\n    pass\n',
  'conf/config.yaml':
    'defaults:\n  - optimizer: adam  # tune: ["adam", "sgd"]\n  - model/net@net: small\n  - base\n  - _self_\nepochs: 3  # tune: 1..9\n',
  'conf/base.yaml': 'seed_data: 3  # tune: 1..9\n',
  'conf/optimizer/adam.yaml': 'beta: 0.9  # tune: 0.5..0.99\n',
  'conf/optimizer/sgd.yaml': 'momentum: 0.9  # tune: 0..1 if epochs > 1\n',
  'conf/optimizer/unused.yaml': 'x: 0.9  # tune: 0..1\n',
  'conf/model/net/small.yaml': 'width: 8  # tune: 1..16\n',
  'conf/model/net/large.yaml': 'width: 64  # tune: 1..128\n',
};

test("Hydra's defaults lists say which files are read; a tuned choice makes its files conditional", () => {
  const bench = aWorkbench();
  write(bench, hydra);
  const script = path.join(bench.folder, 'train.py');
  expect(said(bench, planned(bench, script))).toEqual([
    'conf/config.yaml: optimizer ∈ ["adam", "sgd"]',
    'conf/config.yaml: epochs ∈ 1..9',
    'conf/optimizer/adam.yaml: beta ∈ 0.5..0.99 if optimizer == "adam"',
    'conf/optimizer/sgd.yaml: momentum ∈ 0..1 if optimizer == "sgd" and (epochs > 1)',
    'conf/model/net/small.yaml: width ∈ 1..16',
    'conf/base.yaml: seed_data ∈ 1..9',
  ]);
  const args = ['model/net@net=large'];
  expect(said(bench, planned(bench, script, { args }))).toContain(
    'conf/model/net/large.yaml: width ∈ 1..128',
  );
  expect(said(bench, planned(bench, script, { args: ['--config-name=base'] }))).toEqual([
    'conf/base.yaml: seed_data ∈ 1..9',
  ]);
});

test('an argument that would override a tuned key is refused', () => {
  const bench = aWorkbench();
  write(bench, hydra);
  const script = path.join(bench.folder, 'train.py');
  expect(
    problemsOf(bench, script, { args: ['optimizer.beta=0.8', 'epochs=5', 'other=1'] }).toSorted(),
  ).toEqual([
    'adam.yaml:0: The argument optimizer.beta=0.8 would override what is tuned here: leave it out, or remove this annotation.',
    'config.yaml:5: The argument epochs=5 would override what is tuned here: leave it out, or remove this annotation.',
  ]);
});

test('a study of configuration files runs to its end, leaves them alone, and gives its best values back to them', async () => {
  const bench = aWorkbench();
  write(bench, {
    'train.py': `import json, os
# tune space.json: model.width: 1..16
text = open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "conf", "opt.yaml")).read()
values = dict(line.split("#")[0].split(": ") for line in text.splitlines() if ": " in line)
width = json.load(open("space.json"))["model"]["width"]
print(f"loss={(float(values['lr']) - 0.3) ** 2 + width} with {values['name'].strip()}")
# tune: minimize loss
`,
    'conf/opt.yaml': '# kept\nlr: 0.1  # tune: 0..1\nname: adam  # tune: ["adam", "sgd"]\n',
    'space.json': '{ "model": {"width": 8} }\n',
  });
  const before = [bench.read('conf/opt.yaml'), bench.read('space.json')];
  const engine = bench.engine();
  const study = begin(engine, aRequest(path.join(bench.folder, 'train.py'), { trials: 6 }));
  await engine.untilIdle(study);
  const trials = engine.store.trials(study);
  expect(trials.map(({ state, message }) => [state, message])).toEqual(
    trials.map(() => ['complete', undefined]),
  );
  for (const { params, values } of trials)
    expect(values?.[0]).toBeCloseTo((Number(params['lr']) - 0.3) ** 2 + Number(params['width']), 9);
  expect([bench.read('conf/opt.yaml'), bench.read('space.json')]).toEqual(before);

  const last = trials.at(-1)?.params ?? {};
  const { edits, skipped } = engine.insertEdits(study, trials.length - 1, { texts: {} });
  expect(skipped).toEqual([]);
  const after = ['conf/opt.yaml', 'space.json'].map((name) =>
    edits
      .filter(({ file }) => file.endsWith(name))
      .reduceRight(
        (text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end),
        bench.read(name),
      ),
  );
  expect(after).toEqual([
    `# kept\nlr: ${decimal(Number(last['lr']))}  # tune: 0..1\nname: ${String(last['name'])}  # tune: ["adam", "sgd"]\n`,
    `{ "model": {"width": ${String(last['width'])}} }\n`,
  ]);
});

test('a file that no trial reads fails them with the reason', async () => {
  const bench = aWorkbench();
  write(bench, {
    'train.py': 'name = "config.yaml"\nprint("loss=1")\n# tune: minimize loss\n',
    'config.yaml': yaml,
  });
  const engine = bench.engine();
  const study = begin(engine, aRequest(path.join(bench.folder, 'train.py'), { trials: 2 }));
  await engine.untilIdle(study);
  expect(engine.store.trials(study)[0]?.message).toContain(
    'lr was never bound: the script did not load or read the file it stands in',
  );
});

test('a script in another language reads its own copy', async () => {
  const bench = aWorkbench();
  write(bench, {
    'train.mjs':
      'import { readFileSync } from "node:fs";\n// tune conf/base.json: lr: 0..1\nconsole.log("loss=" + JSON.parse(readFileSync(new URL("conf/base.json", import.meta.url))).lr);\n// tune: minimize loss\n',
    'conf/base.json': '{"lr": 0.5}',
  });
  const engine = bench.engine();
  const study = begin(
    engine,
    aRequest(path.join(bench.folder, 'train.mjs'), { trials: 3, sampler: 'random' }),
  );
  await engine.untilIdle(study);
  for (const { params, values, state } of engine.store.trials(study)) {
    expect(state).toBe('complete');
    expect(values).toEqual([params['lr']]);
  }
  expect(bench.read('conf/base.json')).toBe('{"lr": 0.5}');
});

const hydraPython = process.env['TUNELENS_HYDRA_PYTHON'] ?? 'python3';
const lacksHydra =
  spawnSync(hydraPython, ['-c', 'import importlib.util as u, sys; sys.exit(u.find_spec("hydra") is None)'])
    .status !== 0;

test.skipIf(lacksHydra)("Hydra itself reads the trial's values", { timeout: 120_000 }, async () => {
  const bench = aWorkbench();
  write(bench, {
    ...hydra,
    'train.py': `${hydra['train.py'].replace('    pass', '    print("loss=" + repr(cfg.epochs + cfg.net.width + cfg.seed_data + cfg.optimizer.get("beta", 0) + cfg.optimizer.get("momentum", 0)))\n    print("took", "beta" in cfg.optimizer)')}\nif __name__ == "__main__":\n    main()\n# tune: minimize loss\n`,
  });
  const engine = bench.engine();
  const study = begin(
    engine,
    aRequest(path.join(bench.folder, 'train.py'), {
      trials: 8,
      interpreter: hydraPython,
      sampler: 'random',
    }),
  );
  await engine.untilIdle(study);
  for (const { params, values, state } of engine.store.trials(study)) {
    expect(state).toBe('complete');
    const sum = ['epochs', 'width', 'seed_data', 'beta', 'momentum'].reduce(
      (total, name) => total + Number(params[name] ?? 0),
      0,
    );
    // What is not searched keeps its value: momentum where epochs is 1.
    const rest = params['optimizer'] === 'sgd' && params['momentum'] === undefined ? 0.9 : 0;
    expect(values?.[0]).toBeCloseTo(sum + rest, 6);
  }
});
