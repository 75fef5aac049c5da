import { shownAssignment, shownNames } from '../space/composite.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';

/** RFC 4180 quoting, only where needed. */
const cell = (value: unknown): string => {
  const text =
    value === undefined || value === null ? '' : Array.isArray(value) ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const iso = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());

/**
 * The study's trials as CSV (RFC 4180, UTF-8, `\r\n`): one row a trial, `value_<metric>` and `param_<name>`
 * columns; a parameter that was not active leaves its cell empty, a list is JSON.
 */
export const toCsv = (study: StudyRecord, trials: readonly TrialRecord[]): string => {
  const { objectives, space } = study.spec;
  const names = shownNames(space);
  const header = [
    'number',
    'state',
    ...objectives.map(({ metric }) => `value_${metric}`),
    ...names.map((name) => `param_${name}`),
    'seed',
    'started',
    'ended',
    'message',
    'starred',
    'tags',
    'note',
  ];
  const rows = trials.map((trial) => {
    const shown = shownAssignment(space, trial.params);
    return [
      trial.number,
      trial.state,
      ...objectives.map((_, index) => trial.values?.[index]),
      ...names.map((name) => shown[name]),
      trial.seed,
      iso(trial.startedAtMs),
      iso(trial.endedAtMs),
      trial.message,
      trial.star ? 'yes' : '',
      trial.tags?.join(' '),
      trial.note,
    ];
  });
  return [header, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
};
