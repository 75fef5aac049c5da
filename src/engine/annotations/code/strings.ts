import type { StringStyle } from './scalars.ts';

/** How strings between quotes are escaped in one language. */
interface Escapes {
  /** Quotes that may be used; the first where nothing says which. */
  readonly quotes: readonly string[];
  /** What a single character behind a backslash stands for. */
  readonly simple: Readonly<Record<string, string>>;
  /** Forms with a number behind the backslash, read by `decode`. */
  readonly numbered: RegExp;
  /** A character of no known form behind a backslash: itself, or no string that we can read. */
  readonly unknown: 'itself' | 'refused';
  /** Characters that mean something inside a string, beside its quote and the backslash. */
  readonly special: string;
  /** A character that cannot stand in a literal as it is. */
  readonly encode: (code: number) => string;
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0');

/** `x41`, `u0041`, `u{41}`, `U00000041`, `101`: what stands behind the backslash. */
const decode = (text: string): string | undefined => {
  const digits = /^[xuU]\{?([\da-fA-F]+)\}?$/u.exec(text)?.[1];
  const code = digits === undefined ? Number.parseInt(text, 8) : Number.parseInt(digits, 16);
  return Number.isInteger(code) && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
};

const escapedStrings = (escapes: Escapes): StringStyle => ({
  read: (text) => readEscaped(text, escapes),
  render: (value, like) => renderEscaped(value, like, escapes),
});

const readEscaped = (text: string, escapes: Escapes): string | undefined => {
  const quote = text.charAt(0);
  if (text.length < 2 || !escapes.quotes.includes(quote) || !text.endsWith(quote)) return undefined;
  let read = '';
  for (let at = 1; at < text.length - 1; at++) {
    const char = text.charAt(at);
    if (char === quote || /[\r\n]/u.test(char) || escapes.special.includes(char)) return undefined;
    if (char !== '\\') {
      read += char;
      continue;
    }
    const found = readEscape(text.slice(at + 1, -1), escapes);
    if (found === undefined) return undefined;
    read += found.char;
    at += found.length;
  }
  return read;
};

const readEscape = (
  rest: string,
  { quotes, simple, numbered, unknown, special }: Escapes,
): { readonly char: string; readonly length: number } | undefined => {
  const matched = numbered.exec(rest)?.[0];
  if (matched !== undefined) {
    const char = decode(matched);
    return char === undefined ? undefined : { char, length: matched.length };
  }
  const next = rest.charAt(0);
  const known = Object.hasOwn(simple, next) ? simple[next] : undefined;
  if (known !== undefined) return { char: known, length: 1 };
  const isPlain = next === '\\' || quotes.includes(next) || (next !== '' && special.includes(next));
  return isPlain || (unknown === 'itself' && /[^\r\n\dxu]/u.test(next))
    ? { char: next, length: 1 }
    : undefined;
};

const renderEscaped = (value: string, like: string, { quotes, simple, special, encode }: Escapes): string => {
  const quote = quotes.find((each) => like.startsWith(each)) ?? quotes[0] ?? '"';
  const letters = new Map(Object.entries(simple).map(([letter, char]) => [char, letter]));
  let written = '';
  for (const char of value) {
    if (char === '\\' || char === quote || special.includes(char)) written += `\\${char}`;
    else if (/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(char)) {
      const letter = letters.get(char);
      written += letter === undefined ? encode(char.codePointAt(0) ?? 0) : `\\${letter}`;
    } else written += char;
  }
  return `${quote}${written}${quote}`;
};

const common = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', v: '\v' } as const;

/** Strings of JavaScript and TypeScript; templates are none, since they are computed. */
export const scriptStrings = escapedStrings({
  quotes: ["'", '"'],
  simple: common,
  numbered: /^(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]{1,6}\}|0(?!\d))/u,
  unknown: 'itself',
  special: '',
  encode: (code) => (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`),
});

/** Strings of C and C++ without a prefix. A hexadecimal escape there takes in all digits behind it. */
export const cStrings = escapedStrings({
  quotes: ['"'],
  simple: { ...common, a: '\x07', '?': '?', "'": "'" },
  numbered: /^(?:x[\da-fA-F]+|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3})/u,
  unknown: 'refused',
  special: '',
  encode: (code) => (code < 0x80 ? `\\${code.toString(8).padStart(3, '0')}` : `\\u${hex(code, 4)}`),
});

export const rStrings = escapedStrings({
  quotes: ['"', "'"],
  simple: { ...common, a: '\x07', '`': '`' },
  numbered:
    /^(?:x[\da-fA-F]{1,2}|u\{[\da-fA-F]{1,4}\}|u[\da-fA-F]{1,4}|U\{[\da-fA-F]{1,8}\}|U[\da-fA-F]{1,8}|[0-7]{1,3})/u,
  unknown: 'refused',
  special: '',
  encode: (code) => (code < 0x80 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`),
});

const juliaQuoted = escapedStrings({
  quotes: ['"'],
  simple: { ...common, a: '\x07', e: '\x1b' },
  numbered: /^(?:u[\da-fA-F]{1,4}|U[\da-fA-F]{1,8})/u,
  unknown: 'refused',
  special: '$',
  encode: (code) => `\\u${hex(code, 4)}`,
});

/** Julia's strings, and its symbols (`:adam`), which stay symbols where they can. */
export const juliaStrings: StringStyle = {
  read: (text) => (symbol.test(text) ? text.slice(1) : juliaQuoted.read(text)),
  render: (value, like) =>
    symbol.test(like) && symbol.test(`:${value}`) ? `:${value}` : juliaQuoted.render(value, like),
};

const symbol = /^:[\p{L}_][\p{L}\p{N}_]*$/u;

/** Words of a shell that mean themselves without quotes. */
const plainWord = /^[\p{L}\p{N}_./:@%+,^-]+$/u;
/** Pieces that a word is made of, with or without quotes; what is expanded is none. */
const wordPiece = /'([^'\r\n]*)'|"((?:[^"\\$`\r\n!]|\\["\\$`])*)"|\\([^\r\n])|([\p{L}\p{N}_./:@%+,^-]+)/uy;

const readWord = (text: string): string | undefined => {
  let word = '';
  wordPiece.lastIndex = 0;
  for (let at = 0; at < text.length; at = wordPiece.lastIndex) {
    const [, single, double, escaped, plain] = wordPiece.exec(text) ?? [];
    const piece = single ?? double?.replace(/\\(.)/gu, '$1') ?? escaped ?? plain;
    if (piece === undefined) return undefined;
    word += piece;
  }
  return text === '' ? undefined : word;
};

/** Words of a shell, quoted or not. Everything is text there; what reads as a number is told apart elsewhere. */
export const shellStrings: StringStyle = {
  read: readWord,
  render: (value, like) => {
    if (/[\p{Cc}\p{Cs}]/u.test(value)) return `$'${escapeShell(value)}'`;
    if (like.startsWith('"') && !value.includes('!')) return `"${value.replace(/["\\$`]/gu, '\\$&')}"`;
    if (!like.startsWith("'") && plainWord.test(value)) return value;
    return `'${value.replaceAll("'", "'\\''")}'`;
  },
};

const escapeShell = (value: string): string =>
  [...value]
    .map((char) => {
      if (char === "'" || char === '\\') return `\\${char}`;
      return /[\p{Cc}\p{Cs}]/u.test(char) ? `\\x${hex(char.codePointAt(0) ?? 0, 2)}` : char;
    })
    .join('');
