import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

export type Settings = Readonly<Record<string, unknown>>;

/** Colour themes that come with VS Code: their ids, and the names the list of themes shows. */
export const themes = {
  'Dark 2026': 'Dark 2026',
  'Light 2026': 'Light 2026',
  'Dark Modern': 'Dark Modern',
  'Light Modern': 'Light Modern',
  'Default High Contrast': 'Dark High Contrast',
  'Default High Contrast Light': 'Light High Contrast',
} as const;

export type Theme = keyof typeof themes;

/**
 * 'off': every folder is trusted. 'restricted': folders open untrusted, as they do for a user who said so, and
 * `trustFolder` trusts one. 'ask': a window on a new folder opens with the question, for `answerTrust`.
 */
export type WorkspaceTrust = 'off' | 'restricted' | 'ask';

/** What a user's machine remembers: home, settings, installed extensions. Outlives servers and windows. */
export interface Profile {
  /** Everything of the profile lies below this folder. */
  readonly root: string;
  readonly home: string;
  readonly data: string;
  readonly extensions: string;
  readonly workspaceTrust: WorkspaceTrust;
}

export interface ProfileOptions {
  /** User settings, over the quiet defaults below. */
  readonly settings?: Settings;
  readonly theme?: Theme;
  readonly workspaceTrust?: WorkspaceTrust;
}

const quiet: Settings = {
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'explorer.compactFolders': false,
  // As on the desktop; in a browser VS Code saves after a second.
  'files.autoSave': 'off',
  'telemetry.telemetryLevel': 'off',
  // Text drawn on a canvas cannot be read by a test.
  'terminal.integrated.gpuAcceleration': 'off',
  'terminal.integrated.initialHint': false,
  // Names of terminals stay on screen even when there is only one.
  'terminal.integrated.tabs.hideCondition': 'never',
  'window.autoDetectColorScheme': false,
  // Pages of VS Code's own are editors with tabs, not boxes over everything.
  'workbench.editor.useModal': 'off',
  // Things that fade or slide are clicked where they no longer are.
  'workbench.reduceMotion': 'on',
  // A fresh profile otherwise opens the chat over a fifth of the window.
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
};

export async function createProfile(options: ProfileOptions = {}): Promise<Profile> {
  const root = await mkdtemp(path.join(tmpdir(), 'tunelens-e2e-'));
  const workspaceTrust = options.workspaceTrust ?? 'off';
  const profile: Profile = {
    root,
    home: path.join(root, 'home'),
    data: path.join(root, 'data'),
    extensions: path.join(root, 'extensions'),
    workspaceTrust,
  };
  await mkdir(profile.home);
  await mkdir(profile.extensions);
  await mkdir(path.join(profile.data, 'User'), { recursive: true });
  const settings = {
    ...quiet,
    'security.workspace.trust.enabled': workspaceTrust !== 'off',
    'security.workspace.trust.startupPrompt': workspaceTrust === 'ask' ? 'always' : 'never',
    'workbench.colorTheme': options.theme ?? 'Dark Modern',
    ...options.settings,
  };
  await writeFile(userSettingsFile(profile), JSON.stringify(settings, undefined, 2));
  return profile;
}

export function userSettingsFile(profile: Profile): string {
  return path.join(profile.data, 'User', 'settings.json');
}

export async function removeProfile(profile: Profile): Promise<void> {
  // Processes of the server may still be writing their last lines.
  await rm(profile.root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
