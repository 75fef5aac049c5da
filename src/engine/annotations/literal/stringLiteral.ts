/** Prefix, quotes and contents of a Python string literal. */
const literal = /^(?<prefix>[a-zA-Z]*)(?<quote>"""|'''|"|')(?<body>.*)\k<quote>$/su;

const simpleEscapes: Readonly<Record<string, string>> = {
  '\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const escapes = /\\(?:N\{[^}]*\}|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|\r\n|.)/gsu;

/** The text a string literal stands for, or undefined for bytes, f-strings and escapes that need Python's tables. */
export const readString = (text: string): string | undefined => {
  const groups = literal.exec(text)?.groups;
  const { prefix = '', body = '' } = groups ?? {};
  if (!groups || !/^[uUrR]?$/u.test(prefix)) return undefined;
  if (prefix.toLowerCase() === 'r') return body;
  let known = true;
  const value = body.replace(escapes, (found) => {
    const decoded = decodeEscape(found.slice(1));
    known &&= decoded !== undefined;
    return decoded ?? '';
  });
  return known ? value : undefined;
};

const decodeEscape = (code: string): string | undefined => {
  if (code === '\r\n') return '';
  const simple = simpleEscapes[code];
  if (simple !== undefined) return simple;
  if (/^[xuU]./u.test(code)) {
    const point = Number.parseInt(code.slice(1), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : undefined;
  }
  if (/^[0-7]/u.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
  // Python keeps the backslash of an escape it does not know; `\N{…}` and half-written ones have no value here.
  return /^[NxuU]/u.test(code) ? undefined : `\\${code}`;
};

/** Writes a string with the prefix and quotes of `like`; a raw prefix goes where the text cannot be raw. */
export const renderString = (value: string, like: string): string => {
  const { prefix = '', quote = '"' } = literal.exec(like)?.groups ?? {};
  const kept = /^[uUrR]$/u.test(prefix) ? prefix : '';
  if (kept.toLowerCase() === 'r') {
    if (canBeRaw(value, quote)) return `${kept}${quote}${value}${quote}`;
    return renderString(value, quote + quote);
  }
  return `${kept}${quote}${escapeFor(value, quote)}${quote}`;
};

const canBeRaw = (value: string, quote: string): boolean =>
  !value.includes(quote[0] ?? '"') && !/\\$|[\p{Cc}\p{Cs}]/u.test(value);

const escapeFor = (value: string, quote: string): string => {
  let written = '';
  for (const each of value) {
    if (each === '\\' || each === quote[0]) written += `\\${each}`;
    else if (each === '\n') written += '\\n';
    else if (each === '\r') written += '\\r';
    else if (each === '\t') written += '\\t';
    else written += escapeUnprintable(each);
  }
  return written;
};

/** Control characters and halves of surrogate pairs cannot stand in a source file as they are. */
const escapeUnprintable = (each: string): string => {
  if (!/[\p{Cc}\p{Cs}]/u.test(each)) return each;
  const code = each.charCodeAt(0);
  return code < 0x100
    ? `\\x${code.toString(16).padStart(2, '0')}`
    : `\\u${code.toString(16).padStart(4, '0')}`;
};
