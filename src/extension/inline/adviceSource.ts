import type { Memento, TextDocument } from 'vscode';
import { type Disposable, Disposables, Emitter } from '../platform/events.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import { type Advice, adviceKey, collectAdvice } from './collectAdvice.ts';
import type { TunedDocuments } from './tunedDocuments.ts';

const storageKey = 'tunelens.dismissedAdvice';
/** The oldest are forgotten; by then there are newer studies. */
const mostDismissed = 200;

/** What studies suggest to change about the annotations of a document, without what was dismissed. */
export class AdviceSource implements Disposable {
  private readonly annotations: DocumentAnnotations;
  private readonly tuned: TunedDocuments;
  private readonly storage: Memento;
  private readonly owned = new Disposables();
  private readonly changed = this.owned.add(new Emitter<void>());

  /** Something was dismissed, or studies say something else. */
  readonly onDidChange = this.changed.event;

  constructor(annotations: DocumentAnnotations, tuned: TunedDocuments, storage: Memento) {
    this.annotations = annotations;
    this.tuned = tuned;
    this.storage = storage;
    this.owned.add(tuned.onDidChange(() => this.changed.fire()));
  }

  of(document: TextDocument): readonly Advice[] {
    const found = this.tuned.of(document);
    if (found === undefined) return [];
    const constraints = this.annotations.of(document).constraints.map(({ text }) => text);
    const dismissed = new Set(this.dismissed());
    return collectAdvice({ ...found, constraints }).filter((advice) => !dismissed.has(adviceKey(advice)));
  }

  async dismiss(advice: Pick<Advice, 'kind' | 'study' | 'parameter'>): Promise<void> {
    const key = adviceKey(advice);
    const others = this.dismissed().filter((one) => one !== key);
    await this.storage.update(storageKey, [...others, key].slice(-mostDismissed));
    this.changed.fire();
  }

  dispose(): void {
    this.owned.dispose();
  }

  private dismissed(): readonly string[] {
    const stored: unknown = this.storage.get(storageKey);
    return Array.isArray(stored) ? stored.filter((one) => typeof one === 'string') : [];
  }
}
