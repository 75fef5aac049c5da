import * as l10n from '@vscode/l10n';
import { type QuickPickItem, window } from 'vscode';
import type { InsertedValues } from '../../protocol/index.ts';
import type { InsertTarget, StudyTarget, TrialTarget } from '../contributions.ts';
import { describeDifference, describeRounded } from '../insert/collectPreview.ts';
import { insertValues } from '../insert/insertValues.ts';
import type { Insertion } from '../insert/insertion.ts';
import type { InsertPreviews } from '../insert/previews.ts';
import { UserError } from '../platform/failures.ts';
import type { Studies } from '../state/studies.ts';
import { toShortParams, toShortValue } from '../state/words.ts';
import { pickStudy, pickTrial } from './pickTarget.ts';
import type { CommandHandlers } from './registerCommands.ts';

type InsertCommand =
  | 'tunelens.insertBest'
  | 'tunelens.insertTrial'
  | 'tunelens.insertSome'
  | 'tunelens.insertRounded'
  | 'tunelens.previewBest'
  | 'tunelens.previewTrial'
  | 'tunelens.applyPreview'
  | 'tunelens.previewRounded'
  | 'tunelens.previewExact'
  | 'tunelens.restoreOwn';

/** Everything that puts values into sources. */
export const insertCommands = (
  studies: Studies,
  previews: InsertPreviews,
): Pick<CommandHandlers, InsertCommand> => ({
  'tunelens.insertBest': (target) => insertBest(studies, target),
  'tunelens.insertTrial': (target) => insertTrial(studies, target),
  'tunelens.insertSome': (target) => insertSome(studies, target),
  'tunelens.insertRounded': (target) => insertRounded(studies, previews, target),
  'tunelens.previewBest': async (target) => {
    const insertion = await bestOf(studies, target);
    if (insertion !== undefined) await previews.show(insertion);
  },
  'tunelens.previewTrial': async (target) => {
    const insertion = await trialOf(studies, target);
    if (insertion !== undefined) await previews.show(insertion);
  },
  'tunelens.applyPreview': () => previews.apply(),
  'tunelens.previewRounded': () => previews.useValues('rounded'),
  'tunelens.previewExact': () => previews.useValues('exact'),
  'tunelens.restoreOwn': (target) => restoreOwn(studies, target),
});

export const insertBest = async (studies: Studies, target?: InsertTarget): Promise<void> => {
  const insertion = await bestOf(studies, target);
  if (insertion !== undefined) await insertValues(insertion);
};

export const insertTrial = async (
  studies: Studies,
  target?: TrialTarget,
  parameter?: string,
): Promise<void> => {
  const insertion = await trialOf(studies, target);
  if (insertion !== undefined) await insertValues({ ...insertion, ...onlyOne(parameter) });
};

const bestOf = async (studies: Studies, target?: InsertTarget): Promise<Insertion | undefined> => {
  const entry = await pickStudy(studies, target, {
    fits: ({ best }) => best !== undefined,
    none: l10n.t('No trial is complete yet, so there is no best value to insert.'),
  });
  if (entry === undefined) return undefined;
  const trial = target?.trial ?? entry.study.best;
  if (trial === undefined) throw new UserError(l10n.t('No trial of this study is complete yet.'));
  return { ...entry, trial, values: 'exact', ...onlyOne(target?.parameter) };
};

const onlyOne = (parameter: string | undefined): Pick<Insertion, 'parameters'> =>
  parameter === undefined ? {} : { parameters: [parameter] };

const trialOf = async (studies: Studies, target?: TrialTarget): Promise<Insertion | undefined> => {
  const entry = await pickTrial(studies, target, {
    fits: ({ state }) => state === 'complete',
    none: l10n.t('No trial is complete yet, so there are no values to insert.'),
  });
  return entry && { session: entry.session, study: entry.study, trial: entry.trial.number, values: 'exact' };
};

/** Asks which of a trial's values to insert. */
const insertSome = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const insertion = await trialOf(studies, target);
  if (insertion === undefined) return;
  const { session, study, trial } = insertion;
  const params = session.mirror.trial(study.id, trial)?.params ?? {};
  const names = study.parameters.map(({ name }) => name).filter((name) => params[name] !== undefined);
  const chosen = await window.showQuickPick(
    names.map((name) => ({ label: name, description: toShortValue(params[name] ?? null) })),
    {
      title: l10n.t('Insert some values of trial {0}', trial),
      placeHolder: l10n.t('Tick the values to insert'),
      canPickMany: true,
    },
  );
  if (chosen !== undefined && chosen.length > 0)
    await insertValues({ ...insertion, parameters: chosen.map(({ label }) => label) });
};

/** Puts back what stood in the source when the study began, letter by letter. */
const restoreOwn = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target);
  if (entry !== undefined) await insertValues({ ...entry, trial: 0, values: 'yours' });
};

interface RoundingItem extends QuickPickItem {
  readonly values: InsertedValues;
  readonly preview: boolean;
}

/** Offers the simplest values within the noise beside the exact ones; where nobody can tell, it says why. */
const insertRounded = async (
  studies: Studies,
  previews: InsertPreviews,
  target?: InsertTarget,
): Promise<void> => {
  const insertion = await bestOf(studies, target);
  if (insertion === undefined) return;
  const { session, study, trial } = insertion;
  const simplified = await session.request('simplified', { study: study.id, trial });
  const tried = session.mirror.trial(study.id, trial)?.params ?? {};
  const exact: RoundingItem = {
    label: l10n.t('$(check) Exactly as trial {0}', trial),
    detail: toShortParams(tried),
    values: 'exact',
    preview: false,
  };
  const rounded: RoundingItem = {
    label: l10n.t('$(symbol-numeric) Rounded'),
    description: describeDifference(simplified),
    detail: describeRounded(simplified),
    values: 'rounded',
    preview: false,
  };
  const look: RoundingItem = {
    label: l10n.t('$(diff) Preview rounded'),
    values: 'rounded',
    preview: true,
  };
  const isPossible = simplified.message === undefined;
  const chosen = await window.showQuickPick(isPossible ? [rounded, exact, look] : [exact], {
    title: l10n.t('Insert the values of trial {0}', trial),
    placeHolder: isPossible
      ? l10n.t('The simplest values within the noise, or the exact ones?')
      : l10n.t('Not rounded: {0}', simplified.message ?? ''),
  });
  if (chosen === undefined) return;
  const wanted = { ...insertion, values: chosen.values };
  await (chosen.preview ? previews.show(wanted) : insertValues(wanted));
};
