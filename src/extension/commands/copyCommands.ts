import * as l10n from '@vscode/l10n';
import { env, type QuickPickItem, window } from 'vscode';
import type { CopyFormat } from '../../protocol/index.ts';
import type { StudyTarget, TrialTarget } from '../contributions.ts';
import { UserError } from '../platform/failures.ts';
import type { Studies } from '../state/studies.ts';
import { pickTrial, type TrialEntry } from './pickTarget.ts';
import type { CommandHandlers } from './registerCommands.ts';

type CopyCommand =
  | 'tunelens.copyAs'
  | 'tunelens.copyAsFlags'
  | 'tunelens.copyAsPython'
  | 'tunelens.copyAsJson'
  | 'tunelens.copyAsYaml'
  | 'tunelens.copyAsEnvironment'
  | 'tunelens.copyAsHydra'
  | 'tunelens.copyAsMarkdown';

/** A trial's values, or the best ones of a study, to the clipboard in a form that other programs take. */
export const copyCommands = (studies: Studies): Pick<CommandHandlers, CopyCommand> => ({
  'tunelens.copyAs': (target, format) => copyAs(studies, target, format),
  'tunelens.copyAsFlags': (target) => copyAs(studies, target, 'flags'),
  'tunelens.copyAsPython': (target) => copyAs(studies, target, 'python'),
  'tunelens.copyAsJson': (target) => copyAs(studies, target, 'json'),
  'tunelens.copyAsYaml': (target) => copyAs(studies, target, 'yaml'),
  'tunelens.copyAsEnvironment': (target) => copyAs(studies, target, 'environment'),
  'tunelens.copyAsHydra': (target) => copyAs(studies, target, 'hydra'),
  'tunelens.copyAsMarkdown': (target) => copyAs(studies, target, 'markdown'),
});

const formats = (): Readonly<Record<CopyFormat, string>> => ({
  flags: l10n.t('command-line flags'),
  python: l10n.t('a Python dict'),
  json: l10n.t('JSON'),
  yaml: l10n.t('YAML'),
  environment: l10n.t('environment variables'),
  hydra: l10n.t('Hydra overrides'),
  markdown: l10n.t('a Markdown table row'),
});

const copyAs = async (
  studies: Studies,
  target?: StudyTarget | TrialTarget,
  format?: CopyFormat,
): Promise<void> => {
  const entry = await trialIn(studies, target);
  if (entry === undefined) return;
  const { session, study, trial } = entry;
  const requestText = async (as: CopyFormat): Promise<string> =>
    (await session.request('copyAs', { study: study.id, trial: trial.number, format: as })).text;
  const wanted = format ?? (await pickFormat(trial.number, requestText));
  if (wanted === undefined) return;
  const text = await requestText(wanted);
  if (text === '') throw new UserError(l10n.t('Trial {0} has no values that could be copied.', trial.number));
  await env.clipboard.writeText(text);
  window.setStatusBarMessage(
    l10n.t('TuneLens: copied the values of trial {0} as {1}', trial.number, formats()[wanted]),
    5_000,
  );
};

/** A row of a study means its best trial; of one that has none, the person is asked. */
const trialIn = (studies: Studies, target?: StudyTarget | TrialTarget): Promise<TrialEntry | undefined> => {
  const best = target === undefined || 'trial' in target ? undefined : studies.find(target.study)?.study.best;
  const wanted = target !== undefined && best !== undefined ? { study: target.study, trial: best } : target;
  return pickTrial(studies, wanted, {
    fits: ({ params }) => Object.keys(params).length > 0,
    none: l10n.t('No trial has any values yet.'),
  });
};

/** Each form with how it will look. */
const pickFormat = async (
  trial: number,
  requestText: (format: CopyFormat) => Promise<string>,
): Promise<CopyFormat | undefined> => {
  const items = Object.entries(formats()).map(
    async ([format, name]): Promise<QuickPickItem & { readonly format: CopyFormat }> => {
      const as = format as CopyFormat; // the table's own key
      return {
        label: capitalised(name),
        detail: (await requestText(as)).replaceAll(/\s+/gu, ' '),
        format: as,
      };
    },
  );
  const chosen = await window.showQuickPick(Promise.all(items), {
    title: l10n.t('Copy the values of trial {0} as', trial),
    matchOnDetail: true,
  });
  return chosen?.format;
};

const capitalised = (text: string): string =>
  text.replace(/^(?:a |an )?(\p{L})/u, (_, first: string) => first.toUpperCase());
