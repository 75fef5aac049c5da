import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { StudyRequest } from '../../../src/engine/index.ts';
import { Engine } from '../../../src/engine/node.ts';

const runtimeFolder = path.resolve('src/runtime');

export interface Workbench {
  readonly folder: string;
  readonly problems: string[];
  /** Writes a file and returns its absolute path. */
  write(name: string, text: string): string;
  read(name: string): string;
  /** An engine on the folder; closed when the test ends. */
  engine(): Engine;
  /** One that drives nothing unless it is asked to run it. */
  onlooker(): Engine;
}

/** A workspace folder of its own for one test, with a name that is awkward on purpose. */
export const aWorkbench = (): Workbench => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tune läns '));
  const problems: string[] = [];
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const open = (adoptOthers: boolean): Engine => {
    const onProblem = (_: string, message: string): void => void problems.push(message);
    const engine = new Engine({ folder, runtimeFolder, adoptOthers, onProblem });
    onTestFinished(async () => {
      await engine.close();
    });
    return engine;
  };
  return {
    folder,
    problems,
    write: (name, text) => {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    read: (name) => readFileSync(path.join(folder, name), 'utf8'),
    engine: () => open(true),
    onlooker: () => open(false),
  };
};

export const aRequest = (script: string, more: Partial<StudyRequest> = {}): StudyRequest => ({
  script,
  interpreter: 'python3',
  args: [],
  trials: 6,
  parallel: 2,
  seed: 1,
  ...more,
});

/** Starts a study or fails the test with everything that was wrong. */
export const begin = (engine: Engine, request: StudyRequest): string => {
  const result = engine.createStudy(request);
  if (!result.ok) throw new Error(result.error.map(({ message }) => message).join('\n'));
  return result.value.study.id;
};

export const eventually = async (isTrue: () => boolean, withinMs = 15_000): Promise<void> => {
  const until = Date.now() + withinMs;
  while (!isTrue()) {
    if (Date.now() > until) throw new Error(`did not happen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
