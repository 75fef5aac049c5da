import * as l10n from '@vscode/l10n';
import type { SourceValue } from '../../engine/index.ts';
import { countFinished, formatNumber, type StudyView, type TrialView } from '../../protocol/index.ts';

/** The panel's words of the same states are in the protocol; these follow the editor's language. */
export const toStudyState = (state: StudyView['state']): string => {
  switch (state) {
    case 'running':
      return l10n.t('running');
    case 'needs-objective':
      return l10n.t('waiting for an objective');
    case 'paused':
      return l10n.t('paused');
    case 'complete':
      return l10n.t('complete');
    case 'stopped':
      return l10n.t('stopped');
    case 'failed':
      return l10n.t('failed');
  }
};

export const toTrialState = (state: TrialView['state']): string => {
  switch (state) {
    case 'waiting':
      return l10n.t('waiting');
    case 'running':
      return l10n.t('running');
    case 'paused':
      return l10n.t('paused');
    case 'complete':
      return l10n.t('complete');
    case 'pruned':
      return l10n.t('stopped early');
    case 'failed':
      return l10n.t('failed');
    case 'stopped':
      return l10n.t('stopped');
  }
};

export const toTrialCount = (count: number): string =>
  count === 1 ? l10n.t('1 trial') : l10n.t('{0} trials', count);

/** Records of a run that could not be read. */
export const toUnreadable = (count: number): string =>
  count === 1 ? l10n.t('1 unreadable record') : l10n.t('{0} unreadable records', count);

export const aboutUnreadable = (): string =>
  l10n.t(
    'Something else wrote into the run folder, or the disk was full. Everything readable was taken; what was not is kept, and part of an export as JSON.',
  );

export const toValueCount = (count: number): string =>
  count === 1 ? l10n.t('1 value') : l10n.t('{0} values', count);

export const toParameterCount = (count: number): string =>
  count === 1 ? l10n.t('1 parameter') : l10n.t('{0} parameters', count);

/** A value as a Python reader would write it, shortened. */
export const toShortValue = (value: SourceValue): string => {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : `[${value.map(toShortValue).join(', ')}]`;
};

/** `lr=3.2e-3 optimizer="adam"` */
export const toShortParams = (params: TrialView['params'], separator = ' '): string =>
  Object.entries(params)
    .map(([name, value]) => `${name}=${toShortValue(value)}`)
    .join(separator);

/** `12/30`, or `12` without a budget of trials. */
export const toProgress = (study: StudyView): string =>
  study.trialBudget === undefined
    ? String(countFinished(study))
    : `${countFinished(study)}/${study.trialBudget}`;

/** `val_acc 0.9722` of a trial by the first objective; the newest reported value while it runs. */
export const toMetric = (study: StudyView, trial: TrialView | undefined): string | undefined => {
  const [objective] = study.objectives;
  if (objective === undefined || trial === undefined) return undefined;
  const value = trial.values?.[0] ?? trial.metrics[objective.metric];
  return value === undefined ? undefined : `${objective.metric} ${formatNumber(value)}`;
};

export const isActive = (study: StudyView): boolean =>
  study.state === 'running' ||
  study.state === 'paused' ||
  study.state === 'needs-objective' ||
  study.counts.running > 0;

/** File name of a path with forward slashes. */
export const fileNameOf = (script: string): string => script.slice(script.lastIndexOf('/') + 1);

/** The last part of a folder's path on this machine. */
export const folderNameOf = (folder: string): string =>
  folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder;

/** `4.2 s`, `3 min 5 s`, `2 h 10 min`; whole seconds from ten on. */
export const toDuration = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3_600)} h ${Math.floor((whole % 3_600) / 60)} min`;
};

/** What is measured on data held back counts most, what is measured on training data least; else as reported. */
export const likeliestFirst = <T extends { readonly metric: string }>(metrics: readonly T[]): readonly T[] =>
  [...metrics].sort((a, b) => stageRank(a.metric) - stageRank(b.metric));

const stageRank = (metric: string): number => {
  if (/^(?:val|valid|validation|dev|eval|test)(?![a-z])/i.test(metric)) return 0;
  return /^(?:train|training)(?![a-z])/i.test(metric) ? 2 : 1;
};
