import path from 'node:path';
import * as l10n from '@vscode/l10n';
import {
  type CancellationToken,
  type Disposable,
  env,
  type LogOutputChannel,
  Range,
  type Terminal,
  type TerminalLink,
  type TerminalLinkContext,
  type TerminalLinkProvider,
  Uri,
  window,
} from 'vscode';
import { showFailure } from '../platform/failures.ts';
import { showText } from '../platform/showText.ts';
import type { DocumentAnnotations } from '../state/annotations.ts';
import type { StudyEntry } from '../state/studies.ts';
import { chooseFromNumber } from './chooseFromNumber.ts';
import { collectFileLinks, type FileLink } from './collectFileLinks.ts';
import { collectNumberLinks, type NumberLink } from './collectNumberLinks.ts';
import { findLinkedFile } from './findLinkedFile.ts';

interface OutputLink extends TerminalLink {
  readonly follow: () => Promise<void>;
}

export interface TerminalLinksParts {
  /** The study whose output a terminal shows; undefined for terminals that are not ours. */
  readonly studyIn: (terminal: Terminal) => StudyEntry | undefined;
  readonly annotations: DocumentAnnotations;
  readonly log: LogOutputChannel;
}

/** Links in the output of trials: places in files, and numbers that can become the objective. */
export const registerTerminalLinks = (parts: TerminalLinksParts): Disposable => {
  const provider: TerminalLinkProvider<OutputLink> = {
    provideTerminalLinks: (context, token) => collectLinks(parts, context, token),
    handleTerminalLink: (link) => {
      void link.follow().catch((error: unknown) => showFailure(error, parts.log));
    },
  };
  return window.registerTerminalLinkProvider(provider);
};

const collectLinks = async (
  { studyIn, annotations }: TerminalLinksParts,
  { terminal, line }: TerminalLinkContext,
  token: CancellationToken,
): Promise<OutputLink[]> => {
  const entry = studyIn(terminal);
  if (entry === undefined) return [];
  const { session, study } = entry;
  const source = { id: study.id, folder: session.folder, script: study.script };
  const files = await Promise.all(
    collectFileLinks(line).map(async (link) => {
      const file = await findLinkedFile(source, link.path);
      return file === undefined ? [] : [toFileLink(file, link)];
    }),
  );
  if (token.isCancellationRequested) return [];
  const links = files.flat();
  const parameters = new Set(study.parameters.map(({ name }) => name));
  const isFree = ({ start, end }: NumberLink): boolean =>
    !links.some(({ startIndex, length }) => start < startIndex + length && startIndex < end);
  const numbers = collectNumberLinks(line, parameters)
    .filter(isFree)
    .map((link) => toNumberLink(link, { entry, annotations }));
  return [...links, ...numbers];
};

const toFileLink = (file: string, { start, end, line, column }: FileLink): OutputLink => ({
  startIndex: start,
  length: end - start,
  tooltip: l10n.t('Open {0} at line {1}', path.basename(file), line),
  follow: async () => {
    const at = Math.max(0, line - 1);
    const from = column === undefined ? 0 : Math.max(0, column - 1);
    await showText(Uri.file(file), { selection: new Range(at, from, at, from), preview: true });
  },
});

const toNumberLink = (
  { start, end, metric, value }: NumberLink,
  parts: { readonly entry: StudyEntry; readonly annotations: DocumentAnnotations },
): OutputLink => ({
  startIndex: start,
  length: end - start,
  tooltip:
    metric === undefined ? l10n.t('A number without a name') : l10n.t('Make {0} the objective', metric),
  follow: () => (metric === undefined ? tellHowToPrint() : chooseFromNumber(parts, { metric, value })),
});

const tellHowToPrint = async (): Promise<void> => {
  const example = 'print(f"val_acc={val_acc}")';
  const copy = l10n.t('Copy example');
  const chosen = await window.showInformationMessage(
    l10n.t(
      'This number has no name on its line, so TuneLens cannot follow it. Print it with one, such as {0}.',
      example,
    ),
    copy,
  );
  if (chosen === copy) await env.clipboard.writeText(example);
};
