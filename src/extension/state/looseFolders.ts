import path from 'node:path';
import { type Memento, type Tab, TabInputText, window, workspace } from 'vscode';
import type { Disposable } from '../platform/events.ts';

/** Of scripts tuned without their folder being opened: more are not remembered. */
const mostRemembered = 50;
const key = 'tunelens.looseFolders';

/**
 * Folders outside the workspace in which a person has tuned a script from a window of this machine. Only in these are
 * studies gone on with when such a script is open again: what a stranger's folder brings with it must not run by itself.
 */
export class LooseFolders {
  private readonly memory: Memento;

  constructor(memory: Memento) {
    this.memory = memory;
  }

  async remember(folder: string): Promise<void> {
    if (workspace.workspaceFolders?.some(({ uri }) => uri.fsPath === folder)) return;
    const others = this.remembered().filter((one) => one !== folder);
    await this.memory.update(key, [folder, ...others].slice(0, mostRemembered));
  }

  /** Those of scripts that are open in this window. */
  open(): readonly string[] {
    return this.rememberedAmong(window.tabGroups.all.flatMap(({ tabs }) => tabs));
  }

  /** A script of one of them was opened. */
  onDidOpen(listener: () => void): Disposable {
    return window.tabGroups.onDidChangeTabs(({ opened }) => {
      if (this.rememberedAmong(opened).length > 0) listener();
    });
  }

  private rememberedAmong(tabs: readonly Tab[]): readonly string[] {
    const folders = tabs.flatMap(({ input }) =>
      input instanceof TabInputText && input.uri.scheme === 'file' ? [path.dirname(input.uri.fsPath)] : [],
    );
    if (folders.length === 0) return [];
    const remembered = new Set(this.remembered());
    return [...new Set(folders)].filter((folder) => remembered.has(folder));
  }

  /** Another version may have written it. */
  private remembered(): readonly string[] {
    const value: unknown = this.memory.get(key);
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  }
}
