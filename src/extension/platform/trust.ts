import * as l10n from '@vscode/l10n';
import { commands, workspace } from 'vscode';
import { UserError } from './failures.ts';

/** Throws a sentence with a way to trust the workspace where it is not trusted. */
export const requireTrust = (why: string): void => {
  if (workspace.isTrusted) return;
  throw new UserError(why, {
    title: l10n.t('Manage workspace trust'),
    run: () => commands.executeCommand('workbench.trust.manage'),
  });
};
