import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { commands, Disposable, type TextDocument, workspace } from 'vscode';
import { hasAnnotation } from '../../engine/index.ts';
import { contextKeys } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { debounce } from '../platform/throttle.ts';
import { type DocumentAnnotations, isAnnotatable } from './annotations.ts';
import { isOtherScript, otherScripts } from './scripts.ts';
import type { Studies } from './studies.ts';

const quietMs = 300;
/** Looking through files is no part of starting, and done once. */
const lookAfterMs = 1_500;
const mostFiles = 2_000;
const mostBytes = 300_000;
const elsewhere = '**/{node_modules,.git,.tunelens,dist,build,out,target,vendor,venv,.venv,site-packages}/**';

/**
 * Keeps the list of annotated scripts in languages other than Python for menus: most files of those languages have
 * nothing to do with tuning, and their menus stay as they are. Known are files that were opened, scripts of studies, and
 * what a look through the folders finds.
 */
export const registerAnnotatedScripts = (annotations: DocumentAnnotations, studies: Studies): Disposable => {
  const owned = new Disposables();
  const known = new Set<string>();
  const changed = new Set<TextDocument>();
  let sent = '';
  const send = owned.add(
    debounce(() => {
      for (const document of changed) note(known, annotations, document);
      changed.clear();
      for (const file of scriptsOf(studies)) known.add(file);
      const files = [...known].sort();
      if (files.join('\n') === sent) return;
      sent = files.join('\n');
      void commands.executeCommand('setContext', contextKeys.annotatedScripts, files);
    }, quietMs),
  );
  const look = (document: TextDocument): void => {
    if (!isOtherScript(document.uri.fsPath) || !isAnnotatable(document)) return;
    changed.add(document);
    send();
  };
  for (const document of workspace.textDocuments) look(document);
  owned.add(workspace.onDidOpenTextDocument(look));
  owned.add(workspace.onDidChangeTextDocument(({ document }) => look(document)));
  owned.add(studies.onDidChange(() => send()));
  const timer = setTimeout(() => {
    void annotatedFiles().then((files) => {
      for (const file of files) known.add(file);
      send();
    });
  }, lookAfterMs);
  owned.add(new Disposable(() => clearTimeout(timer)));
  return new Disposable(() => owned.dispose());
};

const note = (known: Set<string>, annotations: DocumentAnnotations, document: TextDocument): void => {
  if (document.isClosed) return;
  if (annotations.of(document).tunables.length > 0) known.add(document.uri.fsPath);
  else known.delete(document.uri.fsPath);
};

const scriptsOf = (studies: Studies): readonly string[] =>
  studies
    .entries()
    .map(({ session, study }) => path.join(session.folder, study.script))
    .filter(isOtherScript);

/** Files on a disk that seem to be annotated, read one after the other. */
const annotatedFiles = async (): Promise<readonly string[]> => {
  const found = await workspace.findFiles(otherScripts, elsewhere, mostFiles);
  const annotated: string[] = [];
  for (const { scheme, fsPath } of found)
    if (scheme === 'file' && (await mentionsTuning(fsPath))) annotated.push(fsPath);
  return annotated;
};

const mentionsTuning = async (file: string): Promise<boolean> => {
  try {
    return (await stat(file)).size <= mostBytes && hasAnnotation(await readFile(file, 'utf8'));
  } catch {
    return false; // gone meanwhile, or not to be read
  }
};
