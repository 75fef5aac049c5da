import { formatNumber } from '../../protocol/index.ts';

/** `0.912 ± 0.004`: as many digits as the uncertainty leaves. */
export const toUncertain = (mean: number, sd: number): string => {
  const digits = digitsFor(sd);
  return digits === undefined
    ? `${formatNumber(mean)} ± ${formatNumber(Number(sd.toPrecision(2)))}`
    : `${mean.toFixed(digits)} ± ${sd.toFixed(digits)}`;
};

/** A number beside one with this uncertainty. */
export const toDigitsOf = (value: number, sd: number): string => {
  const digits = digitsFor(sd);
  return digits === undefined ? formatNumber(value) : value.toFixed(digits);
};

/** Behind the point; undefined where numbers so large or small are better written with an exponent. */
const digitsFor = (sd: number): number | undefined => {
  if (!(sd > 1e-6) || sd >= 1e5) return undefined;
  // One digit of the uncertainty, two where the first is a 1.
  const power = Math.floor(Math.log10(sd));
  const first = sd / 10 ** power;
  return Math.max(0, -power + (first < 1.95 ? 1 : 0));
};
