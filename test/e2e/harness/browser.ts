import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: browserFile(),
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

function browserFile(): string {
  const given = process.env.TUNELENS_CHROMIUM;
  if (given) return given;
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const found = folders
    .flatMap((folder) => names.map((name) => path.join(folder, name)))
    .find((file) => existsSync(file));
  if (!found)
    throw new Error('no Chromium on the path: run scripts/install-system.sh, or set TUNELENS_CHROMIUM');
  return found;
}
