import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { proposeTunables, scanSource, SourceMemory, summaryOf } from '../../src/engine/index.ts';
import { atMost, type Bench, type Figure, type Outcome, type Row } from '../figure.ts';
import { median, quantile } from '../statistics.ts';

const corpus = path.join(import.meta.dirname, '..', '..', 'test', 'fixtures', 'corpus');
const wantedLines = 10_000;
const keystrokes = 150;

/** Scripts of the corpus one after another, with annotations at the top, in a long function and at the end. */
const largeFile = (): string => {
  const scripts = readdirSync(corpus)
    .filter((name) => name.endsWith('.py'))
    .map((name) => readFileSync(path.join(corpus, name), 'utf8'));
  const call = '    state = step(state, rate=rate)\n';
  const tuned = `def main():\n${call.repeat(150)}    momentum = 0.9  # tune: 0.5..0.99\n${call.repeat(150)}`;
  const lines = ['rate = 0.1  # tune: 1e-5..1e-1 log\n', tuned];
  for (let i = 0, count = 302; count < wantedLines; i++) {
    const script = scripts[i % scripts.length] ?? '';
    lines.push(script, '\n');
    count += script.split('\n').length;
  }
  return `${lines.join('')}last = 0.1  # tune: 1e-5..1e-1 log\n`;
};

/** What a lens needs after each key: the annotations of the new text, each in words. */
const timesOfTyping = (text: string, at: number): readonly number[] => {
  const memory = new SourceMemory();
  scanSource('python', text, [], memory);
  const typed = '    loss = compute(x, rate, weight=0.5)\n'.repeat(4).slice(0, keystrokes);
  return [...typed].map((_, i) => {
    const next = text.slice(0, at) + typed.slice(0, i + 1) + text.slice(at);
    const since = performance.now();
    const { tunables } = scanSource('python', next, [], memory);
    for (const tunable of tunables) summaryOf(tunable);
    return performance.now() - since;
  });
};

const timeOf = (work: () => unknown): number => {
  const since = performance.now();
  work();
  return performance.now() - since;
};

const lineStartAfter = (text: string, offset: number): number => text.indexOf('\n', offset) + 1;

const measure = async ({ progress }: Bench): Promise<Outcome> => {
  const text = largeFile();
  progress('reading');
  const first = timeOf(() => scanSource('python', text));
  const cold = Array.from({ length: 15 }, () => timeOf(() => scanSource('python', text)));
  progress('typing');
  const middle = timesOfTyping(text, lineStartAfter(text, text.length >> 1));
  const inFunction = timesOfTyping(text, lineStartAfter(text, text.indexOf('def main')));
  progress('proposing');
  const proposals = Array.from({ length: 5 }, () => timeOf(() => proposeTunables(text)));
  const row = (what: string, times: readonly number[], more: Partial<Row> = {}): Row => ({
    what,
    unit: 'ms',
    measured: median(times),
    runs: times.length,
    ...more,
  });
  return {
    rows: [
      row('annotations and lens texts, first time in a process', [first]),
      row('annotations and lens texts, nothing known of the text', cold, { budget: atMost(50) }),
      row('after a key in the middle, median', middle, { budget: atMost(5) }),
      row('after a key in the middle, p99', middle, { measured: quantile(middle, 0.99) }),
      row('after a key in a long tuned function, median', inFunction, { budget: atMost(5) }),
      row('after a key in a long tuned function, p99', inFunction, { measured: quantile(inFunction, 0.99) }),
      row('“Find tunables” in all of it', proposals),
    ],
    notes: [
      `${text.split('\n').length} lines, ${Math.round(text.length / 1024)} KiB: scripts of test/fixtures/corpus one after another.`,
      `A key: the whole text is read again with the memory of its last version, and each tunable is put into words.`,
    ],
  };
};

export const editor: Figure = { name: 'editor', measure };
