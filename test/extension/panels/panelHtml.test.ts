import { expect, test } from 'vitest';
import { toPanelHtml } from '../../../src/extension/panels/panelHtml.ts';

const html = toPanelHtml({
  cspSource: 'https://x.example',
  nonce: 'N0NCE',
  script: 'https://x.example/webview.js',
  style: undefined,
});

test('everything is forbidden but our own script, by its nonce', () => {
  expect(html).toContain("default-src 'none'");
  expect(html).toContain("script-src 'nonce-N0NCE'\"");
  expect(html).not.toMatch(/unsafe-(inline|eval)/);
});

test('the page names its nonce where the toolkit looks for it', () => {
  expect(html).toContain('<meta property="csp-nonce" content="N0NCE">');
});

test('the page has no style attribute, which the policy would drop', () => {
  expect(html).not.toMatch(/\sstyle="/);
});
