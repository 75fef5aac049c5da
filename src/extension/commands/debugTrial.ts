import * as l10n from '@vscode/l10n';
import { commands, debug, extensions, Uri, window, workspace } from 'vscode';
import type { TrialTarget } from '../contributions.ts';
import { UserError } from '../platform/failures.ts';
import type { Studies } from '../state/studies.ts';
import { pickTrial } from './pickTarget.ts';

/** Extensions that debug Python, the preferred one first, with the type of their configurations. */
const debuggers = [
  { extension: 'ms-python.debugpy', type: 'debugpy' },
  { extension: 'ms-python.python', type: 'python' },
] as const;

const debuggerType = (): string => {
  const found = debuggers.find(({ extension }) => extensions.getExtension(extension) !== undefined);
  if (found !== undefined) return found.type;
  throw new UserError(l10n.t('Debugging a trial needs the extension Python Debugger (ms-python.debugpy).'), {
    title: l10n.t('Find extension'),
    run: () => commands.executeCommand('workbench.extensions.search', '@id:ms-python.debugpy'),
  });
};

/** Starts the editor's Python debugger on the script, with a trial's values in place of the literals. */
export const debugTrial = async (studies: Studies, target?: TrialTarget): Promise<void> => {
  const entry = await pickTrial(studies, target, {
    fits: () => true,
    none: l10n.t('No study has a trial yet.'),
  });
  if (entry === undefined) return;
  if (entry.study.script.toLowerCase().endsWith('.ipynb'))
    throw new UserError(
      l10n.t(
        'The debugger cannot start in a notebook. Insert the values of the trial, then debug its cells in the notebook’s editor.',
      ),
    );
  const type = debuggerType();
  const { session, study, trial } = entry;
  const run = await session.request('debugRun', { study: study.id, trial: trial.number });
  for (const note of run.notes) void window.showInformationMessage(note);
  const started = await debug.startDebugging(workspace.getWorkspaceFolder(Uri.file(run.program)), {
    type,
    request: 'launch',
    name: l10n.t('Trial {0} of {1}', trial.number, study.name),
    program: run.program,
    args: [...run.args],
    cwd: run.cwd,
    env: run.env,
    python: run.python,
    console: 'integratedTerminal',
    justMyCode: true,
  });
  if (!started) throw new UserError(l10n.t('The debugger did not start. Its own output says why.'));
};
