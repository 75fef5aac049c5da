import * as l10n from '@vscode/l10n';
import { type QuickPickItem, window } from 'vscode';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import type { StudyTarget, TrialTarget } from '../contributions.ts';
import { NothingToDo, UserError } from '../platform/failures.ts';
import type { EngineSession } from '../state/session.ts';
import type { Studies, StudyEntry } from '../state/studies.ts';
import { toMetric, toProgress, toShortParams, toStudyState, toTrialState } from '../state/words.ts';
import { isStudyTarget, isTrialTarget, selectedWith } from './selectedRows.ts';

/** Which studies or trials a command can be used on. */
export interface Choice<T> {
  readonly fits: (candidate: T) => boolean;
  /** Said when there is none: a sentence of what is missing. */
  readonly none: string;
}

const anyStudy: Choice<StudyView> = { fits: () => true, none: l10n.t('There is no study yet.') };
const howToStart = l10n.t('Right-click a script and choose “Tune this script” to start one.');

/** The study a command was called on; asks when called from the palette and there are several. */
export const pickStudy = async (
  studies: Studies,
  target: StudyTarget | undefined,
  { fits, none }: Choice<StudyView> = anyStudy,
): Promise<StudyEntry | undefined> => {
  if (isStudyTarget(target)) {
    const entry = studies.find(target.study);
    if (entry === undefined) throw new UserError(l10n.t('That study is no longer there.'));
    return entry;
  }
  const candidates = studies
    .entries()
    .filter(({ study }) => fits(study))
    .reverse();
  if (studies.entries().length === 0) throw new NothingToDo(`${anyStudy.none} ${howToStart}`);
  if (candidates.length === 0) throw new NothingToDo(none);
  if (candidates.length === 1) return candidates[0];
  const items = candidates.map((entry) => ({ ...toStudyItem(entry), entry }));
  return (await window.showQuickPick(items, { title: 'TuneLens', placeHolder: l10n.t('Which study?') }))
    ?.entry;
};

export interface TrialEntry extends StudyEntry {
  readonly trial: TrialView;
}

/** The same for a trial; newest first. */
export const pickTrial = async (
  studies: Studies,
  target: StudyTarget | TrialTarget | undefined,
  { fits, none }: Choice<TrialView>,
): Promise<TrialEntry | undefined> => {
  if (isTrialTarget(target)) {
    const entry = studies.find(target.study);
    const trial = entry?.session.mirror.trial(target.study, target.trial);
    if (entry === undefined || trial === undefined)
      throw new UserError(l10n.t('That trial is no longer there.'));
    return { ...entry, trial };
  }
  const hasFitting = (study: StudyView): boolean =>
    studies.find(study.id)?.session.mirror.trials(study.id).some(fits) ?? false;
  const entry = await pickStudy(studies, target, { fits: hasFitting, none });
  if (entry === undefined) return undefined;
  const trials = entry.session.mirror.trials(entry.study.id).filter(fits).reverse();
  if (trials.length === 0) throw new NothingToDo(none);
  const items = trials.map((trial) => ({ ...toTrialItem(entry.study, trial), trial }));
  const chosen = await window.showQuickPick(items, {
    title: 'TuneLens',
    placeHolder: l10n.t('Which trial?'),
    matchOnDescription: true,
  });
  return chosen && { ...entry, trial: chosen.trial };
};

/**
 * The trials of a command that can act on several: those of the selected rows that it fits, when it was called on one of
 * several; else one as `pickTrial` finds it.
 */
export const pickTrials = async (
  studies: Studies,
  target: TrialTarget | undefined,
  selected: readonly StudyTarget[] | undefined,
  choice: Choice<TrialView>,
): Promise<readonly TrialEntry[]> => {
  const several = selectedWith(target, selected);
  if (several === undefined) {
    const entry = await pickTrial(studies, target, choice);
    return entry === undefined ? [] : [entry];
  }
  const fitting = trialsAmong(studies, several).filter(({ trial }) => choice.fits(trial));
  if (fitting.length === 0) throw new NothingToDo(choice.none);
  return fitting;
};

/** The same for studies. */
export const pickStudies = async (
  studies: Studies,
  target: StudyTarget | undefined,
  selected: readonly StudyTarget[] | undefined,
  choice: Choice<StudyView> = anyStudy,
): Promise<readonly StudyEntry[]> => {
  const several = selectedWith(target, selected);
  if (several === undefined) {
    const entry = await pickStudy(studies, target, choice);
    return entry === undefined ? [] : [entry];
  }
  const fitting = several.flatMap((one) => {
    const entry = isTrialTarget(one) ? undefined : studies.find(one.study);
    return entry !== undefined && choice.fits(entry.study) ? [entry] : [];
  });
  if (fitting.length === 0) throw new NothingToDo(choice.none);
  return fitting;
};

/** The trials that rows stand for; other rows are passed over. */
export const trialsAmong = (studies: Studies, rows: readonly unknown[]): readonly TrialEntry[] =>
  rows.filter(isTrialTarget).flatMap(({ study, trial: number }) => {
    const entry = studies.find(study);
    const trial = entry?.session.mirror.trial(study, number);
    return entry === undefined || trial === undefined ? [] : [{ ...entry, trial }];
  });

/** Something that bears a note and tags. */
export interface LabelTarget {
  readonly session: EngineSession;
  readonly at: { readonly study: string; readonly trial?: number };
  /** For a title. */
  readonly name: string;
  readonly labels: Pick<TrialView, 'note' | 'tags'>;
}

/** What a note or tags are to be put on: selected rows of both kinds, else the one named, else a trial that is asked for. */
export const pickLabelled = async (
  studies: Studies,
  target: StudyTarget | undefined,
  selected: readonly StudyTarget[] | undefined,
): Promise<readonly LabelTarget[]> => {
  const named = selectedWith(target, selected) ?? (isStudyTarget(target) ? [target] : []);
  if (named.length > 0) {
    const trials = trialsAmong(studies, named).map(labelsOfTrial);
    const own = named.filter((one) => !isTrialTarget(one)).flatMap(({ study }) => studies.find(study) ?? []);
    const all = [...own.map(labelsOfStudy), ...trials];
    if (all.length === 0) throw new UserError(l10n.t('That is no longer there.'));
    return all;
  }
  const entry = await pickTrial(studies, undefined, {
    fits: () => true,
    none: l10n.t('No study has a trial yet.'),
  });
  return entry === undefined ? [] : [labelsOfTrial(entry)];
};

const labelsOfTrial = ({ session, study, trial }: TrialEntry): LabelTarget => ({
  session,
  at: { study: study.id, trial: trial.number },
  name: l10n.t('trial {0} of {1}', trial.number, study.name),
  labels: trial,
});

const labelsOfStudy = ({ session, study }: StudyEntry): LabelTarget => ({
  session,
  at: { study: study.id },
  name: study.name,
  labels: study,
});

const toStudyItem = ({ session, study }: StudyEntry): QuickPickItem => {
  const metric = toMetric(study, session.mirror.best(study.id));
  return {
    label: study.name,
    description: [
      toStudyState(study.state),
      l10n.t('{0} trials', toProgress(study)),
      ...(metric === undefined ? [] : [metric]),
    ].join(' · '),
    detail: study.script,
  };
};

export const toTrialItem = (study: StudyView, trial: TrialView): QuickPickItem => {
  const metric = toMetric(study, trial);
  return {
    label: l10n.t('Trial {0}', trial.number),
    description: [
      toTrialState(trial.state),
      ...(metric === undefined ? [] : [metric]),
      toShortParams(trial.params),
    ].join(' · '),
  };
};
