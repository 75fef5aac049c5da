import type { InsightsView, StudyView } from '../../protocol/index.ts';
import { type Disposable, Disposables, Emitter } from '../platform/events.ts';
import type { EngineSession } from './session.ts';

/** A study with the engine that knows it. */
export interface StudyInEngine {
  readonly session: Pick<EngineSession, 'request'>;
  readonly study: StudyView;
}

/** While trials end, what they say is asked for at a calm pace: it costs the engine's thread some tens of milliseconds. */
const calmMs = 2_000;
/** Complete trials below which the engine says nothing. */
const fewestTrials = 10;

interface Known {
  /** What the view was made of; another one is asked for when it differs. */
  readonly results: string;
  readonly view: InsightsView | undefined;
}

/** What finished trials say of the parameters of studies that are looked at. Asked of the engine, never worked out here. */
export class Insights implements Disposable {
  private readonly known = new Map<string, Known>();
  private readonly waiting = new Map<string, NodeJS.Timeout | undefined>();
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new Emitter<string>());
  private readonly pauseMs: number;

  /** Tells the study whose view is another one now. */
  readonly onDidChange = this.changed.event;

  constructor(pauseMs = calmMs) {
    this.pauseMs = pauseMs;
  }

  /** What is known at once; asks for the present state where that is older, and tells when it is there. */
  of(entry: StudyInEngine): InsightsView | undefined {
    const { study } = entry;
    if (study.counts.complete < fewestTrials || study.objectives.length === 0) return undefined;
    const known = this.known.get(study.id);
    if (known?.results !== resultsOf(study) && !this.waiting.has(study.id)) void this.ask(entry);
    return known?.view;
  }

  dispose(): void {
    for (const timer of this.waiting.values()) clearTimeout(timer);
    this.waiting.clear();
    this.owned.dispose();
  }

  private async ask({ session, study }: StudyInEngine): Promise<void> {
    this.waiting.set(study.id, undefined);
    // Without an answer there is nothing to show; the next result asks again.
    const view = await session.request('insights', { study: study.id }).catch(() => undefined);
    if (!this.waiting.has(study.id)) return; // disposed of meanwhile
    this.known.set(study.id, {
      results: resultsOf(study),
      view: view?.message === undefined ? view : undefined,
    });
    this.waiting.set(
      study.id,
      setTimeout(() => {
        this.waiting.delete(study.id);
        this.changed.fire(study.id); // whoever looks asks again, if more has come in
      }, this.pauseMs),
    );
    this.changed.fire(study.id);
  }
}

const resultsOf = ({ objectives, counts }: StudyView): string =>
  `${counts.complete} ${objectives[0]?.metric} ${objectives[0]?.direction}`;
