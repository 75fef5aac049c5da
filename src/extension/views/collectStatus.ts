import type { StudyView, TrialView } from '../../protocol/index.ts';
import { formatCount, studyStateWords } from '../../protocol/index.ts';
import { isActive, toMetric, toProgress } from '../state/words.ts';

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

/** `$(beaker) 12/30 · val_acc 0.9722` */
export const collectStatus = (
  study: StudyView,
  best: TrialView | undefined,
  quote: (text: string) => string,
): Status => {
  const metric = toMetric(study, best);
  const shown = [toProgress(study), ...(metric === undefined ? [] : [metric])].join(' · ');
  const state = studyStateWords[study.state];
  const { counts } = study;
  const lines = [
    `**${quote(study.name)}** · ${state}`,
    ...(study.message === undefined ? [] : [quote(study.message)]),
    `${counts.running} running · ${counts.complete} complete · ${counts.pruned} stopped early · ${counts.failed} failed`,
    ...(metric === undefined || best === undefined ? [] : [`Best: ${quote(metric)} (trial ${best.number})`]),
    'Click to open the panel.',
  ];
  return {
    study: study.id,
    text: `${icons[study.state]} ${shown}`,
    tooltip: lines.join('\n\n'),
    spoken: `TuneLens: ${study.name} ${state}, ${toProgress(study)} trials${metric === undefined ? '' : `, best ${metric}`}, ${formatCount(counts.running, 'trial')} running`,
  };
};
