import {
  TabInputWebview,
  type TextDocumentShowOptions,
  type TextEditor,
  type Uri,
  ViewColumn,
  window,
} from 'vscode';

/** Opens a file beside a panel rather than over it: a panel's button must not hide the panel. */
export const showText = (file: Uri, options: TextDocumentShowOptions = {}): Thenable<TextEditor> =>
  window.showTextDocument(file, { viewColumn: columnForText(), ...options });

const columnForText = (): ViewColumn => {
  const { activeTabGroup, all } = window.tabGroups;
  if (!(activeTabGroup.activeTab?.input instanceof TabInputWebview)) return ViewColumn.Active;
  return all.find((group) => group !== activeTabGroup)?.viewColumn ?? ViewColumn.Beside;
};
