import type { Disposable } from './events.ts';

export interface Throttle extends Disposable {
  /** Asks for a run: at once when none was lately, else one at the end of the interval, however often asked. */
  (): void;
}

/** Runs `action` at most once per interval, first and last call included; nothing runs after disposal. */
export const throttle = (action: () => void, intervalMs: number): Throttle => {
  let timer: NodeJS.Timeout | undefined;
  let asked = false;
  const run = (): void => {
    asked = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (asked) run();
    }, intervalMs);
    action();
  };
  let ended = false;
  const ask = (): void => {
    if (ended) return;
    if (timer === undefined) run();
    else asked = true;
  };
  const dispose = (): void => {
    ended = true;
    clearTimeout(timer);
  };
  return Object.assign(ask, { dispose });
};

/** Runs `action` once things have been quiet for the interval. */
export const debounce = (action: () => void, quietMs: number): Throttle => {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const ask = (): void => {
    clearTimeout(timer);
    if (!ended) timer = setTimeout(action, quietMs);
  };
  const dispose = (): void => {
    ended = true;
    clearTimeout(timer);
  };
  return Object.assign(ask, { dispose });
};
