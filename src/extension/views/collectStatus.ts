import * as l10n from '@vscode/l10n';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { isActive, toMetric, toProgress, toStudyState } from '../state/words.ts';

export interface Status {
  readonly study: string;
  readonly text: string;
  /** Markdown; `quote` was applied to foreign text. */
  readonly tooltip: string;
  readonly spoken: string;
}

/** The study a person most likely means: the newest that is under way, else the newest. */
export const chooseStudy = (studies: readonly StudyView[]): StudyView | undefined =>
  studies.findLast((study) => study.state === 'running') ?? studies.findLast(isActive) ?? studies.at(-1);

const icons: Readonly<Record<StudyView['state'], string>> = {
  running: '$(beaker)',
  'needs-objective': '$(question)',
  paused: '$(debug-pause)',
  complete: '$(beaker)',
  stopped: '$(circle-slash)',
  failed: '$(error)',
};

/** Running trials that a tooltip names. */
const mostNamed = 8;

export interface StatusInput {
  readonly study: StudyView;
  readonly best: TrialView | undefined;
  readonly running: readonly TrialView[];
}

/** `$(beaker) 12/30 · val_acc 0.9722` */
export const collectStatus = (
  { study, best, running }: StatusInput,
  quote: (text: string) => string,
): Status => {
  const metric = toMetric(study, best);
  const shown = [toProgress(study), ...(metric === undefined ? [] : [metric])].join(' · ');
  const state = toStudyState(study.state);
  const { counts } = study;
  const lines = [
    `**${quote(study.name)}** · ${state}`,
    ...(study.message === undefined ? [] : [quote(study.message)]),
    l10n.t(
      '{0} running · {1} complete · {2} stopped early · {3} failed',
      counts.running,
      counts.complete,
      counts.pruned,
      counts.failed,
    ),
    ...(metric === undefined || best === undefined
      ? []
      : [l10n.t('Best: {0} (trial {1})', quote(metric), best.number)]),
    ...collectSlots(study, running, quote),
    l10n.t('Click to open the panel.'),
  ];
  return {
    study: study.id,
    text: `${icons[study.state]} ${shown}`,
    tooltip: lines.join('\n\n'),
    spoken: [
      l10n.t('TuneLens: {0} {1}, {2} trials', study.name, state, toProgress(study)),
      ...(metric === undefined ? [] : [l10n.t('best {0}', metric)]),
      l10n.t('{0} running', counts.running),
    ].join(', '),
  };
};

/** A list of what runs where: `slot 1: trial 7 · val_acc 0.93` */
const collectSlots = (
  study: StudyView,
  running: readonly TrialView[],
  quote: (text: string) => string,
): readonly string[] => {
  const items = [...running]
    .sort((a, b) => (a.slot ?? 0) - (b.slot ?? 0))
    .slice(0, mostNamed)
    .map((trial) => {
      const where = trial.slot === undefined ? '' : `${l10n.t('slot {0}', trial.slot)}: `;
      const metric = toMetric(study, trial);
      const what = [l10n.t('trial {0}', trial.number), ...(metric === undefined ? [] : [quote(metric)])];
      return `- ${where}${what.join(' · ')}`;
    });
  return items.length === 0 ? [] : [items.join('\n')];
};
