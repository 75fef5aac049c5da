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

export interface ScriptPlace {
  /** Of a notebook, from 1 on. */
  readonly cell?: number;
  readonly selection?: Range;
  /** In a tab that stays, not as a preview. */
  readonly keep?: boolean;
}

/** Opens a script, or a notebook as such, and puts the cursor on a place in it. */
export const showScript = async (file: Uri, { cell, selection, keep }: ScriptPlace = {}): Promise<void> => {
  const preview = keep === true ? { preview: false } : {};
  if (!file.path.toLowerCase().endsWith('.ipynb')) {
    await showText(file, { ...preview, ...(selection !== undefined && { selection }) });
    return;
  }
  const notebook = await workspace.openNotebookDocument(file);
  await window.showNotebookDocument(notebook, {
    viewColumn: columnForText(),
    ...preview,
    ...(cell !== undefined && { selections: [new NotebookRange(cell - 1, cell)] }),
  });
};
