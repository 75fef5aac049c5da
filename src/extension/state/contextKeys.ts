import { commands, type Disposable, type Uri, window, workspace } from 'vscode';
import { type ContextKey, contextKeys, settingsSection } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { isInterpreterMissing } from '../platform/interpreter.ts';
import { debounce } from '../platform/throttle.ts';
import { folderOf } from '../platform/workspaceFolder.ts';
import { type DocumentAnnotations, isAnnotatable } from './annotations.ts';
import { notebookType } from './notebooks.ts';
import { readSetting } from './settings.ts';
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
    set(contextKeys.scriptOpen, document?.languageId === 'python' && read !== undefined);
    const annotated = read !== undefined && read.tunables.length > 0;
    set(contextKeys.scriptAnnotated, annotated);
    if (annotated && document?.languageId === 'python' && workspace.isTrusted)
      void setInterpreter(document.uri);
    else set(contextKeys.interpreterMissing, false);
  };
  /** Asked only for a script that could be tuned: then the side bar says what is missing before it is tried. */
  const setInterpreter = async (script: Uri): Promise<void> => {
    const folder = folderOf(script);
    const chosen = readSetting('python.interpreter', script);
    set(contextKeys.interpreterMissing, await isInterpreterMissing({ script, folder, chosen }));
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
  owned.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${settingsSection}.python.interpreter`)) soon();
    }),
  );
  soon(); // not now: reading the document is no part of starting
  return owned;
};

/** “No study yet” is not said before it is known. */
export const markStudiesRead = async (read: Promise<void>): Promise<void> => {
  await read.catch(() => undefined); // said where it failed
  await commands.executeCommand('setContext', contextKeys.studiesRead, true);
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
