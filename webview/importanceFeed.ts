import type { ImportanceView, StudyView } from '../src/protocol/index.ts';

/** Milliseconds between two questions while trials finish in quick succession. */
const shortestInterval = 1_500;

export interface ImportanceFeed {
  readonly view: ImportanceView | undefined;
  /** Asks again if trials were completed since the last answer. */
  follow(study: StudyView): void;
}

/** Importance costs the engine time, so it is asked for when there is something new to weigh, and not too often. */
export const createImportanceFeed = (
  request: (study: string) => Promise<ImportanceView>,
  onChange: () => void,
): ImportanceFeed => {
  let key = '';
  let study = '';
  let view: ImportanceView | undefined;
  let waiting = false;
  const ask = async (id: string): Promise<void> => {
    waiting = true;
    try {
      const answer = await request(id);
      if (id === study) view = answer;
    } catch (error) {
      if (id === study)
        view = { importances: [], message: error instanceof Error ? error.message : String(error) };
    }
    onChange();
    setTimeout(() => {
      waiting = false;
      onChange();
    }, shortestInterval);
  };
  return {
    get view() {
      return view;
    },
    follow: ({ id, counts, objectives }) => {
      if (id !== study) {
        study = id;
        view = undefined;
        key = '';
      }
      const wanted = `${id} ${counts.complete} ${objectives.length}`;
      if (wanted === key || waiting) return;
      key = wanted;
      void ask(id);
    },
  };
};
