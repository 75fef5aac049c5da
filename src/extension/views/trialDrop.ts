import * as l10n from '@vscode/l10n';
import {
  type CancellationToken,
  commands,
  type Disposable,
  DocumentDropEdit,
  type DocumentDropEditProvider,
  DocumentDropOrPasteEditKind,
  type DocumentSelector,
  languages,
  type TextDocument,
  window,
} from 'vscode';
import type { TrialEntry } from '../commands/pickTarget.ts';
import { trialsAmong } from '../commands/pickTarget.ts';
import { bindCommand } from '../contributions.ts';
import { folderOf, relativeTo } from '../platform/workspaceFolder.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import { isAnnotatable } from '../state/annotations.ts';
import { fileUriOf } from '../state/notebooks.ts';
import type { Studies } from '../state/studies.ts';
import { dropFormat, parseDragged, trialMime, whereDropped } from './draggedTrial.ts';

const selector: DocumentSelector = ['file', 'untitled', 'vscode-notebook-cell'].map((scheme) => ({ scheme }));

/** A trial dropped on its script puts its values at their literals; dropped elsewhere it becomes text. */
export const registerTrialDrop = (studies: Studies, annotations: DocumentAnnotations): Disposable => {
  const provider: DocumentDropEditProvider = {
    provideDocumentDropEdits: async (document, _, data, token) => {
      const text = await data.get(trialMime)?.asString();
      const dragged = text === undefined ? undefined : parseDragged(text);
      if (dragged === undefined || token.isCancellationRequested) return undefined;
      const [entry] = trialsAmong(studies, [dragged]);
      if (entry === undefined) {
        void window.showWarningMessage(l10n.t('That trial is no longer there.'));
        return undefined;
      }
      return drop(entry, document, annotations, token);
    },
  };
  return languages.registerDocumentDropEditProvider(selector, provider, {
    dropMimeTypes: [trialMime],
    providedDropEditKinds: [DocumentDropOrPasteEditKind.Empty.append('tunelens', 'trial')],
  });
};

const drop = async (
  entry: TrialEntry,
  document: TextDocument,
  annotations: DocumentAnnotations,
  token: CancellationToken,
): Promise<DocumentDropEdit | undefined> => {
  const { session, study, trial } = entry;
  const uri = fileUriOf(document);
  const where = whereDropped(study, {
    isInFolder: uri.scheme === 'file' && folderOf(uri) === session.folder,
    file: relativeTo(session.folder, uri.fsPath),
    isTuned: isAnnotatable(document) && annotations.of(document).tunables.length > 0,
  });
  if (where === 'own') {
    // The values have places of their own, and the command says what it did; where it was dropped does not matter.
    const { command, arguments: args } = bindCommand('tunelens.insertTrial', {
      study: study.id,
      trial: trial.number,
    });
    void commands.executeCommand(command, ...args);
    return undefined;
  }
  if (where === 'foreign') {
    void window.showWarningMessage(
      l10n.t(
        'Trial {0} belongs to {1}; its values have no place among the tuned constants here. Drop it on {1}.',
        trial.number,
        study.script,
      ),
    );
    return undefined;
  }
  const format = dropFormat(document.languageId);
  const { text } = await session.request('copyAs', { study: study.id, trial: trial.number, format });
  if (token.isCancellationRequested) return undefined;
  return new DocumentDropEdit(text, l10n.t('Values of trial {0}', trial.number));
};
