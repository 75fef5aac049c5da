import * as l10n from '@vscode/l10n';
import { Uri, window } from 'vscode';
import type { SkippedInsertion } from '../../protocol/index.ts';
import { revealProblem } from '../platform/failures.ts';
import { isNotebookFile } from '../state/notebooks.ts';
import type { Outcome } from './collectOutcome.ts';

/** Says what an insertion came to; what was left out in a message that stays, with the way to the line. */
export const tellOutcome = ({ isWarning, text }: Outcome, skipped: readonly SkippedInsertion[]): void => {
  if (!isWarning) {
    window.setStatusBarMessage(text, 5_000);
    return;
  }
  const place = skipped.find(
    ({ file, line }) => file !== undefined && line !== undefined && !isNotebookFile(Uri.file(file)),
  );
  const show = l10n.t('Show line');
  // Not awaited: a message may stand for hours.
  void window.showWarningMessage(text, ...(place === undefined ? [] : [show])).then(async (chosen) => {
    if (chosen === show && place?.file !== undefined && place.line !== undefined)
      await revealProblem({ file: place.file, line: place.line, column: 0 });
  });
};
