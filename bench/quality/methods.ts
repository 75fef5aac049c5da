import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { EnvironmentName } from './environments.ts';

export type Family = 'bbob5' | 'bbob20' | 'tabular' | 'real' | 'multi' | 'fidelity';

export const families: readonly Family[] = ['bbob5', 'bbob20', 'tabular', 'real', 'multi', 'fidelity'];

/** What a worker needs to run a method, and under which version its results are kept. */
export interface Method {
  readonly name: string;
  readonly kind: 'random' | 'ours' | 'peer';
  readonly version: string;
  /** Methods that propose quickly run first, so that partial tables have many rows. */
  readonly cost: number;
  readonly families: readonly Family[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly environment?: EnvironmentName;
  /** The module of `peers/` that serves it. */
  readonly peer?: string;
  /** The bundle that `ask` is called of. */
  readonly bundle?: string;
}

const single: readonly Family[] = ['bbob5', 'bbob20', 'tabular', 'real'];

interface Peer {
  readonly environment: EnvironmentName;
  readonly peer: string;
  /** Version of the library, and of our adapter after the dash. */
  readonly version: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly cost: number;
  readonly families: readonly Family[];
}

const optuna = (
  sampler: string,
  cost: number,
  families: readonly Family[],
  more: Readonly<Record<string, unknown>> = {},
): Peer => ({
  environment: 'torch',
  peer: 'optuna_peer',
  version: '5.0.0-1',
  options: { sampler, ...more },
  cost,
  families,
});

const syne = (scheduler: string, cost: number, families: readonly Family[]): Peer => ({
  environment: 'torch',
  peer: 'syne_peer',
  version: '0.16.0-1',
  options: { scheduler },
  cost,
  families,
});

const peers: Readonly<Record<string, Peer>> = {
  'optuna-tpe': optuna('tpe', 2, [...single, 'multi', 'fidelity']),
  'optuna-cmaes': optuna('cmaes', 2, single),
  'optuna-gp': optuna('gp', 6, [...single, 'multi']),
  'optuna-auto-rule': optuna('auto', 7, [...single, 'multi']),
  'optuna-nsga2': optuna('nsga2', 1, ['multi']),
  'optuna-nsga3': optuna('nsga3', 1, ['multi']),
  'optuna-tpe-hyperband': optuna('tpe', 2, ['fidelity'], { pruner: 'hyperband' }),
  'optuna-tpe-median': optuna('tpe', 2, ['fidelity'], { pruner: 'median' }),
  'optuna-random-asha': optuna('random', 1, ['fidelity'], { pruner: 'asha' }),
  'hyperopt-tpe': {
    environment: 'torch',
    peer: 'hyperopt_peer',
    version: '0.3.0-1',
    options: { algo: 'tpe' },
    cost: 2,
    families: single,
  },
  'syne-asha': syne('ASHA', 1, ['fidelity']),
  'syne-bohb': syne('BOHB', 2, ['fidelity']),
  'syne-asha-cqr': syne('ASHACQR', 5, ['fidelity']),
  'smac-hpo': {
    environment: 'smac',
    peer: 'smac_peer',
    version: '2.4.1-1',
    options: { facade: 'hpo' },
    cost: 5,
    families: single,
  },
  'smac-bb': {
    environment: 'smac',
    peer: 'smac_peer',
    version: '2.4.1-1',
    options: { facade: 'bb' },
    cost: 8,
    families: ['bbob5', 'bbob20'],
  },
  ax: {
    environment: 'torch',
    peer: 'ax_peer',
    version: '1.3.1-1',
    options: {},
    cost: 9,
    families: [...single, 'multi'],
  },
  hebo: {
    environment: 'hebo',
    peer: 'hebo_peer',
    version: '0.3.6-1',
    options: {},
    cost: 10,
    families: single,
  },
};

export const peerNames: readonly string[] = Object.keys(peers);

const bundles = path.join(import.meta.dirname, '../.results/quality/bundles');

/** A copy of the bundle under its hash: a build in the middle of the run changes nothing. */
const keepBundle = (file: string): { readonly hash: string; readonly copy: string } => {
  const hash = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 10);
  const copy = path.join(bundles, `${hash}.js`);
  mkdirSync(bundles, { recursive: true });
  if (!existsSync(copy)) copyFileSync(file, copy);
  return { hash, copy };
};

const parseOption = (text: string): readonly [string, string | number | boolean] => {
  const [name = '', value = ''] = text.split('=');
  if (value === 'true' || value === 'false') return [name, value === 'true'];
  return [name, value !== '' && Number.isFinite(Number(value)) ? Number(value) : value];
};

/** `gp`, or `tpe?startup=4&candidates=48`, as `create` of `tunelens ask` takes it. */
const parseStrategy = (text: string): Readonly<Record<string, unknown>> => {
  const [name = '', options] = text.split('?');
  if (options === undefined) return { name };
  return { name, options: Object.fromEntries(options.split('&').map(parseOption)) };
};

/** Where our bundles are, by label; the plain name has the empty label. */
export interface OurBuilds {
  readonly builds: ReadonlyMap<string, string>;
  /** Stands for the bundle's hash, so that a rebuild without an effect does not throw results away. */
  readonly tag: string | undefined;
}

/** `ours:SAMPLER[?option=value&…][+SCHEDULER[?…]][!PRUNER[?…]][@LABEL]`. */
const ours = (spec: string, { builds, tag }: OurBuilds): Method => {
  const [strategies = '', label = ''] = spec.slice('ours:'.length).split('@');
  const file = builds.get(label);
  if (file === undefined) throw new Error(`${spec}: name the bundle with --ours-bin ${label}=FILE.`);
  const [proposing = '', pruner] = strategies.split('!');
  const [sampler = '', scheduler] = proposing.split('+');
  const { hash, copy } = keepBundle(file);
  return {
    name: spec,
    kind: 'ours',
    version: tag === undefined ? hash : label === '' ? tag : `${tag}-${label}`,
    cost: 3,
    families: scheduler === undefined && pruner === undefined ? families : ['fidelity'],
    options: {
      sampler: parseStrategy(sampler),
      ...(scheduler === undefined ? {} : { scheduler: parseStrategy(scheduler) }),
      ...(pruner === undefined ? {} : { pruner: parseStrategy(pruner) }),
    },
    bundle: copy,
  };
};

/** The method of that name; an Error with what there is otherwise. `auto` is short for `ours:auto`. */
export const methodOf = (name: string, builds: OurBuilds): Method => {
  if (name === 'random') return { name, kind: 'random', version: '1', cost: 0, families, options: {} };
  if (name === 'auto' || name.startsWith('auto@')) return methodOf(`ours:${name}`, builds);
  if (name.startsWith('ours:')) return ours(name, builds);
  const peer = Object.hasOwn(peers, name) ? peers[name] : undefined;
  if (peer === undefined)
    throw new Error(
      `There is no method ${name}. There are: random, auto, ours:SAMPLER, ${peerNames.join(', ')}.`,
    );
  return { name, kind: 'peer', ...peer };
};
