import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';

/** A job as `worker.py` reads it. */
export type Job = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly ok: boolean;
  readonly error?: string;
  readonly seconds: number;
}

const here = import.meta.dirname;
/** One thread each: as many processes run as were asked for. */
const oneThread = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  PYTHONWARNINGS: 'ignore',
};

/** A `worker.py` that takes job after job, with the servers of the methods it has met. */
export class Worker {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(python: string) {
    this.child = spawn(python, ['worker.py'], {
      cwd: here,
      env: { ...process.env, ...oneThread },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdout } = this.child;
    if (stdout === null) throw new Error('worker.py has no output');
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  /** An Error when the worker ends or says nothing for so long; then it is of no more use. */
  async run(job: Job, patienceMs: number): Promise<Reply> {
    this.child.stdin?.write(`${JSON.stringify(job)}\n`);
    const impatience = setTimeout(() => this.child.kill('SIGTERM'), patienceMs);
    const line = await this.lines.next();
    clearTimeout(impatience);
    if (line.done === true) throw new Error('worker.py was ended or took too long');
    return JSON.parse(line.value) as Reply; // written by worker.py
  }

  /** Its servers end with it. */
  close(): void {
    this.child.stdin?.end();
  }
}

export const workerScript = path.join(here, 'worker.py');
