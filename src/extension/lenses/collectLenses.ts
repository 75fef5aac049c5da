import * as l10n from '@vscode/l10n';
import type { Uri } from 'vscode';
import type { SourceValue } from '../../engine/index.ts';
import type { StudyView } from '../../protocol/index.ts';
import { bindCommand } from '../contributions.ts';
import type { Advice } from '../inline/collectAdvice.ts';
import { fileNameOf, toMetric, toParameterCount, toProgress, toShortValue } from '../state/words.ts';
import { collectInsertLenses } from './collectInsertLenses.ts';
import type { Lens, LensStudy, LensTunable } from './lens.ts';
import { parameterNames } from './parameterNames.ts';

export interface LensInput {
  readonly script: Uri;
  /** A configuration file: tuned by the script of its newest study, if there is one. */
  readonly isConfig?: boolean;
  /** As studies name files. */
  readonly file: string;
  readonly tunables: readonly LensTunable[];
  /** A cell of a notebook that has such lenses above an earlier one. */
  readonly isPart?: boolean;
  /** The newest study that has literals in this file. */
  readonly tuned: LensStudy | undefined;
  /** What the study suggests to change about annotations. */
  readonly advice: readonly Advice[];
}

/** Between an icon and its text; the editor drops an ordinary space there. */
const gap = '\u00a0';

/** All lenses of one file, in the order they are read. */
export const collectLenses = (input: LensInput): readonly Lens[] => {
  if (input.tunables.length === 0) return [];
  return [
    ...(input.isPart === true ? [] : collectTopLenses(input)),
    ...collectLineLenses(input),
    ...collectAdviceLenses(input),
  ];
};

const collectTopLenses = ({
  script,
  isConfig = false,
  file,
  tunables,
  tuned,
}: LensInput): readonly Lens[] => {
  if (isConfig && tuned === undefined) return [];
  const searched = tunables.filter((tunable) => tunable.searched).length;
  const isReader = isConfig && tuned !== undefined;
  const own = tuned?.study.script === file || isReader ? tuned : undefined;
  const running =
    own !== undefined && (own.study.state === 'running' || own.study.state === 'needs-objective');
  const tune: Lens = {
    line: 0,
    title: `$(beaker)${gap}${isReader ? l10n.t('Tune {0}', fileNameOf(tuned.study.script)) : l10n.t('Tune this script')} · ${toParameterCount(isReader ? tuned.study.parameters.length : searched)}`,
    tooltip: l10n.t(
      'Runs the script with other values of its annotated constants, and remembers what came out',
    ),
    command: bindCommand('tunelens.tuneScript', script),
  };
  return [
    ...(running || searched === 0 ? [] : [tune]),
    ...(own === undefined ? [] : collectStudyLenses(own, file, tunables)),
  ];
};

const collectStudyLenses = (
  own: LensStudy,
  file: string,
  tunables: readonly LensTunable[],
): readonly Lens[] => {
  const { study, best } = own;
  const target = { study: study.id };
  const metric = toMetric(study, best);
  const progress: Lens = {
    line: 0,
    title: [
      `${stateIcon(study)}${gap}${l10n.t('{0} trials', toProgress(study))}`,
      ...(metric === undefined ? [] : [l10n.t('best {0}', metric)]),
    ].join(' · '),
    tooltip: study.message ?? l10n.t('Open panel'),
    command: bindCommand('tunelens.openPanel', target),
  };
  return [progress, ...collectInsertLenses(own, file, tunables), ...collectControls(study)];
};

const collectControls = ({ id, state }: StudyView): readonly Lens[] => {
  const target = { study: id };
  const pause: Lens = {
    line: 0,
    title: l10n.t('Pause'),
    command: bindCommand('tunelens.pauseStudy', target),
  };
  const resume: Lens = {
    line: 0,
    title: l10n.t('Resume'),
    command: bindCommand('tunelens.resumeStudy', target),
  };
  const stop: Lens = { line: 0, title: l10n.t('Stop'), command: bindCommand('tunelens.stopStudy', target) };
  const choose: Lens = {
    line: 0,
    title: l10n.t('Choose objective'),
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
  const names = tuned === undefined ? undefined : parameterNames(tuned.study, file, tunables);
  return tunables.flatMap((tunable) => {
    const name = (onLine.get(tunable.line) ?? 0) > 1 ? `${tunable.name}: ` : '';
    const best = tuned && bestOf(tuned, names?.get(tunable.name));
    const title = `$(beaker)${gap}${name}${tunable.summary}`;
    if (best === undefined) return [{ line: tunable.line, title }];
    const inPlace = JSON.stringify(best.value) === JSON.stringify(tunable.value);
    const space: Lens = {
      line: tunable.line,
      title: `${title} · ${l10n.t('best {0}', toShortValue(best.value))}`,
    };
    if (inPlace) return [space];
    const insert: Lens = {
      line: tunable.line,
      title: l10n.t('Insert best'),
      tooltip: l10n.t('Puts {0} into the source, from trial {1}', toShortValue(best.value), best.trial),
      command: bindCommand('tunelens.insertBest', {
        study: best.study,
        parameter: best.parameter,
        trial: best.trial,
      }),
    };
    return [space, insert];
  });
};

/** In the row of the literal, behind the others. */
const collectAdviceLenses = ({ script, advice }: LensInput): readonly Lens[] =>
  advice.flatMap(({ kind, name, line, title, reason }): readonly Lens[] => {
    const target = { uri: script.toString(), name };
    const follow =
      kind === 'widen'
        ? bindCommand('tunelens.widenRange', target)
        : bindCommand('tunelens.fixValue', target);
    return [
      { line, title, tooltip: reason, command: follow },
      {
        line,
        title: l10n.t('Dismiss'),
        tooltip: l10n.t('Does not suggest this again for this study'),
        command: bindCommand('tunelens.dismissAdvice', target),
      },
    ];
  });

interface BestValue {
  readonly study: string;
  readonly trial: number;
  readonly parameter: string;
  readonly value: SourceValue;
}

const bestOf = ({ study, best }: LensStudy, parameter: string | undefined): BestValue | undefined => {
  const value = parameter === undefined ? undefined : best?.params[parameter];
  if (best === undefined || parameter === undefined || value === undefined) return undefined;
  return { study: study.id, trial: best.number, parameter, value };
};
