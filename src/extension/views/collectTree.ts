import * as l10n from '@vscode/l10n';
import { type TrialState, trialStates } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import type { StudyMirror } from '../state/mirror.ts';
import {
  fileNameOf,
  folderNameOf,
  toMetric,
  toProgress,
  toShortParams,
  toShortValue,
  toStudyState,
  toTrialState,
  toUnreadable,
} from '../state/words.ts';
import { groupTrials, type TrialGroups } from './groupTrials.ts';
import { groupLabel, isFiltering, type TreeChoice, usualChoice } from './treeChoice.ts';

/** What the tree's rows stand for; small, so that rows can be made anew at every look. */
export type TreeNode =
  /** A script that was tuned more than once. */
  | { readonly kind: 'script'; readonly folder: string; readonly script: string }
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

/** A folder's studies, as far as the tree reads them. */
export interface FolderStudies {
  readonly folder: string;
  readonly mirror: StudyMirror;
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

/** The tree of what is there now, as a person chose to see it. */
export class StudyTree {
  private readonly sources: () => readonly FolderStudies[];
  private readonly now: () => number;
  private chosen: TreeChoice = usualChoice;
  /** By the study's view: it is another one once anything of the study has changed. */
  private groups = new WeakMap<StudyView, TrialGroups>();
  private readonly rows = new WeakMap<TrialView, KnownRow>();
  private knownScripts: readonly ScriptStudies[] | undefined;
  private knownAmbiguous: ReadonlySet<string> | undefined;

  constructor(sources: () => readonly FolderStudies[], now: () => number) {
    this.sources = sources;
    this.now = now;
  }

  get choice(): TreeChoice {
    return this.chosen;
  }

  set choice(choice: TreeChoice) {
    this.chosen = choice;
    this.groups = new WeakMap();
    this.changed();
  }

  /** To be said when any study has changed. */
  changed(): void {
    this.knownScripts = undefined;
    this.knownAmbiguous = undefined;
  }

  roots(): readonly TreeNode[] {
    return this.scripts().map(({ folder, script, times, studies: [first] }): TreeNode => {
      if (first === undefined || times > 1) return { kind: 'script', folder, script };
      return { kind: 'study', study: first.id };
    });
  }

  children(node: TreeNode): readonly TreeNode[] {
    if (node.kind === 'script')
      return (this.scriptOf(node)?.studies ?? []).map(({ id }) => ({ kind: 'study', study: id }));
    const found = this.find(node.study);
    if (found === undefined) return [];
    const groups = this.groupsOf(found);
    if (node.kind === 'study')
      return groupOrder
        .filter((state) => groups.has(state))
        .map((state) => ({ kind: 'group', study: node.study, state }));
    const group = node.kind === 'group' ? groups.get(node.state) : undefined;
    if (node.kind !== 'group' || group === undefined) return [];
    const { study, state } = node;
    const shown = group.first.map(({ number }): TreeNode => ({ kind: 'trial', study, trial: number }));
    const hidden = group.count - shown.length;
    return hidden === 0 ? shown : [...shown, { kind: 'more', study, state, hidden }];
  }

