import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterEach } from 'vitest';
import { screenshots } from './paths.ts';

/** Saves a picture of a window or a part of it below test/e2e/screenshots, and returns its file. */
export async function screenshot(shown: Page | Locator, name: string): Promise<string> {
  const file = path.join(screenshots, `${name}.png`);
  await mkdir(path.dirname(file), { recursive: true });
  await shown.screenshot({ path: file, animations: 'disabled' });
  return file;
}

/** Call it in a suite: saves a picture of its window for every test that fails. */
export function screenshotOnFailure(window: () => Page | undefined): void {
  afterEach(async ({ task }) => {
    const page = window();
    if (task.result?.state !== 'fail' || !page || page.isClosed()) return;
    await screenshot(page, `failed/${task.name.replaceAll(/[^\p{L}\p{N}]+/gu, '-')}`);
  });
}
