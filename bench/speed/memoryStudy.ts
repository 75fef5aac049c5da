// In a process of its own: a study grows to a million trials and asks now and then; its memory goes out as JSON.
import { setTimeout as delay } from 'node:timers/promises';
import {
  completeAssignment,
  createSampler,
  randomStream,
  type Sampler,
  sampleUniform,
  TrialList,
} from '../../src/engine/index.ts';
import { median } from '../statistics.ts';
import { createFloats, lossOf, objectives } from './studies.ts';

export interface MemoryReport {
  readonly trials: number;
  readonly rssBytes: number;
  /** What is given back when the sampler is let go of. */
  readonly samplerBytes: number;
  readonly trialBytes: number;
  readonly askMs: number;
  readonly asks: number;
}

/** After two collections: what the first one finds to be garbage may be given back only later. */
const used = async (): Promise<number> => {
  for (let i = 0; i < 2; i++) {
    globalThis.gc?.();
    await delay(200);
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

const [wanted = '1000000', name = 'tpe'] = process.argv.slice(2);
const count = Number(wanted);
const asksOnTheWay = 500;
const asksAtTheEnd = 100;

const make = (): Sampler => {
  const made = createSampler({ name, options: {} });
  if (!made.ok) throw new Error(made.error);
  return made.value;
};
/** Let go of at the end, to see what it held. */
let sampler: Sampler | undefined = make();
const space = createFloats();
const list = new TrialList();

const ask = (): number => {
  const number = list.trials.length;
  const since = performance.now();
  const random = randomStream(1, number, 'sample');
  const proposal = sampler?.sample({ space, objectives, trials: list.trials, random });
  const ms = performance.now() - since;
  tell(completeAssignment(space, proposal?.params ?? {}));
  return ms;
};

const tell = (params: ReturnType<typeof completeAssignment>): void => {
  const number = list.trials.length;
  list.set(number, { number, state: 'complete', params, values: [lossOf(space, params)], intermediate: [] });
};

const before = await used();
while (list.trials.length < count) {
  tell(sampleUniform(space, randomStream(2, list.trials.length)));
  if (list.trials.length % Math.ceil(count / asksOnTheWay) === 0) ask();
}
const times = Array.from({ length: asksAtTheEnd }, ask);
const withSampler = await used();
const { rss } = process.memoryUsage();
sampler = undefined;
const withoutSampler = await used();
const report: MemoryReport = {
  trials: list.trials.length,
  rssBytes: rss,
  trialBytes: withoutSampler - before,
  samplerBytes: withSampler - withoutSampler,
  askMs: median(times),
  asks: times.length,
};
console.log(JSON.stringify(report));
