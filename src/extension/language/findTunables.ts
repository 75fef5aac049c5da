import * as l10n from '@vscode/l10n';
import {
  CodeLens,
  type Disposable,
  EventEmitter,
  languages,
  Range,
  type TextDocument,
  type TextEditor,
  ThemeColor,
  ThemeIcon,
  type Uri,
  window,
  workspace,
  WorkspaceEdit,
} from 'vscode';
import { languageOfEditor, type Proposal, proposeTunables } from '../../engine/index.ts';
import { bindCommand } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { NothingToDo } from '../platform/failures.ts';
import { debounce } from '../platform/throttle.ts';
import { annotatableSelector, type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import { readSetting } from '../state/settings.ts';
import { collectPreview, isWorthALens, reasonsByLine } from './collectPreview.ts';

/** Proposes annotations for a whole file as an edit that is shown first, with a tick for each and the reason. */
export const findTunables = async (script?: Uri): Promise<void> => {
  const document = script === undefined ? activeDocument() : await workspace.openTextDocument(script);
  const proposals = proposalsFor(document);
  if (proposals.length === 0)
    throw new NothingToDo(
      l10n.t(
        'Nothing else in this file looks worth tuning. Put the cursor on a literal and choose “Make tunable” for one that is.',
      ),
    );
  const shown = window.activeTextEditor;
  const editor = shown?.document === document ? shown : await window.showTextDocument(document);
  const edit = new WorkspaceEdit();
  for (const { proposal, label, needsConfirmation } of collectPreview(proposals))
    edit.insert(document.uri, document.positionAt(proposal.insertAt), proposal.insertText, {
      needsConfirmation,
      label,
      description: proposal.reason,
      iconPath: new ThemeIcon('beaker'),
    });
  // The preview has the reasons only under the mouse, so they stand beside the lines as long as it is open.
  const reasons = showReasons(editor, proposals);
  try {
    await workspace.applyEdit(edit, { isRefactoring: true });
  } finally {
    reasons.dispose();
  }
};

const showReasons = (editor: TextEditor, proposals: readonly Proposal[]): Disposable => {
  const look = window.createTextEditorDecorationType({
    after: { color: new ThemeColor('descriptionForeground'), margin: '0 0 0 2em', fontStyle: 'italic' },
  });
  editor.setDecorations(
    look,
    [...reasonsByLine(proposals)].map(([line, reason]) => ({
      range: editor.document.lineAt(line).range,
      renderOptions: { after: { contentText: `← ${reason}` } },
    })),
  );
  return look;
};

const activeDocument = (): TextDocument => {
  const document = window.activeTextEditor?.document;
  if (document === undefined) throw new NothingToDo(l10n.t('Open a script first.'));
  return document;
};

const proposalsFor = (document: TextDocument): readonly Proposal[] => {
  const language = languageOfEditor(document.languageId);
  return language === undefined ? [] : proposeTunables(document.getText(), language);
};

/** A file is looked at when nothing has happened for a while: that reads all of it. */
const quietMs = 1_500;
/** Longer files are looked at only when a person asks: reading one would be felt. */
const mostLines = 3_000;

/** One quiet lens at the top of a script that has no annotations and something that most people would tune. */
export const registerFindLens = (annotations: DocumentAnnotations): Disposable => {
  const owned = new Disposables();
  const changed = owned.add(new EventEmitter<void>());
  const worth = new WeakMap<TextDocument, boolean>();
  const isBare = (document: TextDocument): boolean =>
    isAnnotatable(document) && annotations.of(document).comments.length === 0;
  const look = owned.add(
    debounce(() => {
      const document = window.activeTextEditor?.document;
      if (document === undefined || document.lineCount > mostLines || !isBare(document)) return;
      const before = worth.get(document) ?? false;
      const now = isWorthALens(proposalsFor(document));
      worth.set(document, now);
      if (now !== before) changed.fire();
    }, quietMs),
  );
  owned.add(window.onDidChangeActiveTextEditor(() => look()));
  owned.add(
    workspace.onDidChangeTextDocument(({ document }) => {
      if (document === window.activeTextEditor?.document) look();
    }),
  );
  owned.add(
    languages.registerCodeLensProvider(annotatableSelector, {
      onDidChangeCodeLenses: changed.event,
      provideCodeLenses: (document) =>
        worth.get(document) === true && readSetting('codeLens.enabled') && isBare(document)
          ? [findLens(document.uri)]
          : [],
    }),
  );
  look();
  return owned;
};

const findLens = (uri: Uri): CodeLens => {
  const bound = bindCommand('tunelens.findTunables', uri);
  return new CodeLens(new Range(0, 0, 0, 0), {
    title: `$(beaker)\u00a0${l10n.t('Find tunables in this script')}`,
    tooltip: l10n.t(
      'Proposes search spaces for constants that are usually tuned; nothing is changed before you agree',
    ),
    command: bound.command,
    arguments: [...bound.arguments],
  });
};
