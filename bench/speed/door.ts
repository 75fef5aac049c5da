// The same through `tunelens ask`: from the line sent to the line that answers, by the clock.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { spaceToJson } from '../../src/engine/index.ts';
import type { Outcome, Row, Skipped } from '../figure.ts';
import { median } from '../statistics.ts';
import { createFloats, lossOf, makeHistory } from './studies.ts';

const program = path.join(import.meta.dirname, '../../dist/tunelens.js');

/** `tunelens ask` as a program beside it sees it. */
class Door {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private id = 0;

  constructor() {
    this.child = spawn(process.execPath, [program, 'ask'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const { stdout } = this.child;
    if (stdout === null) throw new Error('asked for a pipe above');
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  async call<T>(method: string, params: object): Promise<T> {
    const id = ++this.id;
    this.child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`tunelens ask ended at “${method}”`);
    const reply = JSON.parse(value) as { readonly result?: T; readonly error?: { readonly message: string } };
    if (reply.result === undefined) throw new Error(reply.error?.message ?? `no result of “${method}”`);
    return reply.result;
  }

  end(): void {
    this.child.stdin?.end();
  }
}

const cases = [
  { sampler: 'tpe', trials: 100, proposals: 100 },
  { sampler: 'tpe', trials: 1_000, proposals: 200 },
  { sampler: 'tpe', trials: 10_000, proposals: 200 },
  { sampler: 'tpe', trials: 100_000, proposals: 200 },
  { sampler: 'gp', trials: 100, proposals: 60 },
  { sampler: 'auto', trials: 100, proposals: 60 },
] as const;

/** Proposals before the timed ones. */
const unused = 60;

interface Asked {
  readonly trials: readonly { readonly number: number; readonly params: Readonly<Record<string, number>> }[];
}

const measureCase = async ({
  sampler,
  trials,
  proposals,
}: (typeof cases)[number]): Promise<readonly Row[]> => {
  const space = createFloats();
  const door = new Door();
  try {
    const { study } = await door.call<{ readonly study: string }>('create', {
      space: spaceToJson(space),
      objectives: ['minimize'],
      sampler,
      seed: 1,
      trials: makeHistory(space, trials, 1),
    });
    const [asks, tells]: [number[], number[]] = [[], []];
    for (let i = 0; i < unused + proposals; i++) {
      const asked = performance.now();
      const answer = await door.call<Asked>('ask', { study });
      const answered = performance.now();
      for (const { number, params } of answer.trials)
        await door.call('tell', { study, number, values: lossOf(space, params) });
      if (i < unused) continue;
      asks.push(answered - asked);
      tells.push(performance.now() - answered);
    }
    const at = `at ${trials.toLocaleString('en-US')} × 10`;
    return [
      { what: `ask, ${sampler} ${at}`, measured: median(asks), unit: 'ms', runs: asks.length },
      { what: `tell, ${sampler} ${at}`, measured: median(tells), unit: 'ms', runs: tells.length },
    ];
  } finally {
    door.end();
  }
};

export const measureDoor = async (progress: (text: string) => void): Promise<Outcome | Skipped> => {
  if (!existsSync(program)) return { skipped: 'dist/ is not complete; run `npm run build` first' };
  const rows: Row[] = [];
  for (const one of cases) {
    progress(`${one.sampler}, ${one.trials.toLocaleString('en-US')} trials`);
    rows.push(...(await measureCase(one)));
  }
  return {
    rows,
    notes: [
      `“tunelens ask” in a process of its own, with the history in “create”; ${unused} proposals warm it up, then one at a time,`,
      'told at once. Median by the clock from writing the line to reading its reply: pipe and JSON are in it.',
    ],
  };
};
