/**
 * The number a Python literal stands for, or undefined when no double is that number: complex numbers,
 * infinities, and whole numbers too large to be exact, which would change when written back.
 */
export const readNumber = (text: string): number | undefined => {
  const match = /^([+-]?)\s*(.+)$/su.exec(text);
  const digits = match?.[2]?.replaceAll('_', '') ?? '';
  if (!/^(?:0[xX][\da-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)$/u.test(digits))
    return undefined;
  const size = Number(digits);
  if (!Number.isFinite(size) || (isWhole(digits) && BigInt(digits) !== BigInt(size))) return undefined;
  return match?.[1] === '-' && size !== 0 ? -size : size;
};

/** Is the number written as a whole one, without point or exponent? */
export const isWhole = (text: string): boolean => /^[+-]?\s*(?:0[xXoObB][\da-fA-F_]+|[\d_]+)$/u.test(text);

/**
 * Writes a finite number in the style of `like`, with the fewest digits that read back as exactly `value`.
 * Kept: whole, decimal, exponent, hexadecimal, digit grouping, a leading plus, `.5` without its zero.
 */
export const renderNumber = (value: number, like: string): string => {
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : like.startsWith('+') ? '+' : '';
  return sign + renderSize(size, like.replace(/^[+-]\s*/u, ''));
};

const renderSize = (size: number, like: string): string => {
  const based = /^0([xXoObB])/u.exec(like);
  if (based?.[1] && Number.isInteger(size)) return renderBased(size, based[1], like);
  if (!based && /[eE]/u.test(like)) return size === 0 ? '0.0' : renderExponent(size, like);
  const wholeStyle = isWhole(like);
  if (wholeStyle && Number.isInteger(size)) return group(BigInt(size).toString(), like);
  if (size !== 0 && (size < 1e-12 || size >= 1e16)) return renderExponent(size, '1e-5');
  return renderDecimal(size, like);
};

const renderBased = (size: number, letter: string, like: string): string => {
  const radix = { x: 16, o: 8, b: 2 }[letter.toLowerCase()] ?? 10;
  const digits = BigInt(size).toString(radix);
  return `0${letter}${/[A-F]/u.test(like.slice(2)) ? digits.toUpperCase() : digits}`;
};

const renderExponent = (size: number, like: string): string => {
  const [mantissa = '', exponent = '0'] = size.toExponential().split('e');
  const style = /([eE])([+-]?)(\d[\d_]*)$/u.exec(like);
  const [letter, plus, width] = [style?.[1] ?? 'e', style?.[2] === '+', style?.[3]?.length ?? 1];
  const power = Number(exponent);
  const padded = Math.abs(power).toString().padStart(width, '0');
  const pointed = like.includes('.') && !mantissa.includes('.') ? `${mantissa}.0` : mantissa;
  return `${pointed}${letter}${power < 0 ? '-' : plus ? '+' : ''}${padded}`;
};

const renderDecimal = (size: number, like: string): string => {
  const [whole = '0', fraction = '0'] = decimalDigits(size).split('.');
  const bare = whole === '0' && size !== 0 && like.startsWith('.') ? '' : group(whole, like);
  return `${bare}.${fraction}`;
};

/** The shortest digits of a number, without an exponent: 1.5e-7 → 0.00000015. */
const decimalDigits = (size: number): string => {
  const [mantissa = '0', exponent = '0'] = size.toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const point = Number(exponent) + 1;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return digits.length <= point
    ? digits.padEnd(point, '0')
    : `${digits.slice(0, point)}.${digits.slice(point)}`;
};

const group = (whole: string, like: string): string =>
  like.includes('_') ? whole.replace(/\B(?=(?:\d{3})+$)/gu, '_') : whole;
