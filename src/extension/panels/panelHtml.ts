export interface PanelPage {
  /** The webview's own source for local files. */
  readonly cspSource: string;
  readonly nonce: string;
  readonly script: string;
  /** Absent when the page brings its style in its script. */
  readonly style: string | undefined;
}

/**
 * The panel's page. Everything is forbidden, then each need allowed: scripts and style elements by nonce only,
 * images and fonts from the package, `data:` images for what charts draw.
 */
export const toPanelHtml = ({ cspSource, nonce, script, style }: PanelPage): string => {
  const policy = [
    "default-src 'none'",
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const link = style === undefined ? '' : `\n  <link rel="stylesheet" href="${style}">`;
  // The toolkit makes a style element and looks for its nonce in "csp-nonce".
  return `<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta property="csp-nonce" content="${nonce}">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>TuneLens</title>${link}
</head>
<body>
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
};
