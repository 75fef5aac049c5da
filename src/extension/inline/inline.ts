import type { Memento } from 'vscode';
import { type Disposable, Disposables } from '../platform/events.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import { Insights } from '../state/insights.ts';
import type { Studies } from '../state/studies.ts';
import { AdviceSource } from './adviceSource.ts';
import { registerGutter } from './gutter.ts';
import { registerInlays } from './inlays.ts';
import { registerResponseHover } from './responseHover.ts';
import { Stepping } from './stepping.ts';
import { TunedDocuments } from './tunedDocuments.ts';

/** What studies show in the lines of the code that they tune. */
export class Inline implements Disposable {
  private readonly owned = new Disposables();
  readonly advice: AdviceSource;
  readonly stepping: Stepping;

  constructor(annotations: DocumentAnnotations, studies: Studies, storage: Memento) {
    const insights = this.owned.add(new Insights());
    const tuned = this.owned.add(new TunedDocuments(annotations, studies, insights));
    this.advice = this.owned.add(new AdviceSource(annotations, tuned, storage));
    this.stepping = this.owned.add(new Stepping(annotations, tuned));
    this.owned.add(registerInlays(tuned));
    this.owned.add(registerGutter(tuned));
    this.owned.add(registerResponseHover(annotations, tuned, this.advice));
  }

  dispose(): void {
    this.owned.dispose();
  }
}
