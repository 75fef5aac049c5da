import * as l10n from '@vscode/l10n';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { countFinished } from '../../protocol/index.ts';
import { isActive, toDuration, toMetric } from '../state/words.ts';
import type { FolderStudies, TreeRow } from './collectTree.ts';

/** A row of the view of workers. What runs in a slot is part of it, so that commands for trials can be used on it. */
export type WorkerNode =
  | { readonly kind: 'host' }
  | { readonly kind: 'study'; readonly study: string }
  | { readonly kind: 'slot'; readonly study: string; readonly slot: number; readonly trial?: number };

/** The machine that trials run on. */
export interface Host {
  readonly name: string;
  readonly cores: number;
  /** Of the last minute; absent where the system does not say. */
  readonly load?: number;
}

/** Commands of menus get it whole, so what it is of stands in it and not below. */
export type Worker = WorkerNode & {
  readonly row: TreeRow;
  readonly children: readonly Worker[];
};

export interface Workers {
  /** One for the machine, or none when no study is under way. */
  readonly roots: readonly Worker[];
  readonly busy: number;
  readonly slots: number;
}

/** Every slot of the studies that are under way, with what runs there, or why nothing does. */
export const collectWorkers = (sources: readonly FolderStudies[], host: Host, nowMs: number): Workers => {
  const active = sources.flatMap(({ mirror }) =>
    mirror
      .studies()
      .filter(isActive)
      .map((study) => ({ study, slots: slotsOf(study, mirror.eachTrial(study.id), nowMs) })),
  );
  const slots = active.flatMap((one) => one.slots);
  const busy = slots.filter((one) => one.kind === 'slot' && one.trial !== undefined).length;
  const [only, ...others] = active;
  if (only === undefined) return { roots: [], busy: 0, slots: 0 };
  const children =
    others.length === 0 ? only.slots : active.map((one) => toStudyWorker(one.study, one.slots));
  return { roots: [toHostWorker(host, children, { busy, slots: slots.length })], busy, slots: slots.length };
};

const toHostWorker = (
  { name, cores, load }: Host,
  children: readonly Worker[],
  { busy, slots }: { readonly busy: number; readonly slots: number },
): Worker => {
  const parts = [
    l10n.t('{0} of {1} slots busy', busy, slots),
    l10n.t('{0} cores', cores),
    ...(load === undefined ? [] : [l10n.t('load {0}', load.toFixed(1))]),
  ];
  const row: TreeRow = {
    id: 'host',
    label: name,
    description: parts.join(' · '),
    icon: 'vm',
    contextValue: 'host',
    spoken: l10n.t('Machine {0}, {1}', name, parts.join(', ')),
    collapsible: 'expanded',
  };
  return { kind: 'host', row, children };
};

const toStudyWorker = (study: StudyView, children: readonly Worker[]): Worker => {
  const busy = study.counts.running;
  const row: TreeRow = {
    id: `workers/${study.id}`,
    label: study.name,
    description: l10n.t('{0} of {1} slots busy', busy, children.length),
    icon: 'beaker',
    contextValue: 'study',
    spoken: l10n.t('Study {0}, {1} of {2} slots busy', study.name, busy, children.length),
    collapsible: 'expanded',
  };
  return { kind: 'study', study: study.id, row, children };
};

const slotsOf = (study: StudyView, trials: Iterable<TrialView>, nowMs: number): readonly Worker[] => {
  const running = new Map<number, TrialView>();
  for (const trial of trials)
    if (trial.state === 'running' && trial.slot !== undefined) running.set(trial.slot, trial);
  // A study whose number of slots was lowered may still have trials in the others.
  const last = Math.max(study.parallel, ...running.keys());
  return Array.from({ length: last }, (_, index) => index + 1)
    .filter((slot) => slot <= study.parallel || running.has(slot))
    .map((slot) => toSlotWorker(study, slot, running.get(slot), nowMs));
};

const toSlotWorker = (
  study: StudyView,
  slot: number,
  trial: TrialView | undefined,
  nowMs: number,
): Worker => {
  const label = l10n.t('Slot {0}', slot);
  const parts = trial === undefined ? [whyFree(study)] : whatRuns(study, trial, nowMs);
  return {
    kind: 'slot',
    study: study.id,
    slot,
    ...(trial === undefined ? {} : { trial: trial.number }),
    row: {
      id: `workers/${study.id}/${slot}`,
      label,
      description: parts.join(' · '),
      ...(trial === undefined
        ? { icon: 'circle-outline', color: 'disabledForeground' }
        : { icon: 'sync~spin', color: 'charts.blue' }),
      contextValue:
        trial === undefined ? 'slot.free' : `slot.running${trial.log === undefined ? '' : '.log'}`,
      spoken: `${label}, ${parts.join(', ')}`,
      collapsible: 'none',
    },
    children: [],
  };
};

/** `trial 7 · val_acc 0.93 · 34 s · train`: what changes stands where a narrow side bar shows it. */
const whatRuns = (study: StudyView, trial: TrialView, nowMs: number): readonly string[] => {
  const metric = toMetric(study, trial);
  return [
    l10n.t('trial {0}', trial.number),
    ...(metric === undefined ? [] : [metric]),
    ...(trial.startedAtMs === undefined ? [] : [toDuration(nowMs - trial.startedAtMs)]),
    study.name,
  ];
};

/** Why nothing runs in a slot. */
const whyFree = (study: StudyView): string => {
  const { state, counts, trialBudget } = study;
  if (state === 'paused') return l10n.t('free · the study is paused');
  if (state === 'needs-objective') return l10n.t('free · the study waits for an objective');
  if (state !== 'running') return l10n.t('free · the study has ended');
  if (counts.waiting > 0) return l10n.t('free · the next trial is about to start');
  if (trialBudget !== undefined && countFinished(study) + counts.running + counts.paused >= trialBudget)
    return counts.paused > 0
      ? l10n.t('free · paused trials wait for others')
      : l10n.t('free · no trials are left to start');
  return l10n.t('free · waits for the next proposal');
};
