import * as l10n from '@vscode/l10n';
import { type LogOutputChannel, Position, Range, Uri, window } from 'vscode';
import type { FileProblem } from '../../engine/index.ts';
import { RpcError } from '../../protocol/index.ts';
import { showScript } from './showText.ts';

/** Something a person can mend: the sentence they see, and at most one way on. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly action: { readonly title: string; readonly run: () => unknown } | undefined;

  constructor(message: string, action?: UserError['action']) {
    super(message);
    this.action = action;
  }
}

/** Nothing went wrong, but there is nothing to act on either: a sentence that says what to do first. */
export class NothingToDo extends Error {
  override readonly name = 'NothingToDo';
}

/** Shows what went wrong, once, with an action. */
export const showFailure = async (error: unknown, log: LogOutputChannel): Promise<void> => {
  if (error instanceof NothingToDo) {
    await window.showInformationMessage(error.message);
    return;
  }
  const action = actionOf(error, log);
  const chosen = await window.showErrorMessage(messageOf(error), action.title);
  if (chosen === action.title) await action.run();
};

/** Puts the cursor where a problem is. */
export const revealProblem = async ({
  file,
  cell,
  line,
  column,
}: Pick<FileProblem, 'file' | 'cell' | 'line' | 'column'>): Promise<void> => {
  const at = new Position(line, column);
  await showScript(Uri.file(file), { ...(cell !== undefined && { cell }), selection: new Range(at, at) });
};

const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const [first, ...others] = problemsOf(error);
  if (first === undefined) return error.message;
  if (isAboutWholeFile(first)) return first.message;
  const more = others.length === 0 ? '' : ` ${l10n.t('(and {0} more)', others.length)}`;
  return `${first.message} — ${fileName(first.file)}${first.cell === undefined ? '' : `, cell ${first.cell}`}:${first.line + 1}${more}`;
};

/** A file without annotations has no wrong line. */
const isAboutWholeFile = ({ span }: FileProblem): boolean => span.start === span.end;

const fileName = (file: string): string => file.split(/[\\/]/).at(-1) ?? file;

const actionOf = (error: unknown, log: LogOutputChannel): { title: string; run: () => unknown } => {
  if (error instanceof UserError && error.action !== undefined) return error.action;
  const [problem] = problemsOf(error);
  if (problem !== undefined) {
    const title = isAboutWholeFile(problem) ? l10n.t('Open script') : l10n.t('Show problem');
    return { title, run: () => revealProblem(problem) };
  }
  return { title: l10n.t('Show log'), run: () => log.show(true) };
};

/** The places a failed request names, if it does. */
const problemsOf = (error: unknown): readonly FileProblem[] =>
  error instanceof RpcError && Array.isArray(error.details) ? error.details.filter(isFileProblem) : [];

const isFileProblem = (value: unknown): value is FileProblem =>
  typeof value === 'object' &&
  value !== null &&
  'file' in value &&
  typeof value.file === 'string' &&
  'line' in value &&
  typeof value.line === 'number' &&
  'column' in value &&
  typeof value.column === 'number' &&
  'span' in value &&
  'message' in value &&
  typeof value.message === 'string';
