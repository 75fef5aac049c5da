import { ConfigurationTarget, type ConfigurationScope, workspace } from 'vscode';
import {
  offeredPruners,
  offeredSamplers,
  type SettingTypes,
  settingDefaults,
  settingsSection,
} from '../contributions.ts';

const isWholeAboveZero = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value > 0;
const isWhole = (value: unknown): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0;
const isWords = (value: unknown): boolean =>
  Array.isArray(value) && value.every((word) => typeof word === 'string');
const isOneOf =
  (...choices: readonly unknown[]) =>
  (value: unknown): boolean =>
    choices.includes(value);

const checks: { readonly [Name in keyof SettingTypes]: (value: unknown) => boolean } = {
  'python.interpreter': (value) => typeof value === 'string',
  'run.commands': (value) =>
    typeof value === 'object' && value !== null && Object.values(value).every(isWords),
  trials: (value) => value === null || isWholeAboveZero(value),
  parallel: (value) => value === null || isWholeAboveZero(value),
  sampler: isOneOf(...offeredSamplers),
  pruner: isOneOf(...offeredPruners),
  dataFiles: (value) => Array.isArray(value) && value.every((pattern) => typeof pattern === 'string'),
  'checkpoints.keepBest': isWhole,
  'checkpoints.keepLast': isWhole,
  'checkpoints.maxSizeGb': (value) => typeof value === 'number' && value >= 0,
  keepTuning: (value) => typeof value === 'boolean',
  warmTrials: isOneOf('auto', 'off'),
  'retention.runFolders': (value) =>
    typeof value === 'string' && /^(forever|\d{1,6} (days?|stud(y|ies)))$/.test(value),
  'codeLens.enabled': (value) => typeof value === 'boolean',
  'inlays.enabled': (value) => typeof value === 'boolean',
  'gutter.enabled': (value) => typeof value === 'boolean',
  'altArrow.enabled': (value) => typeof value === 'boolean',
  notifications: isOneOf('off', 'end', 'all'),
};

/** A setting as it is now; the default where a hand-written one makes no sense (the settings file marks it). */
export const readSetting = <Name extends keyof SettingTypes>(
  name: Name,
  scope?: ConfigurationScope,
): SettingTypes[Name] => {
  const value: unknown = workspace.getConfiguration(settingsSection, scope).get(name);
  // Checked by the line's own table entry.
  return checks[name](value) ? (value as SettingTypes[Name]) : settingDefaults[name];
};

/** Was a person's own choice made anywhere, rather than the default? */
export const isSettingChosen = (name: keyof SettingTypes, scope?: ConfigurationScope): boolean => {
  const found = workspace.getConfiguration(settingsSection, scope).inspect(name);
  return [found?.globalValue, found?.workspaceValue, found?.workspaceFolderValue].some(
    (value) => value !== undefined,
  );
};

/** Writes a person's choice where it takes effect: in the workspace where that has one of its own, else for the user. */
export const changeSetting = async <Name extends keyof SettingTypes>(
  name: Name,
  value: SettingTypes[Name],
): Promise<void> => {
  const settings = workspace.getConfiguration(settingsSection);
  const isWorkspaces = settings.inspect(name)?.workspaceValue !== undefined;
  await settings.update(
    name,
    value,
    isWorkspaces ? ConfigurationTarget.Workspace : ConfigurationTarget.Global,
  );
};
