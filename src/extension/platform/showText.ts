import {
  NotebookRange,
  type Range,
  TabInputWebview,
  type TextDocumentShowOptions,
  type TextEditor,
  type Uri,
  ViewColumn,
  window,
  workspace,
} from 'vscode';

/** Opens a file beside a panel rather than over it: a panel's button must not hide the panel. */
export const showText = (file: Uri, options: TextDocumentShowOptions = {}): Thenable<TextEditor> =>
  window.showTextDocument(file, { viewColumn: columnForText(), ...options });

const columnForText = (): ViewColumn => {
  const { activeTabGroup, all } = window.tabGroups;
  // By number: a click into the panel makes its group the active one only a moment after its message is here, and
  // `ViewColumn.Active` would then mean the panel's.
  if (!(activeTabGroup.activeTab?.input instanceof TabInputWebview)) return activeTabGroup.viewColumn;
  return all.find((group) => group !== activeTabGroup)?.viewColumn ?? ViewColumn.Beside;
};

/** Opens a script, or a notebook as such, and puts the cursor on a place in it. `cell` counts from 1. */
export const showScript = async (file: Uri, at: { cell?: number; selection?: Range } = {}): Promise<void> => {
  const { cell = 1, selection } = at;
  if (!file.path.toLowerCase().endsWith('.ipynb')) {
    await showText(file, selection === undefined ? {} : { selection });
    return;
  }
  const notebook = await workspace.openNotebookDocument(file);
  const selections = [new NotebookRange(cell - 1, cell)];
  await window.showNotebookDocument(notebook, { viewColumn: columnForText(), selections });
};
