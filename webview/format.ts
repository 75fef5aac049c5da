import type { Direction, SourceValue, StudyState } from '../src/engine/index.ts';
import { formatNumber, studyStateWords } from '../src/protocol/index.ts';

/** Four significant digits with their zeros, so that results stand under each other: `0.9500` beside `0.9722`. */
export const formatResult = (value: number): string => {
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e4 && !Number.isInteger(value) ? value.toPrecision(4) : formatNumber(value);
};

/** A parameter's value as a Python reader knows it, texts without quotes. */
export const formatValue = (value: SourceValue): string => {
  if (typeof value === 'number') return formatNumber(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null ? 'None' : `[${value.map(formatValue).join(', ')}]`;
};

/** Two units at most: `0.8 s`, `2 min 5 s`, `3 h 12 min`, `2 d 4 h`. */
export const formatDuration = (ms: number): string => {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  return twoUnits(Math.round(seconds));
};

/** Whole seconds, for a clock that ticks: `0 s`, `12 s`, `2 min 5 s`. */
export const formatElapsed = (ms: number): string => {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  return seconds < 60 ? `${seconds} s` : twoUnits(seconds);
};

const twoUnits = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
};

/** A share of one in whole per cent; what is there but small is not called nothing. */
export const formatShare = (share: number): string =>
  share > 0 && share < 0.005 ? '<1 %' : `${Math.round(share * 100)} %`;

/** A state's words at the start of a line. */
export const studyStateTitle = (state: StudyState): string => {
  const words = studyStateWords[state];
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
};

export const directionWords: Readonly<Record<Direction, string>> = {
  maximize: 'higher is better',
  minimize: 'lower is better',
};
