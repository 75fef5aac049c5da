import type { Uri } from 'vscode';
import type { SourceValue } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { formatCount } from '../../protocol/index.ts';
import { type BoundCommand, bindCommand } from '../contributions.ts';
import { toMetric, toProgress, toShortValue } from '../state/words.ts';

/** An annotated literal as a lens needs it. */
export interface LensTunable {
  readonly name: string;
  /** 0-based. */
  readonly line: number;
  readonly value: SourceValue;
  readonly summary: string;
  readonly searched: boolean;
}

export interface LensStudy {
  readonly study: StudyView;
  readonly best: TrialView | undefined;
}

export interface LensInput {
  readonly script: Uri;
  /** As studies name files. */
  readonly file: string;
  readonly tunables: readonly LensTunable[];
  /** A cell of a notebook that has such lenses above an earlier one. */
  readonly isPart?: boolean;
  /** The newest study that has literals in this file. */
  readonly tuned: LensStudy | undefined;
}

export interface Lens {
  readonly line: number;
  readonly title: string;
  readonly tooltip?: string;
  /** Text only when absent. */
  readonly command?: BoundCommand;
}

/** Between an icon and its text; the editor drops an ordinary space there. */
const gap = '\u00a0';

/** All lenses of one file, in the order they are read. */
export const collectLenses = (input: LensInput): readonly Lens[] => {
  if (input.tunables.length === 0) return [];
  return [...(input.isPart === true ? [] : collectTopLenses(input)), ...collectLineLenses(input)];
};

const collectTopLenses = ({ script, file, tunables, tuned }: LensInput): readonly Lens[] => {
  const searched = tunables.filter((tunable) => tunable.searched).length;
  const own = tuned?.study.script === file ? tuned : undefined;
  const running =
    own !== undefined && (own.study.state === 'running' || own.study.state === 'needs-objective');
  const tune: Lens = {
    line: 0,
    title: `$(beaker)${gap}Tune this script · ${formatCount(searched, 'parameter')}`,
    tooltip: 'Runs the script with other values of its annotated constants, and remembers what came out',
    command: bindCommand('tunelens.tuneScript', script),
  };
  return [
    ...(running || searched === 0 ? [] : [tune]),
    ...(own === undefined ? [] : collectStudyLenses(own)),
  ];
};

const collectStudyLenses = ({ study, best }: LensStudy): readonly Lens[] => {
  const target = { study: study.id };
  const metric = toMetric(study, best);
  const progress: Lens = {
    line: 0,
    title: [
      `${stateIcon(study)}${gap}${toProgress(study)} trials`,
      ...(metric === undefined ? [] : [`best ${metric}`]),
    ].join(' · '),
    tooltip: study.message ?? 'Open the panel',
    command: bindCommand('tunelens.openPanel', target),
  };
  const insert: Lens = {
    line: 0,
    title: 'Insert all best',
    tooltip: `Puts the values of trial ${study.best} into the source`,
    command: bindCommand('tunelens.insertBest', {
      ...target,
      ...(best === undefined ? {} : { trial: best.number }),
    }),
  };
  return [progress, ...(best === undefined ? [] : [insert]), ...collectControls(study)];
};

const collectControls = ({ id, state }: StudyView): readonly Lens[] => {
  const target = { study: id };
  const pause: Lens = { line: 0, title: 'Pause', command: bindCommand('tunelens.pauseStudy', target) };
  const resume: Lens = { line: 0, title: 'Resume', command: bindCommand('tunelens.resumeStudy', target) };
  const stop: Lens = { line: 0, title: 'Stop', command: bindCommand('tunelens.stopStudy', target) };
  const choose: Lens = {
    line: 0,
    title: 'Choose objective',
    command: bindCommand('tunelens.chooseObjective', target),
  };
  switch (state) {
    case 'running':
      return [pause, stop];
    case 'paused':
      return [resume, stop];
    case 'needs-objective':
      return [choose, stop];
    case 'complete':
    case 'stopped':
    case 'failed':
      return [];
  }
};

const stateIcon = ({ state }: StudyView): string => {
  switch (state) {
    case 'running':
      return '$(sync~spin)';
    case 'needs-objective':
      return '$(question)';
    case 'paused':
      return '$(debug-pause)';
    case 'complete':
      return '$(check)';
    case 'stopped':
      return '$(debug-stop)';
    case 'failed':
      return '$(error)';
  }
};

const collectLineLenses = ({ file, tunables, tuned }: LensInput): readonly Lens[] => {
  const onLine = new Map<number, number>();
  for (const { line } of tunables) onLine.set(line, (onLine.get(line) ?? 0) + 1);
  return tunables.flatMap((tunable) => {
    const name = (onLine.get(tunable.line) ?? 0) > 1 ? `${tunable.name}: ` : '';
    const best = tuned && bestOf(tuned, file, tunable.name);
    const title = `$(beaker)${gap}${name}${tunable.summary}`;
    if (best === undefined) return [{ line: tunable.line, title }];
    const inPlace = JSON.stringify(best.value) === JSON.stringify(tunable.value);
    const space: Lens = { line: tunable.line, title: `${title} · best ${toShortValue(best.value)}` };
    if (inPlace) return [space];
    const insert: Lens = {
      line: tunable.line,
      title: 'Insert best',
      tooltip: `Puts ${toShortValue(best.value)} into the source, from trial ${best.trial}`,
      command: bindCommand('tunelens.insertBest', {
        study: best.study,
        parameter: best.parameter,
        trial: best.trial,
      }),
    };
    return [space, insert];
  });
};

interface BestValue {
  readonly study: string;
  readonly trial: number;
  readonly parameter: string;
  readonly value: SourceValue;
}

/** A study of several files may name a literal by its file too: `model.width` for `width` in `model.py`. */
const bestOf = ({ study, best }: LensStudy, file: string, name: string): BestValue | undefined => {
  if (best === undefined) return undefined;
  const own = study.parameters.filter((parameter) => parameter.file === file);
  const parameter = own.find((one) => one.name === name) ?? own.find((one) => one.name.endsWith(`.${name}`));
  const value = parameter && best.params[parameter.name];
  if (parameter === undefined || value === undefined) return undefined;
  return { study: study.id, trial: best.number, parameter: parameter.name, value };
};
