import * as l10n from '@vscode/l10n';
import { type QuickPickItem, QuickPickItemKind, window } from 'vscode';
import type { Direction } from '../../engine/index.ts';
import { formatNumber } from '../../protocol/index.ts';
import type { StudyTarget } from '../contributions.ts';
import { UserError } from '../platform/failures.ts';
import type { Studies } from '../state/studies.ts';
import { likeliestFirst } from '../state/words.ts';
import { pickStudy } from './pickTarget.ts';

interface ObjectiveItem extends QuickPickItem {
  readonly objective?: { readonly metric: string; readonly direction: Direction };
}

const toLabel = (direction: Direction, metric: string): string =>
  direction === 'maximize'
    ? `$(arrow-up) ${l10n.t('Maximize {0}', metric)}`
    : `$(arrow-down) ${l10n.t('Minimize {0}', metric)}`;

/** The one question a study may have: which of the metrics that the baseline printed counts, and which way. */
export const chooseObjective = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target, {
    fits: ({ state }) => state === 'needs-objective',
    none: l10n.t(
      'No study waits for an objective. To optimise something else, write “# tune: maximize …” in the script and tune it again.',
    ),
  });
  if (entry === undefined) return;
  const { session, study } = entry;
  if (study.metricsSeen.length === 0)
    throw new UserError(l10n.t('No trial of this study has reported a metric yet.'));
  const chosen = await window.showQuickPick(toItems(study.metricsSeen), {
    title: l10n.t('What should TuneLens improve in {0}?', study.script),
    placeHolder: l10n.t('Numbers that the first run printed'),
    ignoreFocusOut: true,
    matchOnDescription: true,
  });
  if (chosen?.objective !== undefined)
    await session.request('chooseObjective', { study: study.id, ...chosen.objective });
};

/** Likely choices first, so that Enter takes the likeliest; the other directions below a line. */
const toItems = (
  seen: readonly { metric: string; last: number; suggested: Direction }[],
): readonly ObjectiveItem[] => [
  ...likeliestFirst(seen).map(({ metric, last, suggested }) => toItem(metric, last, suggested)),
  { label: l10n.t('The other way'), kind: QuickPickItemKind.Separator },
  ...likeliestFirst(seen).map(({ metric, last, suggested }) =>
    toItem(metric, last, suggested === 'maximize' ? 'minimize' : 'maximize'),
  ),
];

const toItem = (metric: string, last: number, direction: Direction): ObjectiveItem => ({
  label: toLabel(direction, metric),
  description: l10n.t('now {0}', formatNumber(last)),
  objective: { metric, direction },
});
