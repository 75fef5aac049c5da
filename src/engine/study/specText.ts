import { parseSpace, spaceToJson } from '../space/wire.ts';
import { StoreError } from './store.ts';
import type { StudySpec } from './study.ts';
import { decodeJson, encodeJson } from './json.ts';

type StoredSpec = Omit<StudySpec, 'space'> & { readonly space: unknown };

export const encodeSpec = (spec: StudySpec): string =>
  encodeJson({ ...spec, space: spaceToJson(spec.space) });

/** Throws `StoreError` when the text is not what `encodeSpec` writes. */
export const decodeSpec = (text: string): StudySpec => {
  const { space, ...rest } = decodeJson(text) as StoredSpec; // written by encodeSpec
  const parsed = parseSpace(space);
  if (parsed.ok) return { ...rest, space: parsed.value };
  const problems = parsed.error.map(({ message }) => message).join(' ');
  throw new StoreError('damaged', `A stored search space cannot be read: ${problems}`);
};
