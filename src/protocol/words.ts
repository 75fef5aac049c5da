import type { StudyState, TrialState } from '../engine/index.ts';
import type { StudyView } from './views.ts';

/** Words and numbers that the host and the panel must show alike. */

/** Four significant digits, as short as they go: `0.9722`, `3.2e-5`, `1200`; `nan` and `inf` as Python writes them. */
export const formatNumber = (value: number): string => {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (Number.isInteger(value) && size < 1e7) return String(value);
  if (size >= 1e-3 && size < 1e5) return String(Number(value.toPrecision(4)));
  const [digits = '', exponent = ''] = value.toExponential(3).split('e');
  return `${Number(digits)}e${exponent.replace('+', '')}`;
};

/** `1 trial`, `3 trials` */
export const formatCount = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? '' : 's'}`;

export const corruptWords = (count: number): string => formatCount(count, 'unreadable record');

export const corruptAdvice =
  'Something else wrote into the run folder, or the disk was full. Everything readable was taken; what was not is kept, and part of an export as JSON.';

/** Trials that have ended, without those that repeated another: they are no part of the budget. */
export const countFinished = ({ counts, repeated = 0 }: Pick<StudyView, 'counts' | 'repeated'>): number =>
  counts.complete + counts.pruned + counts.failed + counts.stopped - repeated;

export const studyStateWords: Readonly<Record<StudyState, string>> = {
  running: 'running',
  'needs-objective': 'waiting for an objective',
  paused: 'paused',
  complete: 'complete',
  stopped: 'stopped',
  failed: 'failed',
};

export const trialStateWords: Readonly<Record<TrialState, string>> = {
  waiting: 'waiting',
  running: 'running',
  paused: 'paused',
  complete: 'complete',
  pruned: 'stopped early',
  failed: 'failed',
  stopped: 'stopped',
};
