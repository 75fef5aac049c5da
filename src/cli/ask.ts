import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { listStrategies } from '../engine/node.ts';
import { AskStudy } from './askStudy.ts';
import { isObject } from './askValues.ts';
import { RequestError } from './requestError.ts';

/** Error codes of JSON-RPC 2.0, section 5.1; -32000 is ours for a request that is refused now. */
const codes = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  internal: -32603,
  refused: -32000,
} as const;

type Id = string | number | null;
interface Failure {
  readonly code: number;
  readonly message: string;
}

const failed = (id: Id, error: Failure): object => ({ jsonrpc: '2.0', id, error });

/** Studies of one `tunelens ask` process and the methods on them. */
export class AskServer {
  private readonly studies = new Map<string, AskStudy>();
  private created = 0;
  private readonly methods: Readonly<Record<string, (params: Readonly<Record<string, unknown>>) => unknown>> =
    {
      create: (params) => {
        const study = new AskStudy(params);
        const id = `study-${++this.created}`;
        this.studies.set(id, study);
        return { study: id };
      },
      ask: (params) => this.study(params).ask(params),
      report: (params) => this.study(params).report(params),
      tell: (params) => this.study(params).tell(params),
      best: (params) => this.study(params).best(),
      importance: (params) => this.study(params).importance(),
      trials: (params) => this.study(params).dump(),
      import: (params) => this.study(params).import(params),
      schedule: (params) => this.study(params).schedule(params),
      strategies: () => listStrategies(),
      close: (params) => {
        this.study(params);
        this.studies.delete(String(params.study));
        return {};
      },
    };

  /** The reply to one line: an object, a list for a batch, or undefined for notifications and blank lines. */
  answer(line: string): object | undefined {
    if (line.trim() === '') return undefined;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch (error) {
      return failed(null, {
        code: codes.parse,
        message: `This line is not JSON: ${error instanceof Error ? error.message : String(error)}`,
      });
    }
    if (!Array.isArray(message)) return this.reply(message);
    if (message.length === 0)
      return failed(null, { code: codes.request, message: 'A batch needs at least one request.' });
    const replies = message.map((one) => this.reply(one)).filter((reply) => reply !== undefined);
    return replies.length === 0 ? undefined : replies;
  }

  private reply(message: unknown): object | undefined {
    if (!isObject(message) || typeof message.method !== 'string')
      return failed(null, {
        code: codes.request,
        message: 'A request is an object with "jsonrpc", "id", "method" and "params".',
      });
    const id = message.id;
    const hasId = typeof id === 'string' || typeof id === 'number' || id === null;
    if (id !== undefined && !hasId)
      return failed(null, { code: codes.request, message: '“id” must be a string, a number or null.' });
    const outcome = this.perform(message.method, message.params ?? {});
    if (!hasId) return undefined; // a notification is never answered
    return 'error' in outcome ? failed(id, outcome.error) : { jsonrpc: '2.0', id, result: outcome.result };
  }

  private perform(name: string, params: unknown): { result: unknown } | { error: Failure } {
    const method = Object.hasOwn(this.methods, name) ? this.methods[name] : undefined;
    if (method === undefined)
      return {
        error: {
          code: codes.method,
          message: `There is no method “${name}”. There are: ${Object.keys(this.methods).join(', ')}.`,
        },
      };
    if (!isObject(params)) return { error: { code: codes.params, message: '“params” must be an object.' } };
    try {
      return { result: method(params) };
    } catch (error) {
      if (error instanceof RequestError)
        return {
          error: { code: error.reason === 'refused' ? codes.refused : codes.params, message: error.message },
        };
      return {
        error: { code: codes.internal, message: error instanceof Error ? error.message : String(error) },
      };
    }
  }

  private study(params: Readonly<Record<string, unknown>>): AskStudy {
    const id = params.study;
    const study = typeof id === 'string' ? this.studies.get(id) : undefined;
    if (study === undefined)
      throw new RequestError(
        'invalid-params',
        `There is no study ${JSON.stringify(id)}; “study” comes from create.`,
      );
    return study;
  }
}

/** NaN and infinities travel as strings, as everywhere on our wires. */
const safe = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** `tunelens ask`: JSON-RPC 2.0, one message a line, until standard input ends. A bad line gets an error reply. */
export const ask = async (): Promise<number> => {
  const server = new AskServer();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    const reply = server.answer(line);
    if (reply !== undefined && !process.stdout.write(`${JSON.stringify(reply, safe)}\n`))
      await once(process.stdout, 'drain');
  }
  return 0;
};
