import * as l10n from '@vscode/l10n';
import { bindCommand } from '../contributions.ts';
import { toShortValue } from '../state/words.ts';
import type { Lens, LensStudy, LensTunable } from './lens.ts';
import { parameterNames } from './parameterNames.ts';

/** What stands in the top row for putting a study's values into the source, and one's own back. */
export const collectInsertLenses = (
  { study, best, baseline }: LensStudy,
  file: string,
  tunables: readonly LensTunable[],
): readonly Lens[] => {
  const target = { study: study.id, ...(best === undefined ? {} : { trial: best.number }) };
  const insert: Lens = {
    line: 0,
    title: l10n.t('Insert all best'),
    tooltip: l10n.t('Puts the values of trial {0} into the source', target.trial ?? ''),
    command: bindCommand('tunelens.insertBest', target),
  };
  const preview: Lens = {
    line: 0,
    title: l10n.t('Preview'),
    tooltip: l10n.t('Shows what would change, also with rounded values, before anything is inserted'),
    command: bindCommand('tunelens.previewBest', target),
  };
  const names = parameterNames(study, file, tunables);
  const changed = tunables.flatMap(({ name, value }) => {
    const parameter = names.get(name);
    const own = parameter === undefined ? undefined : baseline?.params[parameter];
    return own === undefined || JSON.stringify(own) === JSON.stringify(value)
      ? []
      : [`${name} = ${toShortValue(own)}`];
  });
  const restore: Lens = {
    line: 0,
    title: l10n.t('Restore your own values'),
    tooltip: l10n.t('Puts back what stood here when the study began: {0}', changed.join(', ')),
    command: bindCommand('tunelens.restoreOwn', { study: study.id }),
  };
  return [...(best === undefined ? [] : [insert, preview]), ...(changed.length === 0 ? [] : [restore])];
};
