/** A label on the screen: a string has to be all of it, a pattern may match any part. */
export type Label = string | RegExp;

/** The same as a pattern for Playwright's `hasText`; spaces around the label do not count. */
export function labelPattern(label: Label): RegExp {
  return typeof label === 'string' ? new RegExp(`^\\s*${escapePattern(label)}\\s*$`) : label;
}

export function matches(label: Label, text: string): boolean {
  return labelPattern(label).test(plainText(text));
}

/** VS Code draws some spaces as no-break spaces, to keep the browser from folding them. */
export function plainText(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

/** A value inside a quoted attribute of a CSS selector. */
export function quoted(value: string): string {
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' ', '[ \u00a0]');
}
