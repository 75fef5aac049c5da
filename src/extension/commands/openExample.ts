import * as l10n from '@vscode/l10n';
import { type ExtensionContext, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { UserError } from '../platform/failures.ts';
import { showText } from '../platform/showText.ts';

/** Name of the folder that the example becomes. */
const exampleName = 'tunelens-example';
const script = 'train.py';
/** More copies in one place are hardly meant. */
const mostCopies = 100;

interface Place extends QuickPickItem {
  /** The folder to put it into; undefined when the person turned back. */
  readonly choose: () => Thenable<Uri | undefined>;
}

/**
 * Copies the bundled example to where the person says and opens it in this window. It works without a folder too:
 * studies are kept where the script stands.
 */
export const openExample = async ({ extensionUri, globalStorageUri }: ExtensionContext): Promise<void> => {
  const place = await window.showQuickPick(placesFor(globalStorageUri), {
    title: l10n.t('Open the example'),
    placeHolder: l10n.t('A small training script. Where should it be put?'),
  });
  const parent = await place?.choose();
  if (parent === undefined) return;
  const source = Uri.joinPath(extensionUri, 'examples', 'spirals', script);
  const file = await copyInto(parent, source);
  await showText(file, { preview: false });
};

const placesFor = (storage: Uri): readonly Place[] => {
  const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
  const here = folders.map(
    ({ name, uri }): Place => ({
      label: `$(folder) ${l10n.t('Into the folder {0}', name)}`,
      description: exampleName,
      choose: () => Promise.resolve(uri),
    }),
  );
  const elsewhere: Place = {
    label: `$(folder-opened) ${l10n.t('Into a folder that you choose…')}`,
    choose: async () => {
      const chosen = await window.showOpenDialog({
        title: l10n.t('Open the example'),
        openLabel: l10n.t('Put it here'),
        canSelectFiles: false,
        canSelectFolders: true,
      });
      return chosen?.[0];
    },
  };
  const trial: Place = {
    label: `$(beaker) ${l10n.t('Only to try it')}`,
    description: l10n.t('kept with the extension, not among your files'),
    choose: async () => {
      await workspace.fs.createDirectory(storage);
      return storage;
    },
  };
  // What fits an empty window best comes first there.
  return here.length === 0 ? [trial, elsewhere] : [...here, elsewhere, trial];
};

/** A folder of its own, under the first name that is free: nothing is ever written over. */
const copyInto = async (parent: Uri, source: Uri): Promise<Uri> => {
  const taken = new Set((await workspace.fs.readDirectory(parent)).map(([name]) => name));
  for (let copy = 1; copy <= mostCopies; copy++) {
    const name = copy === 1 ? exampleName : `${exampleName}-${copy}`;
    if (taken.has(name)) continue;
    const file = Uri.joinPath(parent, name, script);
    try {
      await workspace.fs.copy(source, file, { overwrite: false });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new UserError(
        l10n.t('The example could not be put into {0}: {1} Choose another folder.', parent.fsPath, why),
      );
    }
    return file;
  }
  throw new UserError(
    l10n.t(
      'There are {0} copies of the example in {1} already. Open one of them.',
      mostCopies,
      parent.fsPath,
    ),
  );
};