  parent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'script') return undefined;
    if (node.kind === 'group') return { kind: 'study', study: node.study };
    if (node.kind === 'more') return { kind: 'group', study: node.study, state: node.state };
    const found = this.find(node.study);
    if (found === undefined) return undefined;
    if (node.kind === 'trial') {
      const state = found.mirror.trial(node.study, node.trial)?.state;
      return state && { kind: 'group', study: node.study, state };
    }
    const { folder, study } = found;
    const isNested = (this.scriptOf({ folder, script: study.script })?.times ?? 0) > 1;
    return isNested ? { kind: 'script', folder, script: study.script } : undefined;
  }

  /** Has a row now: it is there, the filter lets it through, and it is not one of too many. */
  isShown(node: TreeNode): boolean {
    const siblings = (): readonly TreeNode[] => {
      const parent = this.parent(node);
      return parent === undefined ? this.roots() : this.children(parent);
    };
    return siblings().some((one) => JSON.stringify(one) === JSON.stringify(node));
  }

  /** A row of a node; undefined once what it stands for is gone. */
  row(node: TreeNode): TreeRow | undefined {
    const row = this.plainRow(node);
    const isFolded = row !== undefined && row.collapsible !== 'none';
    if (!isFolded || !isFiltering(this.chosen.filter)) return row;
    // What passes a filter is what a person looks for. Under an id of its own, so that the tree without a filter keeps
    // what was unfolded there.
    return { ...row, id: `${row.id}?filtered`, collapsible: 'expanded' };
  }

  private plainRow(node: TreeNode): TreeRow | undefined {
    if (node.kind === 'script') {
      const found = this.scriptOf(node);
      return found && toScriptRow(found, this.folderName(node.folder));
    }
    const found = this.find(node.study);
    if (found === undefined) return undefined;
    const { study, mirror, folder } = found;
    switch (node.kind) {
      case 'study': {
        const isNested = this.parent(node) !== undefined;
        const place = isNested ? undefined : this.placeOf(study, folder);
        return toStudyRow(study, mirror.best(study.id), place);
      }
      case 'group':
        return toGroupRow(study, node.state, this.groupsOf(found).get(node.state)?.count ?? 0);
      case 'more':
        return toMoreRow(study, node.state, node.hidden);
      case 'trial': {
        const trial = mirror.trial(study.id, node.trial);
        return trial && this.trialRow(study, trial, mirror.trial(study.id, 0));
      }
    }
  }

  /** How many trials the filter lets through, of how many. */
  counts(): { readonly shown: number; readonly all: number } {
    let [shown, all] = [0, 0];
    for (const { folder, mirror } of this.sources())
      for (const study of mirror.studies()) {
        for (const state of trialStates) all += study.counts[state];
        for (const { count } of this.groupsOf({ folder, mirror, study }).values()) shown += count;
      }
    return { shown, all };
  }

  /** Every tag there is, the most used first. */
  tags(): readonly string[] {
    const uses = new Map<string, number>();
    const count = (tags: readonly string[] = []): void => {
      for (const tag of tags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
    };
    for (const { mirror } of this.sources())
      for (const study of mirror.studies()) {
        count(study.tags);
        for (const { tags } of mirror.eachTrial(study.id)) count(tags);
      }
    return [...uses].sort(([a, n], [b, m]) => m - n || a.localeCompare(b)).map(([tag]) => tag);
  }

  /** What differs from the person's own values is the same for as long as neither trial nor study changes. */
  private trialRow(study: StudyView, trial: TrialView, own: TrialView | undefined): TreeRow {
    const known = this.rows.get(trial);
    const metric = study.objectives[0]?.metric;
    if (known !== undefined && known.best === study.best && known.metric === metric) return known.row;
    const row = toTrialRow(study, trial, own);
    this.rows.set(trial, { best: study.best, metric, row });
    return row;
  }

  private find(id: string): (FolderStudies & { readonly study: StudyView }) | undefined {
    for (const { folder, mirror } of this.sources()) {
      const study = mirror.study(id);
      if (study !== undefined) return { folder, mirror, study };
    }
    return undefined;
  }

  private groupsOf({ mirror, study }: FolderStudies & { readonly study: StudyView }): TrialGroups {
    const known = this.groups.get(study);
    if (known !== undefined) return known;
    const made = groupTrials(study, mirror.eachTrial(study.id), this.chosen, this.now());
    this.groups.set(study, made);
    return made;
  }

  private scriptOf({ folder, script }: { folder: string; script: string }): ScriptStudies | undefined {
    return this.scripts().find((one) => one.folder === folder && one.script === script);
  }

  /** Scripts with the studies that have something to show, all in the chosen order. */
  private scripts(): readonly ScriptStudies[] {
    this.knownScripts ??= this.collectScripts();
    return this.knownScripts;
  }

  private collectScripts(): readonly ScriptStudies[] {
    const isFiltered = isFiltering(this.chosen.filter);
    const all = this.sources().flatMap(({ folder, mirror }) => {
      const byScript = new Map<string, { times: number; readonly shown: StudyView[] }>();
      for (const study of mirror.studies()) {
        const known = byScript.get(study.script) ?? { times: 0, shown: [] };
        byScript.set(study.script, known);
        known.times++;
        // A study that has just begun has no trial yet; with a filter it has to have one that passes.
        if (!isFiltered || this.groupsOf({ folder, mirror, study }).size > 0) known.shown.push(study);
      }
      return [...byScript]
        .filter(([, { shown }]) => shown.length > 0)
        .map(([script, { times, shown }]): ScriptStudies => {
          const sorted = shown.sort(studyOrder(this.chosen, (study) => mirror.best(study.id)));
          return { folder, script, times, studies: sorted };
        });
    });
    return all.sort(scriptOrder(this.chosen));
  }

  /** Names are unique within a script only: where two rows would look alike, each says where it belongs. */
  private placeOf(study: StudyView, folder: string): string | undefined {
    this.knownAmbiguous ??= this.collectAmbiguous();
    const within = this.knownAmbiguous.has(study.name) ? study.script : undefined;
    const parts = [this.folderName(folder), within].filter((part) => part !== undefined);
    return parts.length === 0 ? undefined : parts.join(' · ');
  }

  /** Names that studies of several scripts have. */
  private collectAmbiguous(): ReadonlySet<string> {
    const scripts = new Map<string, string>();
    const ambiguous = new Set<string>();
    for (const { mirror } of this.sources())
      for (const { name, script } of mirror.studies()) {
        const known = scripts.get(name);
        if (known !== undefined && known !== script) ambiguous.add(name);
        scripts.set(name, script);
      }
    return ambiguous;
  }

  private folderName(folder: string): string | undefined {
    return this.sources().length > 1 ? folderNameOf(folder) : undefined;
  }
}

