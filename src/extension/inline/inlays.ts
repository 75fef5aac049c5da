import {
  EventEmitter,
  InlayHint,
  InlayHintLabelPart,
  type InlayHintsProvider,
  languages,
  MarkdownString,
  type Range,
  type TextDocument,
  TextEdit,
  workspace,
} from 'vscode';
import { languageOfEditor, renderLiteral } from '../../engine/index.ts';
import { settingsSection } from '../contributions.ts';
import { toRange } from '../platform/toRange.ts';
import { type Disposable, Disposables } from '../platform/events.ts';
import { annotatableSelector } from '../state/annotations.ts';
import { readSetting } from '../state/settings.ts';
import { collectInlays, type Inlay } from './collectInlays.ts';
import type { TunedLiteral } from './collectTuned.ts';
import { createQuiet } from './quiet.ts';
import type { TunedDocuments } from './tunedDocuments.ts';

/** The best value and the importance of a parameter behind its literal. */
export const registerInlays = (tuned: TunedDocuments): Disposable => {
  const owned = new Disposables();
  const changed = owned.add(new EventEmitter<void>());
  const quiet = owned.add(createQuiet());
  const provider: InlayHintsProvider = {
    onDidChangeInlayHints: changed.event,
    provideInlayHints: async (document, range, token) => {
      if (!readSetting('inlays.enabled', document)) return [];
      // Until then the editor keeps the hints that it has, and moves them with the text.
      if (!(await quiet.wait(document, token))) return undefined;
      const found = tuned.of(document);
      if (found === undefined) return [];
      const { literals, study, best } = found;
      return collectInlays(literals, study, best).flatMap((inlay) => {
        const literal = literals.find(({ tunable }) => tunable.span.end === inlay.at);
        return literal !== undefined && range.contains(document.positionAt(inlay.at))
          ? [toHint(document, inlay, literal)]
          : [];
      });
    },
  };
  owned.add(tuned.onDidChange(() => changed.fire()));
  owned.add(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${settingsSection}.inlays`)) changed.fire();
    }),
  );
  owned.add(languages.registerInlayHintsProvider(annotatableSelector, provider));
  return owned;
};

const toHint = (document: TextDocument, inlay: Inlay, { tunable, best }: TunedLiteral): InlayHint => {
  const part = new InlayHintLabelPart(inlay.label);
  part.tooltip = new MarkdownString().appendText(inlay.tooltip);
  const hint = new InlayHint(document.positionAt(inlay.at), [part]);
  hint.paddingLeft = true;
  if (inlay.insert === undefined || best === undefined) return hint;
  part.command = {
    title: inlay.tooltip,
    command: inlay.insert.command,
    arguments: [...inlay.insert.arguments],
  };
  // What a double click does.
  const text = renderLiteral(best.value, tunable, languageOfEditor(document.languageId));
  const range: Range = toRange(document, tunable.span);
  hint.textEdits = [TextEdit.replace(range, text)];
  return hint;
};
