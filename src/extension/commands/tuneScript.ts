import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type NotebookDocument, ProgressLocation, type TextDocument, Uri, window, workspace } from 'vscode';
import { languageOfFile, type StudyRequest } from '../../engine/index.ts';
import { viewIds } from '../contributions.ts';
import { UserError } from '../platform/failures.ts';
import { findInterpreter } from '../platform/interpreter.ts';
import { requireTrust } from '../platform/trust.ts';
import { folderOf, relativeTo } from '../platform/workspaceFolder.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import type { LooseFolders } from '../state/looseFolders.ts';
import { isNotebookFile } from '../state/notebooks.ts';
import { isOtherScript, isScriptFile } from '../state/scripts.ts';
import type { EngineSession } from '../state/session.ts';
import { isSettingChosen, readSetting } from '../state/settings.ts';
import type { Studies } from '../state/studies.ts';
import { studyOfFile } from '../state/studyOfFile.ts';
import { isActive, toStudyState } from '../state/words.ts';
import { likelyScript } from './likelyScript.ts';

export interface TuneScript {
  readonly studies: Studies;
  readonly annotations: DocumentAnnotations;
  readonly loose: LooseFolders;
  /** Shows a study, new or old, without taking the keyboard. */
  readonly show: (study: string) => Promise<void>;
}

/** Starting is usually instant; only a slower one is worth a notification. */
const notifyAfterMs = 1_000;

/** From a right click to the first trial. */
export const tuneScript = async (
  { studies, annotations, loose, show }: TuneScript,
  uri: Uri | undefined,
): Promise<void> => {
  requireTrust(l10n.t('Tuning starts the script many times, which needs a trusted workspace.'));
  const document = await scriptOf(uri, annotations, studies);
  await saved(document);
  const session = studies.sessionOf(folderOf(document.uri));
  const study = await withStartProgress(async (isCancelled) => {
    await session.open();
    if (isCancelled()) return undefined;
    const active = await chooseActive(session, relativeTo(session.folder, document.uri.fsPath));
    if (active !== 'new') return active;
    const request = await toStartRequest(document, session.folder, annotations);
    if (isCancelled()) return undefined;
    const { study: started } = await session.request('start', request);
    if (!isCancelled()) return started;
    await session.request('removeStudy', { study: started });
    return undefined;
  });
  if (study === undefined) return;
  await loose.remember(session.folder);
  await session.refresh();
  await show(study);
};

/** The notebook's toolbar names its notebook in a way of its own. */
const notebookFrom = (target: unknown): Uri | undefined => {
  const editor =
    typeof target === 'object' && target !== null && 'notebookEditor' in target
      ? target.notebookEditor
      : undefined;
  const uri =
    typeof editor === 'object' && editor !== null && 'notebookUri' in editor ? editor.notebookUri : undefined;
  return uri instanceof Uri ? uri : undefined;
};

/** What can be tuned: both have a place, and both can be saved. */
type Script = TextDocument | NotebookDocument;

const saved = async (document: Script): Promise<void> => {
  if (document.isDirty && !(await document.save()))
    throw new UserError(
      l10n.t('{0} could not be saved, and trials run from the saved file.', document.uri.fsPath),
    );
};

/** For a file that is no script by itself, the script whose newest study has literals in it; the file is saved for it. */
const readerOf = async (uri: Uri, studies: Studies): Promise<Uri> => {
  if (uri.scheme !== 'file' || languageOfFile(uri.path) === undefined || isScriptFile(uri.path)) return uri;
  const folder = folderOf(uri);
  const study = studyOfFile(studies, folder, relativeTo(folder, uri.fsPath));
  if (study === undefined) return uri;
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open !== undefined) await saved(open);
  return Uri.file(path.join(folder, study.script));
};

const scriptOf = async (
  uri: Uri | undefined,
  annotations: DocumentAnnotations,
  studies: Studies,
): Promise<Script> => {
  const named = uri instanceof Uri ? uri : (notebookFrom(uri) ?? likelyScript(annotations));
  const wanted = named && (await readerOf(named, studies));
  if (wanted === undefined) throw new UserError(l10n.t('Open the script to tune first.'));
  if (wanted.scheme === 'untitled')
    throw new UserError(l10n.t('Save the script first: trials run from a file.'));
  if (wanted.scheme !== 'file')
    throw new UserError(
      l10n.t(
        'Trials need the script on a disk, and this one is in a virtual folder. Open a copy of it on a disk.',
      ),
    );
  if (languageOfFile(wanted.path) !== undefined && !isScriptFile(wanted.path))
    throw new UserError(
      l10n.t('{0} is no script by itself. Choose the script that uses it.', path.basename(wanted.fsPath)),
    );
  try {
    return isNotebookFile(wanted)
      ? await workspace.openNotebookDocument(wanted)
      : await workspace.openTextDocument(wanted);
  } catch {
    throw new UserError(l10n.t('There is no file {0}.', wanted.fsPath));
  }
};