/** A trial's row with what it was made of beside the trial. */
interface KnownRow {
  readonly best: number | undefined;
  readonly metric: string | undefined;
  readonly row: TreeRow;
}

interface ScriptStudies {
  readonly folder: string;
  readonly script: string;
  /** How often it was tuned, studies included that the filter hides. */
  readonly times: number;
  readonly studies: readonly StudyView[];
}

const newestFirst = (a: StudyView, b: StudyView): number => b.createdAtMs - a.createdAtMs;

const studyOrder = (
  { order }: TreeChoice,
  bestOf: (study: StudyView) => TrialView | undefined,
): ((a: StudyView, b: StudyView) => number) => {
  /** Comparable where two studies improve the same thing; others stand below, newest first. */
  const lossOf = (study: StudyView): number => {
    const value = bestOf(study)?.values?.[0];
    if (value === undefined) return Number.POSITIVE_INFINITY;
    return study.objectives[0]?.direction === 'maximize' ? -value : value;
  };
  switch (order) {
    case 'newest':
      return newestFirst;
    case 'best':
      return (a, b) => {
        const [first, second] = [lossOf(a), lossOf(b)];
        return a.objectives[0]?.metric !== b.objectives[0]?.metric || first === second
          ? newestFirst(a, b)
          : first - second;
      };
    case 'number':
      return (a, b) => a.createdAtMs - b.createdAtMs;
    case 'duration':
      return (a, b) => b.elapsedMs - a.elapsedMs;
    case 'name':
      return (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true });
  }
};

const scriptOrder = ({ order }: TreeChoice): ((a: ScriptStudies, b: ScriptStudies) => number) => {
  const times = ({ studies }: ScriptStudies): readonly number[] =>
    studies.map(({ createdAtMs }) => createdAtMs);
  const elapsed = ({ studies }: ScriptStudies): number =>
    studies.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0);
  switch (order) {
    case 'newest':
    case 'best':
      return (a, b) => Math.max(...times(b)) - Math.max(...times(a));
    case 'number':
      return (a, b) => Math.min(...times(a)) - Math.min(...times(b));
    case 'duration':
      return (a, b) => elapsed(b) - elapsed(a);
    case 'name':
      return (a, b) => a.script.localeCompare(b.script, undefined, { numeric: true });
  }
};

const countOfStudies = (count: number): string =>
  count === 1 ? l10n.t('1 study') : l10n.t('{0} studies', count);
const countOfTrials = (count: number): string =>
  count === 1 ? l10n.t('1 trial') : l10n.t('{0} trials', count);

const toScriptRow = ({ folder, script, studies }: ScriptStudies, folderName: string | undefined): TreeRow => {
  const label = fileNameOf(script);
  const within = script === label ? [] : [script.slice(0, -label.length - 1)];
  const running = studies.filter(({ state }) => state === 'running').length;
  const parts = [
    countOfStudies(studies.length),
    ...(running === 0 ? [] : [l10n.t('{0} running', running)]),
    ...within,
    ...(folderName === undefined ? [] : [folderName]),
  ];
  return {
    id: `script:${folder}/${script}`,
    label,
    description: parts.join(' · '),
    icon: 'file-code',
    contextValue: 'script',
    spoken: l10n.t('Script {0}, {1}', label, parts.join(', ')),
    collapsible: 'expanded',
  };
};

