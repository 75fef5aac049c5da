import type { Locator, Page } from 'playwright-core';
import { runCommand } from './commandPalette.ts';
import { type Label, matches, plainText } from './label.ts';
import { until } from './until.ts';

/** Opens the terminal panel when it is not on screen; that starts a shell when there is no terminal at all. */
export async function showTerminals(page: Page): Promise<void> {
  if (await page.locator('.terminal-outer-container:visible').first().isVisible()) return;
  await runCommand(page, 'Terminal: Focus Terminal');
  await page.locator('.terminal-outer-container').first().waitFor();
}

/** Starts a shell and waits for its first output. */
export async function newTerminal(page: Page): Promise<void> {
  const before = (await terminalNames(page)).length;
  await runCommand(page, 'Terminal: Create New Terminal');
  await until('the new terminal', async () => (await terminalNames(page)).length > before);
  await until('the prompt', async () => (await terminalText(page)).trim() !== '');
}

/** Names of the open terminals from top to bottom; none while the panel is closed. */
export async function terminalNames(page: Page): Promise<string[]> {
  const labels = await terminalTabs(page).evaluateAll((rows) =>
    rows.map((row) => row.getAttribute('aria-label') ?? ''),
  );
  return labels.map(terminalName);
}

/** Makes a terminal the one on screen. */
export async function showTerminal(page: Page, name: Label): Promise<void> {
  await showTerminals(page);
  const row = await until(`the terminal ${String(name)}`, async () => {
    for (const tab of await terminalTabs(page).all()) {
      if (matches(name, terminalName((await tab.getAttribute('aria-label')) ?? ''))) return tab;
    }
    return undefined;
  });
  await row.click();
  await until('the terminal to be shown', async () =>
    /\bselected\b/.test((await row.getAttribute('class')) ?? ''),
  );
}

/** What the terminal on screen shows, empty rows at the end left out. */
export async function terminalText(page: Page): Promise<string> {
  const rows = page.locator('.terminal-wrapper.active:visible .xterm-rows > div');
  return plainText((await rows.allInnerTexts()).map((row) => row.trimEnd()).join('\n')).trimEnd();
}

/** Waits until the terminal on screen shows the text, which may be broken over lines. */
export async function waitForTerminalText(page: Page, wanted: string | RegExp): Promise<string> {
  return until(`the terminal to show ${String(wanted)}`, async () => {
    const text = await terminalText(page);
    const unbroken = text.replaceAll('\n', '');
    const shown =
      typeof wanted === 'string' ? text.includes(wanted) || unbroken.includes(wanted) : wanted.test(text);
    return shown ? text : undefined;
  });
}

/** Follows the link that the text is part of: the last place on screen where it stands. */
export async function clickTerminalLink(page: Page, text: string): Promise<void> {
  const link = await until(`the link ${text}`, async () => {
    const place = await page
      .locator('.terminal-wrapper.active:visible .xterm-rows')
      .first()
      .evaluate((rows, wanted) => {
        for (const row of [...rows.children].reverse()) {
          const at = row.textContent.replaceAll('\u00a0', ' ').indexOf(wanted);
          if (at < 0) continue;
          // The row's text is cut into pieces by its colours.
          let before = 0;
          const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
            const length = node.textContent?.length ?? 0;
            if (at < before + length) {
              const range = document.createRange();
              range.setStart(node, at - before);
              range.setEnd(node, at - before + 1);
              const { x, y, width, height } = range.getBoundingClientRect();
              return { x: x + width / 2, y: y + height / 2 };
            }
            before += length;
          }
        }
        return undefined;
      }, text);
    return place ?? undefined;
  });
  // The links of a line are asked for when the mouse comes to it.
  await page.mouse.move(link.x + 40, link.y - 30);
  await page.mouse.move(link.x, link.y, { steps: 3 });
  const hint = page.getByText(/\(ctrl \+ click\)/).first();
  await until('the link to be found', async () => {
    const found = await hint
      .waitFor({ timeout: 2_000 })
      .then(() => true)
      .catch(() => false); // the mouse came before the terminal was ready: it comes again
    if (!found) {
      await page.mouse.move(link.x + 40, link.y - 30);
      await page.mouse.move(link.x, link.y, { steps: 3 });
    }
    return found;
  });
  await page.keyboard.down('Control');
  await page.mouse.click(link.x, link.y);
  await page.keyboard.up('Control');
}

/** Everything the terminal on screen remembers, also what has scrolled away. */
export async function terminalHistory(page: Page): Promise<string> {
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await focusTerminal(page);
  await runCommand(page, 'Terminal: Select All');
  await runCommand(page, 'Terminal: Copy Selection');
  const text = await until('the copied text', () => page.evaluate(() => navigator.clipboard.readText()));
  await runCommand(page, 'Terminal: Clear Selection');
  return plainText(text);
}

/** Types into the terminal on screen; end with '\n' to run a line. */
export async function typeInTerminal(page: Page, text: string): Promise<void> {
  await focusTerminal(page);
  await page.keyboard.type(text);
}

export async function focusTerminal(page: Page): Promise<void> {
  await page.locator('.terminal-wrapper.active:visible .xterm-screen').first().click();
}

function terminalTabs(page: Page): Locator {
  return page.locator('.tabs-list .monaco-list-row');
}

/** 'Terminal 2 Trial 7' is the second one, named 'Trial 7'. */
function terminalName(spoken: string): string {
  return plainText(spoken)
    .replace(/^Terminal \d+ /, '')
    .trim();
}