/** A second study of a script that is being tuned is seldom meant: ask. `undefined`: neither. */
const chooseActive = async (session: EngineSession, script: string): Promise<string | 'new' | undefined> => {
  const active = session.mirror.studies().findLast((study) => study.script === script && isActive(study));
  if (active === undefined) return 'new';
  const show = {
    label: `$(graph) ${l10n.t('Show the study')}`,
    description: `${active.name} · ${toStudyState(active.state)}`,
  };
  const another = {
    label: `$(add) ${l10n.t('Start a new study')}`,
    description: l10n.t('The other one goes on'),
  };
  const chosen = await window.showQuickPick([show, another], {
    title: l10n.t('This script is already being tuned'),
  });
  if (chosen === undefined) return undefined;
  return chosen === show ? active.id : 'new';
};

/** Settings fill in what comments leave open. */
const toStartRequest = async (
  document: Script,
  folder: string,
  annotations: DocumentAnnotations,
): Promise<StudyRequest> => {
  const { options } = 'getCells' in document ? annotations.ofNotebook(document) : annotations.of(document);
  const scope = document.uri;
  const trials = readSetting('trials', scope);
  const parallel = readSetting('parallel', scope);
  const hasBudget = options.budget.trials !== undefined || options.budget.timeMs !== undefined;
  return {
    script: document.uri.fsPath,
    ...(await programsOf(document.uri, folder)),
    args: [],
    ...(trials === null || hasBudget ? {} : { trials }),
    ...(parallel === null || options.parallel !== undefined ? {} : { parallel }),
    dataFiles: readSetting('dataFiles', scope),
    checkpoints: {
      keepBest: readSetting('checkpoints.keepBest', scope),
      keepLast: readSetting('checkpoints.keepLast', scope),
      maxSizeGb: readSetting('checkpoints.maxSizeGb', scope),
    },
    ...(options.sampler === undefined && isSettingChosen('sampler', scope)
      ? { sampler: readSetting('sampler', scope) }
      : {}),
    ...(options.pruner === undefined && isSettingChosen('pruner', scope)
      ? { pruner: readSetting('pruner', scope) }
      : {}),
  };
};

/** What runs the script. A shell script finds the chosen Python first, as it does in a terminal of the editor. */
const programsOf = async (
  script: Uri,
  folder: string,
): Promise<Pick<StudyRequest, 'interpreter' | 'commands' | 'env'>> => {
  const question = { script, folder, chosen: readSetting('python.interpreter', script) };
  if (!isOtherScript(script.fsPath)) return { interpreter: await findInterpreter(question) };
  const commands = Object.fromEntries(
    Object.entries(readSetting('run.commands', script)).map(([language, words]) => [
      language,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the editor's own spelling in settings
      words.map((word) => word.replaceAll('${workspaceFolder}', folder)),
    ]),
  );
  const interpreter = await findInterpreter(question).catch(() => undefined); // it may need none
  const isPlaced = interpreter !== undefined && path.isAbsolute(interpreter);
  const searched = [...(isPlaced ? [path.dirname(interpreter)] : []), process.env.PATH ?? ''];
  return {
    interpreter: interpreter ?? 'python3',
    commands,
    ...(isPlaced && !(process.env.PATH ?? '').split(path.delimiter).includes(path.dirname(interpreter))
      ? { env: { PATH: searched.join(path.delimiter) } }
      : {}),
  };
};

/** Progress in the view; a notification with Cancel beside it when it takes long. */
const withStartProgress = <T>(start: (isCancelled: () => boolean) => Promise<T>): Promise<T> => {
  let cancelled = false;
  const started = start(() => cancelled);
  const ended = started.then(
    () => undefined,
    () => undefined,
  );
  const timer = setTimeout(
    () =>
      void window.withProgress(
        {
          location: ProgressLocation.Notification,
          title: l10n.t('TuneLens: starting the study …'),
          cancellable: true,
        },
        (_progress, token) => {
          token.onCancellationRequested(() => {
            cancelled = true;
          });
          return ended;
        },
      ),
    notifyAfterMs,
  );
  void ended.then(() => clearTimeout(timer));
  void window.withProgress({ location: { viewId: viewIds.studies } }, () => ended);
  return started;
};
