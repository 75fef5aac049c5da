import type { EngineRequests } from '../../protocol/index.ts';
import type { EngineClient } from '../platform/engineClient.ts';
import { type Disposable, Disposables, Emitter } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import { type MirrorChange, StudyMirror } from './mirror.ts';

/** Ten times a second is as often as anyone can read. */
const mirrorIntervalMs = 100;

/** One folder's engine with the mirror of its studies. */
export class EngineSession implements Disposable {
  readonly mirror = new StudyMirror();
  private readonly client: EngineClient;
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new Emitter<MirrorChange>());
  private readonly fetchSoon = this.owned.add(throttle(() => void this.fetch(), mirrorIntervalMs));
  private fetching: Promise<void> = Promise.resolve();

  /** At most ten times a second. */
  readonly onDidChange = this.changed.event;

  constructor(client: EngineClient) {
    this.client = client;
    this.owned.add(client);
    this.owned.add(
      client.onChanged((revision) => {
        if (revision > this.mirror.revision) this.fetchSoon();
      }),
    );
  }

  /** There is an engine to talk to; requests start one where there is none. */
  get isOpen(): boolean {
    return this.client.started;
  }

  get folder(): string {
    return this.client.folder;
  }

  /** Opens the engine and waits until the mirror holds all there is. */
  async open(): Promise<readonly string[]> {
    const warnings = await this.client.open();
    await this.fetch();
    return warnings;
  }

  request<Name extends keyof EngineRequests>(
    name: Name,
    params: EngineRequests[Name]['params'],
  ): Promise<EngineRequests[Name]['result']> {
    return this.client.request(name, params);
  }

  /** Asks for what changed; called by itself on every change. */
  async refresh(): Promise<void> {
    await this.fetch();
  }

  close(): Promise<void> {
    return this.client.close();
  }

  dispose(): void {
    this.owned.dispose();
  }

  /** One at a time, in order: deltas must not overtake each other. */
  private fetch(): Promise<void> {
    this.fetching = this.fetching.then(() => this.fetchOnce());
    return this.fetching;
  }

  private async fetchOnce(): Promise<void> {
    try {
      for (let more = true; more; ) {
        const delta = await this.client.request('changesSince', { revision: this.mirror.revision });
        const change = this.mirror.apply(delta);
        more = delta.more === true && change !== undefined;
        if (change !== undefined && (change.studies.size > 0 || change.removed.length > 0))
          this.changed.fire(change);
      }
    } catch {
      // A lost engine is told by `onCrash`, and a closed one needs nothing; the next change asks again.
    }
  }
}
