import { adaptAssignment, type SpaceEdit } from '../space/migrate.ts';
import type { Trial } from './trial.ts';

/** What became of a trial when its study's space was edited. */
export type AdaptedTrial =
  | {
      readonly kind: 'kept';
      readonly trial: Trial;
      /** Names whose values then or now are not known: it may have run otherwise than a trial would now. */
      readonly unknown: readonly string[];
    }
  /** It says nothing of the space as it is now; the reason is a sentence. */
  | { readonly kind: 'left-out'; readonly number: number; readonly why: string };

/** The trials of a study as evidence in its edited space, one answer each, in order. */
export const adaptTrials = (edit: SpaceEdit, trials: readonly Trial[]): readonly AdaptedTrial[] =>
  trials.map((trial): AdaptedTrial => {
    const adapted = adaptAssignment(edit, trial.params);
    if (!adapted.ok) return { kind: 'left-out', number: trial.number, why: adapted.error };
    const { params, unknown } = adapted.value;
    return { kind: 'kept', trial: params === trial.params ? trial : { ...trial, params }, unknown };
  });