const toStudyRow = (study: StudyView, best: TrialView | undefined, place: string | undefined): TreeRow => {
  const metric = toMetric(study, best);
  const parts = [
    toStudyState(study.state),
    toProgress(study),
    ...(metric === undefined ? [] : [metric]),
    ...(study.drivenBy === undefined ? [] : [l10n.t('driven by {0}', study.drivenBy)]),
    ...corruptMark(study.corruptRecords),
    ...labelWords(study),
  ];
  const { icon, color } = studyIcons[study.state];
  const label = study.name === '' ? fileNameOf(study.script) : study.name;
  return {
    id: study.id,
    label,
    description: [...(place === undefined ? [] : [place]), ...parts].join(' · '),
    icon,
    color,
    // A study whose first trial failed is `broken`: resuming it makes no sense, so no menu offers it.
    contextValue: `study.${study.state === 'failed' && study.counts.complete === 0 ? 'broken' : study.state}.${study.drivenHere ? 'here' : 'elsewhere'}`,
    spoken: l10n.t('Study {0} of {1}, {2}', label, study.script, parts.join(', ')),
    collapsible: study.state === 'running' || study.state === 'needs-objective' ? 'expanded' : 'collapsed',
  };
};

const toGroupRow = (study: StudyView, state: TrialState, shown: number): TreeRow => {
  const all = study.counts[state];
  return {
    id: `${study.id}/${state}`,
    label: groupLabel(state),
    description: shown === all ? String(all) : l10n.t('{0} of {1}', shown, all),
    ...trialIcons[state],
    contextValue: `group.${state}`,
    spoken: `${groupLabel(state)}, ${countOfTrials(shown)}`,
    // What a person looks for first: what runs or waits for them, the best, and why a study failed.
    collapsible:
      state === 'running' || state === 'paused' || state === 'complete' || study.state === 'failed'
        ? 'expanded'
        : 'collapsed',
  };
};

const toMoreRow = (study: StudyView, state: TrialState, hidden: number): TreeRow => ({
  id: `${study.id}/${state}/more`,
  label: l10n.t('{0} more in the panel', hidden),
  icon: 'ellipsis',
  contextValue: 'more',
  spoken: l10n.t('{0} more trials; open the panel to see them', hidden),
  collapsible: 'none',
});

const toTrialRow = (study: StudyView, trial: TrialView, own: TrialView | undefined): TreeRow => {
  const isBest = trial.number === study.best;
  const metric = toMetric(study, trial);
  const who =
    trial.replicaOf !== undefined
      ? [l10n.t('trial {0} again', trial.replicaOf)]
      : trial.number === 0
        ? [l10n.t('your values')]
        : [];
  const description = [
    ...corruptMark(trial.corrupt),
    ...(trial.star ? ['★'] : []),
    ...(metric === undefined ? [] : [metric]),
    ...who,
    ...labelWords(trial),
    toShortParams(differingParams(trial, own)),
  ];
  const state = isBest ? l10n.t('best') : toTrialState(trial.state);
  const corrupt = trial.corrupt === undefined ? [] : [toUnreadable(trial.corrupt)];
  return {
    id: `${study.id}/trial/${trial.number}`,
    label: l10n.t('Trial {0}', trial.number),
    description: description.filter((part) => part !== '').join(' · '),
    ...(isBest ? { icon: 'star-full', color: 'charts.yellow' } : trialIcons[trial.state]),
    contextValue: `trial.${trial.state}.${trial.star ? 'starred' : 'plain'}${trial.log === undefined ? '' : '.log'}`,
    spoken: [
      l10n.t('Trial {0}', trial.number),
      state,
      ...(trial.star ? [l10n.t('starred')] : []),
      ...(metric === undefined ? [] : [metric]),
      ...who,
      ...labelWords(trial),
      ...corrupt,
    ].join(', '),
    collapsible: 'none',
  };
};

/** The values that are others than the person's own; all of them for the trial that ran those. */
const differingParams = ({ params, number }: TrialView, own: TrialView | undefined): TrialView['params'] => {
  if (number === 0 || own === undefined) return params;
  const differs = ([name, value]: [string, TrialView['params'][string]]): boolean => {
    const before = own.params[name];
    return before === undefined || toShortValue(value) !== toShortValue(before);
  };
  return Object.fromEntries(Object.entries(params).filter(differs));
};

const longestNoteInRow = 40;

/** `#thesis “Try again with less decay”` */
const labelWords = ({ note, tags }: Pick<TrialView, 'note' | 'tags'>): readonly string[] => {
  const [line = ''] = note?.split('\n') ?? [];
  const isCut = line.length > longestNoteInRow || line !== note;
  const short = isCut ? `${line.slice(0, longestNoteInRow - 1).trimEnd()}…` : line;
  return [...(tags ?? []).map((tag) => `#${tag}`), ...(note === undefined ? [] : [l10n.t('“{0}”', short)])];
};

const corruptMark = (count: number | undefined): readonly string[] =>
  count === undefined || count === 0 ? [] : [`⚠ ${toUnreadable(count)}`];

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
