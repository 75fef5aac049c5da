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

const verbs: Readonly<Record<Direction, string>> = {
  maximize: '$(arrow-up) Maximize',
  minimize: '$(arrow-down) Minimize',
};

/** The one question a study may have: which of the metrics that the baseline printed counts, and which way. */
export const chooseObjective = async (studies: Studies, target?: StudyTarget): Promise<void> => {
  const entry = await pickStudy(studies, target, {
    fits: ({ state }) => state === 'needs-objective',
    none: 'No study waits for an objective. To optimise something else, write “# tune: maximize …” in the script and tune it again.',
  });
  if (entry === undefined) return;
  const { session, study } = entry;
  if (study.metricsSeen.length === 0)
    throw new UserError('No trial of this study has reported a metric yet.');
  const chosen = await window.showQuickPick(toItems(study.metricsSeen), {
    title: `What should TuneLens improve in ${study.script}?`,
    placeHolder: 'Numbers that the first run printed',
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
  { label: 'The other way', kind: QuickPickItemKind.Separator },
  ...likeliestFirst(seen).map(({ metric, last, suggested }) =>
    toItem(metric, last, suggested === 'maximize' ? 'minimize' : 'maximize'),
  ),
];

const toItem = (metric: string, last: number, direction: Direction): ObjectiveItem => ({
  label: `${verbs[direction]} ${metric}`,
  description: `now ${formatNumber(last)}`,
  objective: { metric, direction },
});
