/** Requests by name, each with what it takes and gives. */
export type RequestMap<M> = { readonly [K in keyof M]: { params: unknown; result: unknown } };

export interface RpcFailure {
  /** Stable, for code: `bad-input`, `not-found`, `internal` … */
  readonly code: string;
  /** For a person. */
  readonly message: string;
  /** Anything the caller may show in detail, such as file problems. */
  readonly details?: unknown;
}

/** What an awaited request rejects with. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: string;
  readonly details: unknown;
  constructor(failure: RpcFailure) {
    super(failure.message);
    this.code = failure.code;
    this.details = failure.details;
  }
}

/** Either end of a message channel: a worker, its parent, a webview or its host. */
export interface RpcPort {
  post(message: unknown): void;
  /** Returns how to stop listening. */
  listen(onMessage: (message: unknown) => void): () => void;
}

export type Handlers<Requests extends RequestMap<Requests>> = {
  readonly [K in keyof Requests]: (
    params: Requests[K]['params'],
  ) => Promise<Requests[K]['result']> | Requests[K]['result'];
};

export interface Rpc<Requests extends RequestMap<Requests>, EventsOut> {
  /** Rejects with `RpcError`: the other end's failure, `timeout`, or `disposed`. */
  request<K extends keyof Requests & string>(
    name: K,
    params: Requests[K]['params'],
    timeoutMs?: number,
  ): Promise<Requests[K]['result']>;
  send<K extends keyof EventsOut & string>(name: K, body: EventsOut[K]): void;
  dispose(): void;
}

type Message =
  | { readonly t: 'request'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly t: 'result'; readonly id: number; readonly result: unknown }
  | { readonly t: 'failure'; readonly id: number; readonly failure: RpcFailure }
  | { readonly t: 'event'; readonly name: string; readonly body: unknown };

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 't' in value && typeof value.t === 'string';

export interface RpcOptions<EventsIn> {
  readonly onEvent?: { readonly [K in keyof EventsIn]: (body: EventsIn[K]) => void };
  /** Turns what a handler threw into a failure; the default says `internal` with the error's message. */
  readonly toFailure?: (error: unknown) => RpcFailure;
  /** Unknown messages are told here and otherwise ignored. */
  readonly onUnknown?: (message: unknown) => void;
}

const defaultFailure = (error: unknown): RpcFailure =>
  error instanceof RpcError
    ? { code: error.code, message: error.message, details: error.details }
    : { code: 'internal', message: error instanceof Error ? error.message : String(error) };

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: RpcError) => void;
  readonly timer: { stop(): void };
}

/** Timers differ between Node and browsers; both have these two globals. */
declare const setTimeout: (callback: () => void, ms: number) => unknown;
declare const clearTimeout: (handle: unknown) => void;

const startTimer = (ms: number, onTime: () => void): { stop(): void } => {
  const handle = setTimeout(onTime, ms);
  return { stop: () => clearTimeout(handle) };
};

/**
 * Speaks the request/reply protocol over a port. `Theirs` are the requests the other end answers; `handlers`
 * answer `Ours`. A request without a reply rejects after `timeoutMs` (default 60 s; 0 waits for disposal).
 */
export const createRpc = <
  Theirs extends RequestMap<Theirs>,
  Ours extends RequestMap<Ours>,
  EventsIn,
  EventsOut,
>(
  port: RpcPort,
  handlers: Handlers<Ours>,
  options: RpcOptions<EventsIn> = {},
): Rpc<Theirs, EventsOut> => {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let disposed = false;
  const toFailure = options.toFailure ?? defaultFailure;

  const settle = (id: number): Pending | undefined => {
    const waiting = pending.get(id);
    pending.delete(id);
    waiting?.timer.stop();
    return waiting;
  };

  const answer = async (id: number, name: string, params: unknown): Promise<void> => {
    const handler = Object.hasOwn(handlers, name)
      ? // The name was checked to be a handler's own; its parameter type is the sender's promise.
        (handlers as Readonly<Record<string, (params: unknown) => unknown>>)[name]
      : undefined;
    if (handler === undefined) {
      port.post({
        t: 'failure',
        id,
        failure: { code: 'unknown-request', message: `There is no request “${name}”.` },
      });
      return;
    }
    try {
      const result = (await handler(params)) ?? null;
      if (!disposed) port.post({ t: 'result', id, result });
    } catch (error) {
      if (!disposed) port.post({ t: 'failure', id, failure: toFailure(error) });
    }
  };

  const stopListening = port.listen((message) => {
    if (disposed) return;
    if (!isMessage(message)) return options.onUnknown?.(message);
    switch (message.t) {
      case 'request':
        void answer(message.id, message.name, message.params);
        return;
      case 'result':
        settle(message.id)?.resolve(message.result);
        return;
      case 'failure':
        settle(message.id)?.reject(new RpcError(message.failure));
        return;
      case 'event': {
        const listeners = options.onEvent as Readonly<Record<string, (body: unknown) => void>> | undefined;
        const listener =
          listeners && Object.hasOwn(listeners, message.name) ? listeners[message.name] : undefined;
        if (listener) listener(message.body);
        else options.onUnknown?.(message);
        return;
      }
      default:
        options.onUnknown?.(message);
    }
  });

  return {
    request: (name, params, timeoutMs = 60_000) =>
      new Promise((resolve, reject) => {
        if (disposed) {
          reject(new RpcError({ code: 'disposed', message: 'The connection was closed.' }));
          return;
        }
        const id = nextId++;
        const timer =
          timeoutMs > 0
            ? startTimer(timeoutMs, () =>
                settle(id)?.reject(
                  new RpcError({
                    code: 'timeout',
                    message: `“${name}” was not answered within ${timeoutMs} ms.`,
                  }),
                ),
              )
            : { stop: () => undefined };
        // The reply's type is the other end's promise for this name.
        pending.set(id, { resolve: resolve as (result: unknown) => void, reject, timer });
        port.post({ t: 'request', id, name, params });
      }),
    send: (name, body) => {
      if (!disposed) port.post({ t: 'event', name, body });
    },
    dispose: () => {
      if (disposed) return;
      disposed = true;
      stopListening();
      for (const id of [...pending.keys()])
        settle(id)?.reject(new RpcError({ code: 'disposed', message: 'The connection was closed.' }));
    },
  };
};
