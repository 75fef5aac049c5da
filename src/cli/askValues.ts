import type {
  Assignment,
  IntermediateValue,
  ParamValue,
  ShownAssignment,
  TrialCost,
} from '../engine/index.ts';
import { RequestError } from './requestError.ts';

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const invalid = (message: string): RequestError => new RequestError('invalid-params', message);

/** NaN and infinities cannot stand in JSON as numbers; they are taken as strings, as in the spool. */
export const toNumber = (value: unknown, where: string): number => {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^[-+]?(?:nan|inf(?:inity)?)$/i.test(value))
    return value.toLowerCase().includes('nan') ? Number.NaN : value.startsWith('-') ? -Infinity : Infinity;
  throw invalid(`${where} must be a number, or the string "NaN", "Infinity" or "-Infinity".`);
};

export const toNumbers = (value: unknown, where: string): readonly number[] => {
  if (!Array.isArray(value)) throw invalid(`${where} must be a list of numbers.`);
  return value.map((one) => toNumber(one, `Each of ${where}`));
};

/** Values by name; a composite's is a list. */
export const readAssignment = (value: unknown, where: string): ShownAssignment => {
  if (!isObject(value)) throw invalid(`${where} must be an object of values by parameter name.`);
  const entries = Object.entries(value).map(([name, one]) => {
    const isFit = Array.isArray(one) ? one.every(isPlain) : isPlain(one);
    if (!isFit)
      throw invalid(`${where}: “${name}” must be a number, a text, true, false, null or a list of these.`);
    return [name, one as ShownAssignment[string]] as const; // checked in the line above
  });
  return Object.fromEntries(entries);
};

const isPlain = (value: unknown): boolean =>
  value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);

/** Only the names that have a value. */
export const withoutGaps = (values: Readonly<Record<string, ParamValue | undefined>>): Assignment => {
  const kept: Record<string, ParamValue> = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) kept[name] = value;
  return kept;
};

export const readCost = (value: unknown): TrialCost | undefined => {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw invalid('“cost” is {"seconds": number, "joules": number}, or one of the two.');
  const part = (key: 'seconds' | 'joules'): TrialCost => {
    const amount = value[key];
    if (amount === undefined || amount === null) return {};
    if (typeof amount === 'number' && Number.isFinite(amount) && amount >= 0) return { [key]: amount };
    throw invalid(`“${key}” of “cost” must be a number of at least 0.`);
  };
  return { ...part('seconds'), ...part('joules') };
};

/** Keeps step order; a step reported again replaces its value. */
export const insertStep = (
  curve: readonly IntermediateValue[],
  entry: IntermediateValue,
): readonly IntermediateValue[] => {
  const last = curve.at(-1);
  if (last === undefined || last.step < entry.step) return [...curve, entry];
  return [...curve.filter(({ step }) => step !== entry.step), entry].sort((a, b) => a.step - b.step);
};
