import type { TrialState } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import {
  corruptAdvice,
  corruptWords,
  countFinished,
  formatCount,
  formatNumber,
  studyStateWords,
  trialStateWords,
} from '../../protocol/index.ts';
import type { StudyMirror } from '../state/mirror.ts';
import { fileNameOf, toMetric, toProgress, toShortParams, toShortValue } from '../state/words.ts';

/** What the tree's rows stand for; small, so that rows can be made anew at every look. */
export type TreeNode =
  | { readonly kind: 'study'; readonly study: string }
  | { readonly kind: 'group'; readonly study: string; readonly state: TrialState }
  | { readonly kind: 'trial'; readonly study: string; readonly trial: number }
  | { readonly kind: 'more'; readonly study: string; readonly state: TrialState; readonly hidden: number };

/** A row as data. Ids stay the same for as long as the thing lives, so that the tree keeps what is unfolded. */
export interface TreeRow {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly icon: string;
  /** Theme colour of the icon. */
  readonly color?: string;
  readonly contextValue: string;
  /** For a screen reader. */
  readonly spoken: string;
  readonly collapsible: 'none' | 'collapsed' | 'expanded';
}

/** Groups in the order a person looks for them. */
const groupOrder: readonly TrialState[] = [
  'running',
  'waiting',
  'paused',
  'complete',
  'pruned',
  'failed',
  'stopped',
];

const groupLabels: Readonly<Record<TrialState, string>> = {
  running: 'Running',
  waiting: 'Waiting',
  paused: 'Paused',
  complete: 'Complete',
  pruned: 'Stopped early',
  failed: 'Failed',
  stopped: 'Stopped',
};

/** More rows than this help nobody in a tree; the panel shows them all. */
export const mostTrialsInGroup = 200;

/** Newest first: what one has just started stands on top. */
export const collectStudyNodes = (studies: readonly StudyView[]): readonly TreeNode[] =>
  [...studies].sort((a, b) => b.createdAtMs - a.createdAtMs).map(({ id }) => ({ kind: 'study', study: id }));

export const collectChildren = (mirror: StudyMirror, node: TreeNode): readonly TreeNode[] => {
  const study = mirror.study(node.study);
  if (study === undefined) return [];
  if (node.kind === 'study')
    return groupOrder
      .filter((state) => study.counts[state] > 0)
      .map((state) => ({ kind: 'group', study: study.id, state }));
  return node.kind === 'group' ? collectGroup(mirror, study, node.state) : [];
};

export const collectParent = (mirror: StudyMirror, node: TreeNode): TreeNode | undefined => {
  if (node.kind === 'study') return undefined;
  if (node.kind === 'group') return { kind: 'study', study: node.study };
  if (node.kind === 'more') return { kind: 'group', study: node.study, state: node.state };
  const state = mirror.trial(node.study, node.trial)?.state;
  return state && { kind: 'group', study: node.study, state };
};

/** The best one first, then the newest. */
const collectGroup = (mirror: StudyMirror, study: StudyView, state: TrialState): readonly TreeNode[] => {
  const trials = mirror.trials(study.id).filter((trial) => trial.state === state);
  const rest = trials.filter(({ number }) => number !== study.best).reverse();
  const sorted = [...trials.filter(({ number }) => number === study.best), ...rest];
  const shown = sorted
    .slice(0, mostTrialsInGroup)
    .map(({ number }): TreeNode => ({ kind: 'trial', study: study.id, trial: number }));
  const hidden = sorted.length - shown.length;
  return hidden === 0 ? shown : [...shown, { kind: 'more', study: study.id, state, hidden }];
};

/** A row of a node; undefined once what it stands for is gone. `folder` is named when there are several. */
export const collectRow = (mirror: StudyMirror, node: TreeNode, folder?: string): TreeRow | undefined => {
  const study = mirror.study(node.study);
  if (study === undefined) return undefined;
  switch (node.kind) {
    case 'study':
      return toStudyRow(study, mirror.best(study.id), folder);
    case 'group':
      return toGroupRow(study, node.state);
    case 'more':
      return toMoreRow(study, node.state, node.hidden);
    case 'trial': {
      const trial = mirror.trial(study.id, node.trial);
      return trial && toTrialRow(study, trial);
    }
  }
};

