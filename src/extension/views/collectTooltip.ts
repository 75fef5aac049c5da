import * as l10n from '@vscode/l10n';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { countFinished, formatNumber } from '../../protocol/index.ts';
import {
  aboutUnreadable,
  toDuration,
  toShortValue,
  toStudyState,
  toTrialState,
  toUnreadable,
} from '../state/words.ts';

/** Markdown, made when the mouse rests on a row. `quote` keeps text from being read as markup. */
export const studyTooltip = (study: StudyView, quote: (text: string) => string): string => {
  const objectives = study.objectives.map(({ metric, direction }) => `${direction} ${metric}`).join(', ');
  const finished = countFinished(study);
  const rows: readonly (readonly [string, string])[] = [
    [l10n.t('Script'), study.script],
    [l10n.t('Objective'), objectives === '' ? l10n.t('not chosen yet') : objectives],
    [
      l10n.t('Trials'),
      study.trialBudget === undefined
        ? l10n.t('{0} finished', finished)
        : l10n.t('{0} finished of {1}', finished, study.trialBudget),
    ],
    [l10n.t('Sampler'), study.sampler.name],
    [l10n.t('Pruner'), study.pruner.name],
    [l10n.t('At a time'), String(study.parallel)],
    [l10n.t('Seed'), String(study.seed)],
  ];
  const message = study.message === undefined ? '' : `\n\n${quote(study.message)}`;
  return `**${quote(study.name)}** · ${toStudyState(study.state)}${message}${labels(study, quote)}\n\n${table(rows, quote)}`;
};

export const trialTooltip = (study: StudyView, trial: TrialView, quote: (text: string) => string): string => {
  const metrics = Object.entries(trial.metrics).map(([name, value]) => [name, formatNumber(value)] as const);
  const params = Object.entries(trial.params).map(([name, value]) => [name, toShortValue(value)] as const);
  const took =
    trial.startedAtMs !== undefined && trial.endedAtMs !== undefined
      ? ` · ${toDuration(trial.endedAtMs - trial.startedAtMs)}`
      : '';
  const message = trial.message === undefined ? '' : `\n\n${quote(trial.message)}`;
  const reason = trial.reason === '' ? '' : `\n\n_${quote(trial.reason)}_`;
  const best = trial.number === study.best ? ` · ${l10n.t('best so far')}` : '';
  const head = `**${l10n.t('Trial {0}', trial.number)}** · ${toTrialState(trial.state)}${best}${took}`;
  const corrupt = corruptTooltip(trial.corrupt);
  return `${head}${message}${labels(trial, quote)}${corrupt}\n\n${table([...metrics, ...params], quote)}${reason}`;
};

const labels = (
  { note, tags }: Pick<TrialView, 'note' | 'tags'>,
  quote: (text: string) => string,
): string => {
  const words = (tags ?? []).map((tag) => `\`#${tag.replaceAll('`', '')}\``).join(' ');
  const text = note === undefined ? '' : `\n\n$(note) ${note.split('\n').map(quote).join('  \n')}`;
  return `${words === '' ? '' : `\n\n${words}`}${text}`;
};

const corruptTooltip = (count: number | undefined): string =>
  count === undefined || count === 0 ? '' : `\n\n⚠ ${toUnreadable(count)}. ${aboutUnreadable()}`;

const table = (rows: readonly (readonly [string, string])[], quote: (text: string) => string): string =>
  ['| | |', '|:--|:--|', ...rows.map(([name, value]) => `| ${quote(name)} | ${quote(value)} |`)].join('\n');
