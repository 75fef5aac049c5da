import { commands, type Disposable, window, workspace } from 'vscode';
import { type ContextKey, contextKeys } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { debounce } from '../platform/throttle.ts';
import { type DocumentAnnotations, isAnnotatable } from './annotations.ts';
import { notebookType } from './notebooks.ts';
import type { Studies } from './studies.ts';

const quietMs = 200;

/** Keeps the keys that menus and welcome texts depend on. */
export const registerContextKeys = (annotations: DocumentAnnotations, studies: Studies): Disposable => {
  const owned = new Disposables();
  const set = settingOnce();
  const setAnnotated = (): void => {
    const document = window.activeTextEditor?.document;
    const notebook = window.activeNotebookEditor?.notebook;
    const read =
      notebook !== undefined && notebook.notebookType === notebookType
        ? annotations.ofNotebook(notebook)
        : document !== undefined && isAnnotatable(document)
          ? annotations.of(document)
          : undefined;
    set(contextKeys.scriptOpen, read !== undefined);
    set(contextKeys.scriptAnnotated, read !== undefined && read.tunables.length > 0);
  };
  const soon = owned.add(debounce(setAnnotated, quietMs));
  owned.add(window.onDidChangeActiveTextEditor(setAnnotated));
  owned.add(window.onDidChangeActiveNotebookEditor(setAnnotated));
  owned.add(
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document === window.activeTextEditor?.document) soon();
    }),
  );
  owned.add(studies.onDidChange(() => set(contextKeys.hasStudies, studies.entries().length > 0)));
  soon(); // not now: reading the document is no part of starting
  return owned;
};

/** Setting a key costs a message to the window, so only changes are sent. */
const settingOnce = (): ((key: ContextKey, value: boolean) => void) => {
  const sent = new Map<ContextKey, boolean>();
  return (key, value) => {
    if (sent.get(key) === value) return;
    sent.set(key, value);
    void commands.executeCommand('setContext', key, value);
  };
};
