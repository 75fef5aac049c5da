import type { ImportanceView } from '../../protocol/index.ts';
import type { StudyEntry } from './studies.ts';

/**
 * Importances of parameters, asked once for each number of complete trials: a mouse that wanders, or a view that is
 * refreshed, must not keep the engine busy.
 */
export class Importances {
  private readonly known = new Map<
    string,
    { readonly complete: number; readonly view: Promise<ImportanceView | undefined> }
  >();

  of({ session, study }: StudyEntry): Promise<ImportanceView | undefined> {
    const { complete } = study.counts;
    const known = this.known.get(study.id);
    if (known?.complete === complete) return known.view;
    // Without an importance the hover still says the rest.
    const view = session.request('importance', { study: study.id }).catch(() => undefined);
    this.known.set(study.id, { complete, view });
    return view;
  }
}
