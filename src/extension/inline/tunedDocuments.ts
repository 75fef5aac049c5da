import type { TextDocument } from 'vscode';
import type { InsightsView, TrialView } from '../../protocol/index.ts';
import { newestStudy, type StudyOfFile } from '../state/studyOfFile.ts';
import { type Disposable, Disposables, Emitter } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import { type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import type { Insights } from '../state/insights.ts';
import { fileUriOf } from '../state/notebooks.ts';
import type { Studies } from '../state/studies.ts';
import { collectTuned, type TunedLiteral } from './collectTuned.ts';

/** A document with the newest study that is about it. */
export interface TunedDocument extends StudyOfFile {
  readonly literals: readonly TunedLiteral[];
  readonly best: TrialView | undefined;
  readonly insights: InsightsView | undefined;
}

/** What stands beside code must not flicker. */
const calmMs = 1_000;

/** What the newest study of a document says of its literals, as both are now. */
export class TunedDocuments implements Disposable {
  private readonly annotations: DocumentAnnotations;
  private readonly studies: Studies;
  private readonly insights: Insights;
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new Emitter<void>());

  /** Studies said something else; at most once a second. Changes of text are not told here. */
  readonly onDidChange = this.changed.event;

  constructor(annotations: DocumentAnnotations, studies: Studies, insights: Insights) {
    this.annotations = annotations;
    this.studies = studies;
    this.insights = insights;
    const soon = this.owned.add(throttle(() => this.changed.fire(), calmMs));
    this.owned.add(studies.onDidChange(() => soon()));
    this.owned.add(insights.onDidChange(() => soon()));
  }

  of(document: TextDocument): TunedDocument | undefined {
    if (!isAnnotatable(document)) return undefined;
    const { tunables } = this.annotations.of(document);
    const found = tunables.length === 0 ? undefined : newestStudy(this.studies, fileUriOf(document));
    if (found === undefined) return undefined;
    const { session, study, file } = found;
    const best = session.mirror.best(study.id);
    const insights = this.insights.of(found);
    const running = session.mirror.runningTrials(study.id);
    const literals = collectTuned({ tunables, file, study, best, insights, running });
    return { ...found, literals, best, insights };
  }

  dispose(): void {
    this.owned.dispose();
  }
}
