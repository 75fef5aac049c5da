import type { Frame, Page } from 'playwright-core';
import { quoted } from './label.ts';
import { until } from './until.ts';

export interface WebviewOptions {
  /** '<publisher>.<name>' of the owner, when several extensions show pages. */
  readonly extension?: string;
  /** Part of the page's text or title that tells it from another of the same kind. */
  readonly containing?: string;
}

/** The page inside a webview of the editor area. It is another frame after the panel was hidden or the window reloaded. */
export function panelFrame(page: Page, options: WebviewOptions = {}): Promise<Frame> {
  return contentFrame(page, ':not([src*="purpose=webviewView"])', options);
}

/** The page inside a webview of the side bar or the bottom panel. */
export function viewFrame(page: Page, options: WebviewOptions = {}): Promise<Frame> {
  return contentFrame(page, '[src*="purpose=webviewView"]', options);
}

async function contentFrame(page: Page, kind: string, options: WebviewOptions): Promise<Frame> {
  const owner = options.extension ? `[src*=${quoted(`extensionId=${options.extension}`)}]` : '';
  const outer = page.locator(`iframe.webview${kind}${owner}:visible`);
  return until(`a webview${kind}${owner}`, async () => {
    for (const element of await outer.elementHandles()) {
      const shell = await element.contentFrame();
      // While a page is replaced there is a second inner frame with another id.
      const inner = await (await shell?.$('iframe#active-frame'))?.contentFrame();
      if (!inner) continue;
      const text = await inner.evaluate(() =>
        document.body.childElementCount > 0 ? document.body.innerText : undefined,
      );
      if (text?.includes(options.containing ?? '')) return inner;
    }
    return undefined;
  });
}
