import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { EngineClient } from '../../src/extension/platform/engineClient.ts';
import { EngineSession } from '../../src/extension/state/session.ts';
import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { builtEngine } from '../host/engineFiles.ts';
import { pythonVersion } from '../machine.ts';
import { median, quantile } from '../statistics.ts';

const prints = 60;
const limitMs = 60_000;

/** Prints the time of printing as its metric, at uneven intervals. */
const script = `import time
# tune: maximize stamp, trials 1
lr = 0.1  # tune: 0.01..1
for i in range(${prints}):
    time.sleep(0.1 + (i * 37 % 100) / 1000)
    print(f"epoch {i} stamp={time.time():.6f}", flush=True)
`;

/** How long each printed value took to be in the host's mirror. */
const watchLatencies = (session: EngineSession, study: string): Promise<readonly number[]> =>
  new Promise((resolve, reject) => {
    const latenciesMs: number[] = [];
    const timer = setTimeout(
      () => reject(new Error(`saw ${latenciesMs.length} of ${prints} values within ${limitMs} ms`)),
      limitMs,
    );
    const look = (): void => {
      const nowMs = Date.now();
      const seen = session.mirror.trial(study, 0)?.intermediate ?? [];
      for (const { value } of seen.slice(latenciesMs.length)) latenciesMs.push(nowMs - 1_000 * value);
      if (latenciesMs.length < prints) return;
      clearTimeout(timer);
      listening.dispose();
      resolve(latenciesMs);
    };
    const listening = session.onDidChange(look);
  });

const measure = async ({ folder }: Bench): Promise<Outcome | Skipped> => {
  const files = builtEngine();
  if (files === undefined) return { skipped: 'dist/ is not complete; run `npm run build` first' };
  if ((await pythonVersion()) === undefined) return { skipped: 'there is no python3' };
  const file = path.join(folder, 'train.py');
  writeFileSync(file, script);
  const session = new EngineSession(new EngineClient(folder, files));
  try {
    await session.open();
    const { study } = await session.request('start', { script: file, interpreter: 'python3', args: [] });
    const latenciesMs = await watchLatencies(session, study);
    const row = { unit: 'ms', runs: prints } as const;
    return {
      rows: [
        {
          ...row,
          what: 'printed line to the host’s mirror, median',
          measured: median(latenciesMs),
          budget: atMost(100),
        },
        { ...row, what: 'printed line to the host’s mirror, p95', measured: quantile(latenciesMs, 0.95) },
      ],
      notes: [
        'A script prints the time as its metric; the real engine thread reads its log; the extension’s session fetches what changed.',
        'One trial. Up to where the extension hands it on: the message to the panel and its drawing are not in it.',
      ],
    };
  } finally {
    await session.close();
  }
};

export const latency: Figure = { name: 'latency', measure };
