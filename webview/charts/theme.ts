/** Colours of the editor's theme, read from its variables, in the roles charts have for them. */
export interface ChartTheme {
  readonly text: string;
  readonly mutedText: string;
  readonly grid: string;
  readonly background: string;
  readonly border: string;
  readonly result: string;
  readonly best: string;
  readonly baseline: string;
  readonly muted: string;
  readonly failed: string;
  readonly font: string;
  readonly fontSizePx: number;
  readonly highContrast: boolean;
}

export const readChartTheme = (): ChartTheme => {
  const style = getComputedStyle(document.body);
  const first = (...names: readonly string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return style.color;
  };
  const highContrast = document.body.classList.contains('vscode-high-contrast');
  const text = first('editor-foreground', 'foreground');
  return {
    text,
    mutedText: first('descriptionForeground', 'foreground'),
    grid: first(highContrast ? 'contrastBorder' : 'panel-border', 'editorWidget-border', 'contrastBorder'),
    background: first('editor-background'),
    border: first('contrastBorder', 'editorWidget-border', 'panel-border'),
    result: first('charts-blue'),
    best: first('charts-green'),
    baseline: first('charts-orange'),
    muted: first('descriptionForeground', 'charts-lines'),
    failed: first('charts-red'),
    font: style.fontFamily,
    fontSizePx: Math.round((Number.parseFloat(style.fontSize) || 13) * 0.88),
    highContrast,
  };
};

/** Calls back when the editor's theme changes; returns how to stop. */
export const onThemeChange = (listener: () => void): (() => void) => {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-id', 'data-vscode-theme-kind'],
  });
  // The variables themselves stand in the root's style; a person may change one colour without changing theme.
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
};
