/** For those who open the developer tools; the page itself has no other place for what concerns only its makers. */
export const logWarning = (text: string, details?: unknown): void => {
  // biome-ignore lint/suspicious/noConsole: the one place that writes to it
  console.warn(`TuneLens: ${text}`, details ?? '');
};