const toStudyRow = (study: StudyView, best: TrialView | undefined, folder: string | undefined): TreeRow => {
  const metric = toMetric(study, best);
  const elsewhere = study.drivenBy === undefined ? [] : [`driven by ${study.drivenBy}`];
  const parts = [
    studyStateWords[study.state],
    toProgress(study),
    ...(metric === undefined ? [] : [metric]),
    ...elsewhere,
    ...corruptMark(study.corruptRecords),
  ];
  const { icon, color } = studyIcons[study.state];
  const label = study.name === '' ? fileNameOf(study.script) : study.name;
  return {
    id: study.id,
    label,
    description: [...(folder === undefined ? [] : [folder]), ...parts].join(' · '),
    icon,
    color,
    // A study whose first trial failed is `broken`: resuming it makes no sense, so no menu offers it.
    contextValue: `study.${study.state === 'failed' && study.counts.complete === 0 ? 'broken' : study.state}.${study.drivenHere ? 'here' : 'elsewhere'}`,
    spoken: `Study ${label} of ${study.script}, ${parts.join(', ')}`,
    collapsible: study.state === 'running' || study.state === 'needs-objective' ? 'expanded' : 'collapsed',
  };
};

const toGroupRow = (study: StudyView, state: TrialState): TreeRow => ({
  id: `${study.id}/${state}`,
  label: groupLabels[state],
  description: String(study.counts[state]),
  ...trialIcons[state],
  contextValue: `group.${state}`,
  spoken: `${groupLabels[state]}, ${formatCount(study.counts[state], 'trial')}`,
  // What a person looks for first: what runs or waits for them, the best, and why a study failed.
  collapsible:
    state === 'running' || state === 'paused' || state === 'complete' || study.state === 'failed'
      ? 'expanded'
      : 'collapsed',
});

const toMoreRow = (study: StudyView, state: TrialState, hidden: number): TreeRow => ({
  id: `${study.id}/${state}/more`,
  label: `${hidden} more in the panel`,
  icon: 'ellipsis',
  contextValue: 'more',
  spoken: `${hidden} more trials; open the panel to see them`,
  collapsible: 'none',
});

const toTrialRow = (study: StudyView, trial: TrialView): TreeRow => {
  const isBest = trial.number === study.best;
  const metric = toMetric(study, trial);
  const who =
    trial.replicaOf !== undefined
      ? [`trial ${trial.replicaOf} again`]
      : trial.number === 0
        ? ['your values']
        : [];
  const description = [
    ...corruptMark(trial.corrupt),
    ...(trial.star ? ['★'] : []),
    ...(metric === undefined ? [] : [metric]),
    ...who,
    toShortParams(trial.params),
  ];
  const state = isBest ? 'best' : trialStateWords[trial.state];
  const corrupt = trial.corrupt === undefined ? [] : [corruptWords(trial.corrupt)];
  return {
    id: `${study.id}/trial/${trial.number}`,
    label: `Trial ${trial.number}`,
    description: description.filter((part) => part !== '').join(' · '),
    ...(isBest ? { icon: 'star-full', color: 'charts.yellow' } : trialIcons[trial.state]),
    contextValue: `trial.${trial.state}.${trial.star ? 'starred' : 'plain'}${trial.log === undefined ? '' : '.log'}`,
    spoken: [
      `Trial ${trial.number}`,
      state,
      ...(metric === undefined ? [] : [metric]),
      ...who,
      ...corrupt,
    ].join(', '),
    collapsible: 'none',
  };
};

const corruptMark = (count: number | undefined): readonly string[] =>
  count === undefined || count === 0 ? [] : [`⚠ ${corruptWords(count)}`];

