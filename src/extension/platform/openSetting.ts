import { commands, env, workspace } from 'vscode';
import { type SettingTypes, settingsSection } from '../contributions.ts';

/** Settings of a machine: on a remote one the user's page does not have them. */
const ofMachine: readonly (keyof SettingTypes)[] = [
  'python.interpreter',
  'run.commands',
  'keepTuning',
  'warmTrials',
];

/** Shows a setting on the page where it is set, or can be. */
export const openSetting = async (name: keyof SettingTypes): Promise<void> => {
  const found = workspace.getConfiguration(settingsSection).inspect(name);
  const isInWorkspace = found?.workspaceValue !== undefined || found?.workspaceFolderValue !== undefined;
  const isRemote = env.remoteName !== undefined && ofMachine.includes(name);
  const page = isInWorkspace ? 'openWorkspaceSettings' : isRemote ? 'openRemoteSettings' : 'openSettings';
  await commands.executeCommand(`workbench.action.${page}`, { query: `@id:${settingsSection}.${name}` });
};
