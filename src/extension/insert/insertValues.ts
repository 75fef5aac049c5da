import { Uri, window } from 'vscode';
import { showScript } from '../platform/showText.ts';
import { isShowing } from '../state/openSource.ts';
import { collectOutcome } from './collectOutcome.ts';
import { tellOutcome } from './tellOutcome.ts';
import { describeValues, type Insertion, makeInsertion, planInsertion } from './insertion.ts';

/** Puts values into the source: one edit, one undo. What no longer stands as expected is left, and said. */
export const insertValues = async (insertion: Insertion): Promise<void> => {
  const planned = await planInsertion(insertion);
  const made = await makeInsertion(planned);
  if (made.first !== undefined) await showEdited(made.first);
  tellOutcome(collectOutcome(describeValues(insertion), planned, made), planned.skipped);
};

const showEdited = async (file: string): Promise<void> => {
  const isVisible = window.visibleTextEditors.some(({ document }) => isShowing(document, file));
  const isNotebookVisible = window.visibleNotebookEditors.some(
    ({ notebook }) => notebook.uri.fsPath === file,
  );
  if (!isVisible && !isNotebookVisible) await showScript(Uri.file(file), { keep: true });
};
