import { setTimeout as sleep } from 'node:timers/promises';

/** Generous on purpose: on a busy two-core machine the same page takes up to ten times as long. */
export const patienceMs = Number(process.env.TUNELENS_E2E_PATIENCE_MS ?? 60_000);

/** Waits longer than this are told, so that the log of a slow machine says what was slow. */
const slowMs = 3_000;

export interface UntilOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Calls `look` until it gives something other than `undefined`, `null`, `false` or throws no more; returns that value.
 * `what` completes the sentence "waited N ms for ..." of the error.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  options: UntilOptions = {},
): Promise<T> {
  const timeoutMs = options.timeoutMs ?? patienceMs;
  const start = performance.now();
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) {
        const tookMs = performance.now() - start;
        if (tookMs > slowMs) console.warn(`waited ${Math.round(tookMs)} ms for ${what}`);
        return found;
      }
      last = found;
    } catch (error) {
      last = error;
    }
    if (performance.now() - start > timeoutMs) {
      throw new Error(
        `waited ${timeoutMs} ms for ${what}; last: ${last instanceof Error ? last.message : String(last)}`,
      );
    }
    await sleep(options.everyMs ?? 100);
  }
}
