import path from 'node:path';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { toPanelHtml } from '../../src/extension/panels/panelHtml.ts';
import {
  createRpc,
  type Delta,
  type ImportanceView,
  type PanelEvents,
  type PanelRequests,
  type PanelState,
  type Rpc,
  RpcError,
} from '../../src/protocol/index.ts';
import { screenshots } from '../e2e/harness/paths.ts';
import { dark, type EditorTheme } from './themes.ts';

type Nothing = Record<never, never>;

export interface PanelScript {
  readonly script: string;
  readonly style: string;
}

/** The panel as it ships, built in memory. */
export const bundlePanel = async (): Promise<PanelScript> => {
  const { outputFiles } = await build({
    entryPoints: [path.resolve(import.meta.dirname, '../../webview/main.ts')],
    outdir: 'dist',
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'chrome134',
  });
  const text = (extension: string): string =>
    outputFiles.find(({ path: file }) => file.endsWith(extension))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
};

export interface PanelPageOptions {
  readonly delta: Delta;
  readonly importance?: ImportanceView;
  readonly theme?: EditorTheme;
  readonly size?: { readonly width: number; readonly height: number };
  readonly saved?: PanelState;
  /** Requests that fail, each with what is said then. */
  readonly refuse?: Readonly<Partial<Record<keyof PanelRequests, string>>>;
}

/** The panel in a browser, talking to a host that keeps what it is asked. */
export interface PanelPage {
  readonly page: Page;
  /** Requests but `ready` and `importance`, in order. */
  readonly asked: readonly { readonly name: string; readonly params: unknown }[];
  readonly questions: readonly PanelRequests['ready']['params'][];
  /** What the page's console complained of: policy breaches and script errors. */
  readonly complaints: readonly string[];
  readonly host: Rpc<Nothing, PanelEvents>;
  setTheme(theme: EditorTheme): Promise<void>;
  state(): Promise<PanelState | undefined>;
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

const origin = 'https://panel.test';

export const openPanelPage = async (
  browser: Browser,
  built: PanelScript,
  options: PanelPageOptions,
): Promise<PanelPage> => {
  const page = await browser.newPage({ viewport: options.size ?? { width: 1100, height: 760 } });
  const asked: { readonly name: string; readonly params: unknown }[] = [];
  const questions: PanelRequests['ready']['params'][] = [];
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));

  let receive: (message: unknown) => void = () => undefined;
  await page.exposeFunction('tellHost', (json: string) => receive(JSON.parse(json)));
  await page.addInitScript(installEditor, { saved: options.saved, theme: options.theme ?? dark });
  await page.route(`${origin}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/webview.js')
      return route.fulfill({ contentType: 'text/javascript', body: built.script });
    if (pathname === '/webview.css') return route.fulfill({ contentType: 'text/css', body: built.style });
    const html = toPanelHtml({
      cspSource: origin,
      nonce: 'bm9uY2U',
      script: `${origin}/webview.js`,
      style: `${origin}/webview.css`,
    });
    return route.fulfill({ contentType: 'text/html', body: html });
  });

  const answerWith =
    (name: Exclude<keyof PanelRequests, 'ready' | 'importance'>) =>
    (params: unknown): null => {
      asked.push({ name, params });
      const refusal = options.refuse?.[name];
      if (refusal !== undefined) throw new RpcError({ code: 'internal', message: refusal });
      return null;
    };
  const host = createRpc<Nothing, PanelRequests, Nothing, PanelEvents>(
    {
      // The editor sends messages to a page as JSON.
      post: (message) =>
        void page.evaluate((json) => window.postMessage(JSON.parse(json)), JSON.stringify(message)),
      listen: (onMessage) => {
        receive = onMessage;
        return () => undefined;
      },
    },
    {
      ready: (params) => {
        questions.push(params);
        return { study: options.delta.studies[0]?.id ?? null, delta: options.delta };
      },
      importance: () => options.importance ?? { importances: [], message: 'Too few complete trials.' },
      pause: answerWith('pause'),
      resume: answerWith('resume'),
      stop: answerWith('stop'),
      stopTrial: answerWith('stopTrial'),
      insert: answerWith('insert'),
      preview: answerWith('preview'),
      copyAs: answerWith('copyAs'),
      showOutput: answerWith('showOutput'),
      chooseObjective: answerWith('chooseObjective'),
      exportStudy: answerWith('exportStudy'),
    },
  );
  await page.goto(`${origin}/`);
  return {
    page,
    asked,
    questions,
    complaints,
    host,
    setTheme: (theme) => page.evaluate(applyTheme, theme),
    state: () => page.evaluate(() => (window as unknown as { readonly panelState?: PanelState }).panelState),
    picture: async (name) => {
      // Two frames: one to draw in, one to be sure that it was painted.
      await page.evaluate(
        () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
      );
      await page.screenshot({ path: path.join(screenshots, 'webview', `${name}.png`) });
    },
    close: async () => {
      host.dispose();
      await page.close();
    },
  };
};

interface EditorSetup {
  readonly saved: PanelState | undefined;
  readonly theme: EditorTheme;
}

/** Runs in the page, before its own scripts: what the editor puts there. */
function installEditor({ saved, theme }: EditorSetup): void {
  // The page has no types for what tests put into it.
  const page = window as unknown as Record<string, unknown>;
  page.panelState = saved;
  page.acquireVsCodeApi = () => ({
    postMessage: (message: unknown) => {
      const tell = page.tellHost as (json: string) => void;
      tell(JSON.stringify(message));
    },
    getState: () => page.panelState,
    setState: (state: unknown) => {
      page.panelState = state;
    },
  });
  document.addEventListener('DOMContentLoaded', () => {
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    document.body.className = theme.bodyClass;
    document.body.dataset.vscodeThemeId = theme.name;
  });
}

/** Runs in the page: what the editor does when the theme changes. */
function applyTheme(theme: EditorTheme): void {
  document.documentElement.removeAttribute('style');
  for (const [name, value] of Object.entries(theme.variables))
    document.documentElement.style.setProperty(`--vscode-${name}`, value);
  document.body.className = theme.bodyClass;
  document.body.dataset.vscodeThemeId = theme.name;
}
