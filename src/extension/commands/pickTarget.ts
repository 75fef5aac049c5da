import { type QuickPickItem, window } from 'vscode';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { studyStateWords, trialStateWords } from '../../protocol/index.ts';
import type { StudyTarget, TrialTarget } from '../contributions.ts';
import { NothingToDo, UserError } from '../platform/failures.ts';
import type { Studies, StudyEntry } from '../state/studies.ts';
import { toMetric, toProgress, toShortParams } from '../state/words.ts';

/** Which studies or trials a command can be used on. */
export interface Choice<T> {
  readonly fits: (candidate: T) => boolean;
  /** Said when there is none: a sentence of what is missing. */
  readonly none: string;
}

const anyStudy: Choice<StudyView> = { fits: () => true, none: 'There is no study yet.' };
const howToStart = 'Right-click a Python script and choose “Tune this script” to start one.';

/** The study a command was called on; asks when called from the palette and there are several. */
export const pickStudy = async (
  studies: Studies,
  target: StudyTarget | undefined,
  { fits, none }: Choice<StudyView> = anyStudy,
): Promise<StudyEntry | undefined> => {
  if (isStudyTarget(target)) {
    const entry = studies.find(target.study);
    if (entry === undefined) throw new UserError('That study is no longer there.');
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
  return (await window.showQuickPick(items, { title: 'TuneLens', placeHolder: 'Which study?' }))?.entry;
};

export interface TrialEntry extends StudyEntry {
  readonly trial: TrialView;
}

/** The same for a trial; newest first. */
export const pickTrial = async (
  studies: Studies,
  target: TrialTarget | undefined,
  { fits, none }: Choice<TrialView>,
): Promise<TrialEntry | undefined> => {
  if (isTrialTarget(target)) {
    const entry = studies.find(target.study);
    const trial = entry?.session.mirror.trial(target.study, target.trial);
    if (entry === undefined || trial === undefined) throw new UserError('That trial is no longer there.');
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
    placeHolder: 'Which trial?',
    matchOnDescription: true,
  });
  return chosen && { ...entry, trial: chosen.trial };
};

// Arguments come from the editor (a tree's node, several selected nodes …), so they are looked at before use.
const isStudyTarget = (target: unknown): target is StudyTarget =>
  typeof target === 'object' && target !== null && 'study' in target && typeof target.study === 'string';

const isTrialTarget = (target: unknown): target is TrialTarget =>
  isStudyTarget(target) && 'trial' in target && typeof target.trial === 'number';

const toStudyItem = ({ session, study }: StudyEntry): QuickPickItem => {
  const metric = toMetric(study, session.mirror.best(study.id));
  return {
    label: study.name,
    description: [
      studyStateWords[study.state],
      `${toProgress(study)} trials`,
      ...(metric === undefined ? [] : [metric]),
    ].join(' · '),
    detail: study.script,
  };
};

const toTrialItem = (study: StudyView, trial: TrialView): QuickPickItem => {
  const metric = toMetric(study, trial);
  return {
    label: `Trial ${trial.number}`,
    description: [
      trialStateWords[trial.state],
      ...(metric === undefined ? [] : [metric]),
      toShortParams(trial.params),
    ].join(' · '),
  };
};
