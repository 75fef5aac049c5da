import * as l10n from '@vscode/l10n';
import {
  commands,
  type DefinitionProvider,
  type Disposable,
  DocumentHighlight,
  DocumentHighlightKind,
  type DocumentHighlightProvider,
  languages,
  Location,
  type Position,
  type ReferenceProvider,
  type RenameProvider,
  type TextDocument,
  WorkspaceEdit,
} from 'vscode';
import type { FileAnnotations } from '../../engine/index.ts';
import { Disposables } from '../platform/events.ts';
import { annotatableSelector, type DocumentAnnotations } from '../state/annotations.ts';
import { collectRename, type NamedPlace, namedAt, placesOf, type Rename } from './collectNames.ts';
import { toRange } from '../platform/toRange.ts';

/** Names inside annotations: where they stand, what they mean, and giving them another name. */
export const registerNames = (annotations: DocumentAnnotations): Disposable => {
  const owned = new Disposables();
  const definitions: DefinitionProvider = {
    provideDefinition: (document, position) => {
      const place = named(document, annotations, position);
      if (place?.literal === undefined) return undefined;
      return [
        {
          originSelectionRange: toRange(document, place.span),
          targetUri: document.uri,
          targetRange: toRange(document, place.literal.span),
        },
      ];
    },
  };
  const highlights: DocumentHighlightProvider = {
    provideDocumentHighlights: (document, position) =>
      spansAt(document, annotations.of(document), named(document, annotations, position))?.map(
        ({ span, isWritten }) =>
          new DocumentHighlight(
            toRange(document, span),
            isWritten ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
          ),
      ),
  };
  const references: ReferenceProvider = {
    provideReferences: (document, position, { includeDeclaration }) =>
      spansAt(document, annotations.of(document), named(document, annotations, position))
        ?.filter(({ isWritten }) => includeDeclaration || !isWritten)
        .map(({ span }) => new Location(document.uri, toRange(document, span))),
  };
  owned.add(languages.registerDefinitionProvider(annotatableSelector, definitions));
  owned.add(languages.registerDocumentHighlightProvider(annotatableSelector, highlights));
  owned.add(languages.registerReferenceProvider(annotatableSelector, references));
  owned.add(languages.registerRenameProvider(annotatableSelector, renames(annotations)));
  return owned;
};

const spansAt = (
  document: TextDocument,
  annotations: FileAnnotations,
  place: NamedPlace | undefined,
): ReturnType<typeof placesOf> | undefined =>
  place?.literal && placesOf(document.getText(), annotations, place.literal);

/** Throwing is how a provider tells the person why not. */
const renames = (annotations: DocumentAnnotations): RenameProvider => ({
  prepareRename: (document, position) => {
    const place = named(document, annotations, position);
    if (place === undefined) return undefined;
    if (place.literal === undefined) throw new Error(whyNot(place));
    return { range: toRange(document, place.renamed), placeholder: place.shortName };
  },
  provideRenameEdits: async (document, position, newName) => {
    const place = named(document, annotations, position);
    if (place === undefined) return undefined;
    if (place.literal === undefined) throw new Error(whyNot(place));
    const rename = collectRename(document.getText(), annotations.of(document), place.literal, newName);
    if (!rename.ok) throw new Error(rename.error);
    return applyRename(document, rename.value, newName);
  },
});

const named = (
  document: TextDocument,
  annotations: DocumentAnnotations,
  position: Position,
): NamedPlace | undefined =>
  namedAt(document.getText(), annotations.of(document), document.offsetAt(position));

const whyNot = ({ text, kind }: NamedPlace): string =>
  kind === 'metric'
    ? l10n.t('{0} is the name of a metric, which the script reports: change it there as well.', text)
    : l10n.t('Nothing called {0} is tuned in this file.', text);

/**
 * The variable itself is renamed by the language's own extension where there is one, which knows all its uses; without
 * one only where it has no other use.
 */
const applyRename = async (
  document: TextDocument,
  rename: Rename,
  newName: string,
): Promise<WorkspaceEdit> => {
  const version = document.version;
  const edit =
    rename.target === undefined ? undefined : await askOthers(document, rename.target.start, newName);
  if (document.version !== version) throw new Error(l10n.t('The file changed meanwhile: rename again.'));
  const whole = edit ?? new WorkspaceEdit();
  if (edit === undefined) {
    if (rename.refusal !== undefined) throw new Error(rename.refusal);
    if (rename.target !== undefined) whole.replace(document.uri, toRange(document, rename.target), newName);
  }
  for (const span of rename.mentions) whole.replace(document.uri, toRange(document, span), newName);
  return whole;
};

const askOthers = async (
  document: TextDocument,
  offset: number,
  newName: string,
): Promise<WorkspaceEdit | undefined> => {
  try {
    const edit = await commands.executeCommand<WorkspaceEdit | undefined>(
      'vscode.executeDocumentRenameProvider',
      document.uri,
      document.positionAt(offset),
      newName,
    );
    return edit !== undefined && edit.get(document.uri).length > 0 ? edit : undefined;
  } catch {
    // Nobody renames variables here, which is no failure.
    return undefined;
  }
};
