import type { Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { createProfile, type Profile, type ProfileOptions, removeProfile } from './profile.ts';
import { installVsix, type Server, type ServerOptions, startServer } from './server.ts';
import { openWindow, type WindowOptions } from './window.ts';

export interface EditorOptions extends ProfileOptions, ServerOptions {
  /** Packaged extensions to install; `[await packagedExtension()]` is ours. */
  readonly vsix?: readonly string[];
}

/** A VS Code on its own fresh profile, with a browser to open its windows. */
export interface Editor {
  readonly profile: Profile;
  /** The running server; another one after `restart`. */
  readonly server: Server;
  /** Opens a window on a folder, on a `.code-workspace` file, or on nothing (`''`), and waits until it can be used. */
  open(folder: string, options?: WindowOptions): Promise<Page>;
  /**
   * Closes all windows, ends the server and starts another on the same profile, as when the machine is restarted.
   * What a user keeps is kept: open editors, layout, trusted folders, the state extensions stored.
   */
  restart(): Promise<void>;
  /** Ends everything and removes the profile. */
  close(): Promise<void>;
}

export async function startEditor(options: EditorOptions = {}): Promise<Editor> {
  const profile = await createProfile(options);
  const undo: (() => Promise<void>)[] = [() => removeProfile(profile)];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    for (const file of options.vsix ?? []) await installVsix(profile, file);
    let server = await startServer(profile, options);
    undo.push(() => server.stop());
    const browser = await launchBrowser();
    undo.push(() => browser.close());
    // Much of what VS Code remembers lies in the browser, by address: hence one context, and always the same port.
    const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'] });
    const closeWindows = async (): Promise<void> => {
      // A window that says goodbye lets its extension host end at once; a browser that vanishes does not.
      await Promise.all(context.pages().map((page) => page.close()));
    };
    undo.push(closeWindows);

    return {
      profile,
      get server() {
        return server;
      },
      open: (folder, windowOptions = {}) => openWindow(context, server, folder, windowOptions),
      async restart() {
        await closeWindows();
        await server.stop();
        server = await startServer(profile, { ...options, port: server.port });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
