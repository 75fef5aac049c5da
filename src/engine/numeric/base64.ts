const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Without `atob` and `Buffer`, of which neither exists everywhere the engine runs. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => {
  const significant = text.replace(/=+$/, '').length;
  const bytes = new Uint8Array(Math.floor((significant * 3) / 4));
  const digitOf = new Uint8Array(128);
  for (let i = 0; i < digits.length; i++) digitOf[digits.charCodeAt(i)] = i;
  let bits = 0;
  let filled = 0;
  let next = 0;
  for (let i = 0; i < significant; i++) {
    bits = ((bits << 6) | (digitOf[text.charCodeAt(i)] ?? 0)) & 0xffff;
    filled += 6;
    if (filled < 8) continue;
    filled -= 8;
    bytes[next++] = (bits >> filled) & 0xff;
  }
  return bytes;
};
