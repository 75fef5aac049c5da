import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from './account.ts';
import { bundle, type Bundles, Laboratory, leaseExpiryMs } from './laboratory.ts';

// Real engines, real scripts, real kill -9 at random moments. `TUNELENS_CRASHES=300` for hundreds (`npm run test:crash`),
// `TUNELENS_CRASH_SEED` for the moments of a run that failed.

const crashes = Number(process.env.TUNELENS_CRASHES ?? 8);
const firstSeed = Number(process.env.TUNELENS_CRASH_SEED ?? 1);
/** Crashes that one study goes through. */
const perStudy = 8;

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundle();
});
afterAll(() => bundles.remove());

type Crash = (laboratory: Laboratory) => void | Promise<void>;

const pick = <T>(laboratory: Laboratory, items: readonly T[]): T | undefined =>
  items[laboratory.random.integer(Math.max(1, items.length))];

const killDriver: Crash = (laboratory) => {
  const engine = laboratory.driving() ?? laboratory.liveEngines()[0];
  laboratory.crash(engine?.pid, 'the engine');
};

/** The baseline is left alone: without it a study rightly ends with a sentence about the script. */
const runningTrials = (laboratory: Laboratory) =>
  laboratory.store.trials(laboratory.study).filter(({ number, state }) => number > 0 && state === 'running');

const killLeader: Crash = (laboratory) => {
  const trial = pick(laboratory, runningTrials(laboratory));
  const ref = trial?.handle?.ref as { readonly pid?: number } | undefined; // the local launcher's
  laboratory.crash(ref?.pid, `the leader of trial ${trial?.number}`);
};

const killNoted =
  (list: 'starts' | 'children', what: string): Crash =>
  (laboratory) => {
    const running = new Set(runningTrials(laboratory).map(({ number }) => number));
    const noted = laboratory.account[list].filter(([trial]) => running.has(trial ?? 0));
    const [trial, , pid] = pick(laboratory, noted.slice(-3)) ?? [];
    laboratory.crash(pid, `${what} of trial ${trial}`);
  };

const stopMachine: Crash = (laboratory) => laboratory.stopMachine();

/** Suspended for longer than a lease, while another window looks on; then it wakes in the midst of what it did. */
const suspendDriver: Crash = async (laboratory) => {
  const engine = laboratory.driving();
  if (engine === undefined) return;
  laboratory.signalEngine(engine, 'SIGSTOP');
  if (laboratory.liveEngines().length < 2) laboratory.startEngine();
  await sleep(leaseExpiryMs + 1_000 + 500 * laboratory.random.uniform());
  laboratory.signalEngine(engine, 'SIGCONT');
};

const jumpClock: Crash = (laboratory) =>
  laboratory.setClock(Math.round((laboratory.random.uniform() - 0.5) * 48 * 3_600_000));

const openWindow: Crash = (laboratory) => {
  if (laboratory.liveEngines().length < 3) laboratory.startEngine();
};

/** The command line on the same study: it stands by, or goes on with what windows left. */
const keep: Crash = (laboratory) => {
  if (laboratory.liveCommands().length < 2) laboratory.startCommand('keep', '--folder', laboratory.folder);
};

const killCommand: Crash = (laboratory) =>
  laboratory.crash(pick(laboratory, laboratory.liveCommands())?.pid, 'tunelens keep');

const killKeeper: Crash = (laboratory) =>
  laboratory.crash(pick(laboratory, laboratory.keepers()), 'the keeper in the background');

const killWarmParent: Crash = (laboratory) =>
  laboratory.crash(pick(laboratory, laboratory.warmParents()), 'a process that trials are forked from');

/** What a person asks for meanwhile, in whatever window. */
const stopTrial: Crash = (laboratory) => {
  const trial = pick(laboratory, runningTrials(laboratory));
  if (trial !== undefined)
    laboratory.store.changeTrial(trial.study, trial.number, { asked: 'stop', message: 'Stopped.' });
};

const pauseStudy: Crash = (laboratory) => {
  const change = { from: 'running', state: 'paused', message: 'Paused. Resume to go on.' } as const;
  laboratory.store.changeStudy(laboratory.study, change, Date.now());
};

const kinds: Readonly<Record<string, Crash>> = {
  killDriver,
  killLeader,
  killPython: killNoted('starts', 'the Python'),
  killChild: killNoted('children', 'a child'),
  stopMachine,
  suspendDriver,
  jumpClock,
  openWindow,
  keep,
  killCommand,
  killKeeper,
  killWarmParent,
  stopTrial,
  pauseStudy,
};

/** How often each happens beside the others. */
const chances = ['killDriver', 'killDriver', 'killDriver', 'killDriver', 'openWindow', ...Object.keys(kinds)];

const counted: Record<string, number> = {};

const disturb = async (laboratory: Laboratory, count: number): Promise<void> => {
  for (let done = 0; done < count && laboratory.record().state !== 'complete'; done++) {
    await sleep(laboratory.random.uniform() * 500);
    const kind = pick(laboratory, chances) ?? 'killDriver';
    counted[kind] = (counted[kind] ?? 0) + 1;
    laboratory.note(kind);
    await kinds[kind]?.(laboratory);
    if (laboratory.liveEngines().length === 0 && laboratory.random.uniform() < 0.8) {
      laboratory.startEngine();
      if (laboratory.random.uniform() < 0.3) laboratory.startEngine();
    }
  }
};

const seeds = Array.from({ length: Math.ceil(crashes / perStudy) }, (_, place) => firstSeed + place);

test.each(seeds)(
  'whatever is killed, nothing is lost and nothing runs twice (seed %i)',
  async (seed) => {
    const laboratory = await Laboratory.open(bundles, {
      seed,
      trials: 24,
      isKept: seed % 3 === 0,
      pruner: ['none', 'median', 'none', 'hyperband'][seed % 4] ?? 'none',
      sampler: seed % 5 === 2 ? 'auto' : 'random',
    });
    try {
      await disturb(laboratory, perStudy);
      const said = await laboratory.untilEnd();
      for (const message of said) expect(message).toMatch(/Resume to go on\.$/);
      expect(laboratory.record().state, laboratory.record().message).toBe('complete');
      expect(audit(laboratory.account, laboratory.store, laboratory.study)).toEqual([]);
      await laboratory.untilKeepersLeft();
      expect(await laboratory.leftBehind()).toEqual([]);
    } catch (error) {
      console.log(`seed ${seed}: ${String(error)}\n${laboratory.journal.join('\n')}`);
      throw error;
    } finally {
      await laboratory.close();
    }
  },
  240_000,
);

afterAll(() => console.log(`crashes: ${JSON.stringify(counted)}`));
