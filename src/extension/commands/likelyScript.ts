import { TabInputText, type Uri, window, workspace } from 'vscode';
import { type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import { fileUriOf } from '../state/notebooks.ts';

/**
 * The script a person most likely means who named none: the one they are in; else, from a page or a panel, the one
 * annotated file on screen; else the one in a tab.
 */
export const likelyScript = (annotations: DocumentAnnotations): Uri | undefined => {
  const { activeNotebookEditor, activeTextEditor, visibleTextEditors, tabGroups } = window;
  if (activeTextEditor !== undefined) return fileUriOf(activeTextEditor.document);
  if (activeNotebookEditor !== undefined) return activeNotebookEditor.notebook.uri;
  const tabs = tabGroups.all.flatMap((group) => group.tabs);
  const inTabs = new Set(
    tabs.flatMap(({ input }) => (input instanceof TabInputText ? input.uri.toString() : [])),
  );
  const shown = visibleTextEditors.map(({ document }) => document);
  const open = workspace.textDocuments.filter(({ uri }) => inTabs.has(uri.toString()));
  for (const documents of [shown, open]) {
    const annotated = new Map(
      documents
        .filter((document) => isAnnotatable(document) && annotations.of(document).tunables.length > 0)
        .map(({ uri }) => [uri.toString(), uri]),
    );
    const [only] = annotated.values();
    if (annotated.size === 1) return only;
  }
  return undefined;
};
