import * as l10n from '@vscode/l10n';
import { type TrialState, trialStates } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { toShortParams } from '../state/words.ts';

/** In which order studies and trials stand. */
export const treeOrders = ['newest', 'best', 'number', 'duration', 'name'] as const;
export type TreeOrder = (typeof treeOrders)[number];

/** Which trials the tree shows; a part without entries asks for nothing. */
export interface TreeFilter {
  readonly states: readonly TrialState[];
  readonly starred: boolean;
  /** Has a note. */
  readonly noted: boolean;
  /** Has at least one of these. */
  readonly tags: readonly string[];
  /** Somewhere in the name, values, note, tags or message; upper and lower case are the same. */
  readonly text: string;
}

export interface TreeChoice {
  readonly order: TreeOrder;
  readonly filter: TreeFilter;
}

export const noFilter: TreeFilter = { states: [], starred: false, noted: false, tags: [], text: '' };
export const usualChoice: TreeChoice = { order: 'newest', filter: noFilter };

export const isFiltering = ({ states, starred, noted, tags, text }: TreeFilter): boolean =>
  states.length > 0 || starred || noted || tags.length > 0 || text !== '';

/** What was kept with the workspace, by this version or another one. */
export const parseChoice = (kept: unknown): TreeChoice => {
  const { order, filter } = fieldsOf(kept);
  const { states, starred, noted, tags, text } = fieldsOf(filter);
  return {
    order: treeOrders.find((known) => known === order) ?? usualChoice.order,
    filter: {
      states: trialStates.filter((state) => Array.isArray(states) && states.includes(state)),
      starred: starred === true,
      noted: noted === true,
      tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [],
      text: typeof text === 'string' ? text : '',
    },
  };
};

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

/** Made once for a study, asked for each of its trials. What is said of the study holds for all of them. */
export const trialFilter = (filter: TreeFilter, study: StudyView): ((trial: TrialView) => boolean) => {
  const states = new Set(filter.states);
  const tags = new Set(filter.tags);
  const text = filter.text.toLowerCase();
  const studyHasTag = (study.tags ?? []).some((tag) => tags.has(tag));
  const studyHasText = textOfStudy(study).includes(text);
  return (trial) =>
    (states.size === 0 || states.has(trial.state)) &&
    (!filter.starred || trial.star) &&
    (!filter.noted || trial.note !== undefined) &&
    (tags.size === 0 || studyHasTag || (trial.tags ?? []).some((tag) => tags.has(tag))) &&
    (text === '' || studyHasText || textOfTrial(trial).includes(text));
};

const textOfStudy = ({ name, script, note, tags }: StudyView): string =>
  [name, script, note ?? '', ...(tags ?? [])].join('\n').toLowerCase();

/** Texts of trials by the trial: one that changes is another object. */
const texts = new WeakMap<TrialView, string>();

const textOfTrial = (trial: TrialView): string => {
  const known = texts.get(trial);
  if (known !== undefined) return known;
  const { number, params, note, tags, message } = trial;
  const parts = [`trial ${number}`, toShortParams(params), note ?? '', ...(tags ?? []), message ?? ''];
  const text = parts.join('\n').toLowerCase();
  texts.set(trial, text);
  return text;
};

/** The smaller, the nearer to the top; NaN stands last. Trials with the same key stand newest first. */
export const trialKey = (
  order: TreeOrder,
  study: StudyView,
  nowMs: number,
): ((trial: TrialView) => number) => {
  const [objective] = study.objectives;
  const sign = objective?.direction === 'maximize' ? -1 : 1;
  switch (order) {
    case 'newest':
      return ({ number }) => (number === study.best ? Number.NEGATIVE_INFINITY : -number);
    case 'best':
      return ({ values, metrics }) =>
        objective === undefined
          ? Number.NaN
          : sign * (values?.[0] ?? metrics[objective.metric] ?? Number.NaN);
    case 'duration':
      return ({ startedAtMs, endedAtMs }) =>
        startedAtMs === undefined ? Number.NaN : startedAtMs - (endedAtMs ?? nowMs);
    case 'number':
    case 'name':
      return ({ number }) => number;
  }
};

export const orderWords = (order: TreeOrder): string =>
  ({
    newest: l10n.t('newest first'),
    best: l10n.t('best first'),
    number: l10n.t('by number'),
    duration: l10n.t('longest first'),
    name: l10n.t('by name'),
  })[order];

/** `starred, failed, #thesis, “adam”` */
export const filterWords = ({ states, starred, noted, tags, text }: TreeFilter): string =>
  [
    ...(starred ? [l10n.t('starred')] : []),
    ...(noted ? [l10n.t('with a note')] : []),
    ...states.map((state) => groupLabel(state).toLowerCase()),
    ...tags.map((tag) => `#${tag}`),
    ...(text === '' ? [] : [l10n.t('“{0}”', text)]),
  ].join(', ');

export const groupLabel = (state: TrialState): string =>
  ({
    running: l10n.t('Running'),
    waiting: l10n.t('Waiting'),
    paused: l10n.t('Paused'),
    complete: l10n.t('Complete'),
    pruned: l10n.t('Stopped early'),
    failed: l10n.t('Failed'),
    stopped: l10n.t('Stopped'),
  })[state];
