import type { TrialChange } from './store.ts';

/** What a person writes on a study or a trial; what is absent stays as it is. */
export interface Labels {
  readonly note?: string;
  readonly tags?: readonly string[];
}

const longestNote = 4_000;
const longestTag = 40;
const mostTags = 30;

/** A tag as it is kept: one word, so that tags can be typed behind each other; empty where nothing is left. */
export const tidyTag = (text: string): string =>
  text
    .trim()
    .replace(/^#+/, '')
    .replaceAll(/[\s,;]+/g, '-')
    .slice(0, longestTag);

/** As they are kept: without empty ones and repetitions, and null where nothing is left. */
export const tidyLabels = ({ note, tags }: Labels): Pick<TrialChange, 'note' | 'tags'> => {
  const text = note?.trim().slice(0, longestNote);
  const words = tags && [...new Set(tags.map(tidyTag))].filter((tag) => tag !== '').slice(0, mostTags);
  return {
    ...(text === undefined ? {} : { note: text === '' ? null : text }),
    ...(words === undefined ? {} : { tags: words.length === 0 ? null : words }),
  };
};