const corruptTooltip = (count: number | undefined): string =>
  count === undefined || count === 0 ? '' : `\n\n⚠ ${corruptWords(count)}. ${corruptAdvice}`;

/** Markdown, made when the mouse rests on a row. `quote` keeps text from being read as markup. */
export const collectTooltip = (
  mirror: StudyMirror,
  node: TreeNode,
  quote: (text: string) => string,
): string | undefined => {
  const study = mirror.study(node.study);
  if (study === undefined) return undefined;
  if (node.kind === 'study') return studyTooltip(study, quote);
  const trial = node.kind === 'trial' ? mirror.trial(study.id, node.trial) : undefined;
  return trial && trialTooltip(study, trial, quote);
};

const studyTooltip = (study: StudyView, quote: (text: string) => string): string => {
  const objectives = study.objectives.map(({ metric, direction }) => `${direction} ${metric}`).join(', ');
  const rows: readonly (readonly [string, string])[] = [
    ['Script', study.script],
    ['Objective', objectives === '' ? 'not chosen yet' : objectives],
    [
      'Trials',
      `${countFinished(study)} finished${study.trialBudget === undefined ? '' : ` of ${study.trialBudget}`}`,
    ],
    ['Sampler', study.sampler.name],
    ['Pruner', study.pruner.name],
    ['At a time', String(study.parallel)],
    ['Seed', String(study.seed)],
  ];
  const message = study.message === undefined ? '' : `\n\n${quote(study.message)}`;
  return `**${quote(study.name)}** · ${studyStateWords[study.state]}${message}\n\n${table(rows, quote)}`;
};

const trialTooltip = (study: StudyView, trial: TrialView, quote: (text: string) => string): string => {
  const metrics = Object.entries(trial.metrics).map(([name, value]) => [name, formatNumber(value)] as const);
  const params = Object.entries(trial.params).map(([name, value]) => [name, toShortValue(value)] as const);
  const took =
    trial.startedAtMs !== undefined && trial.endedAtMs !== undefined
      ? ` · ${toSeconds(trial.endedAtMs - trial.startedAtMs)}`
      : '';
  const message = trial.message === undefined ? '' : `\n\n${quote(trial.message)}`;
  const reason = trial.reason === '' ? '' : `\n\n_${quote(trial.reason)}_`;
  const best = trial.number === study.best ? ' · best so far' : '';
  return `**Trial ${trial.number}** · ${trialStateWords[trial.state]}${best}${took}${message}${corruptTooltip(trial.corrupt)}\n\n${table([...metrics, ...params], quote)}${reason}`;
};

const table = (rows: readonly (readonly [string, string])[], quote: (text: string) => string): string =>
  ['| | |', '|:--|:--|', ...rows.map(([name, value]) => `| ${quote(name)} | ${quote(value)} |`)].join('\n');

const toSeconds = (ms: number): string =>
  ms < 60_000
    ? `${(ms / 1_000).toFixed(1)} s`
    : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1_000)} s`;

const studyIcons: Readonly<Record<StudyView['state'], { readonly icon: string; readonly color: string }>> = {
  running: { icon: 'sync~spin', color: 'charts.blue' },
  'needs-objective': { icon: 'question', color: 'charts.yellow' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  complete: { icon: 'pass', color: 'testing.iconPassed' },
  stopped: { icon: 'circle-slash', color: 'testing.iconSkipped' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
};

const trialIcons: Readonly<Record<TrialState, { readonly icon: string; readonly color: string }>> = {
  running: { icon: 'sync~spin', color: 'charts.blue' },
  waiting: { icon: 'clock', color: 'testing.iconQueued' },
  paused: { icon: 'debug-pause', color: 'charts.yellow' },
  complete: { icon: 'pass', color: 'testing.iconPassed' },
  pruned: { icon: 'debug-step-over', color: 'testing.iconSkipped' },
  failed: { icon: 'error', color: 'testing.iconFailed' },
  stopped: { icon: 'circle-slash', color: 'testing.iconSkipped' },
};
