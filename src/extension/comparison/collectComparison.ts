import * as l10n from '@vscode/l10n';
import { isBetter } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { formatNumber } from '../../protocol/index.ts';
import { toDuration, toShortValue, toTrialState } from '../state/words.ts';

export interface ComparedTrial {
  readonly study: StudyView;
  readonly trial: TrialView;
}

export interface ComparedRow {
  readonly name: string;
  /** One per trial. */
  readonly cells: readonly string[];
}

/** Trials side by side: what differs between them, and apart from it what does not. */
export interface Comparison {
  readonly columns: readonly string[];
  readonly results: readonly ComparedRow[];
  readonly values: readonly ComparedRow[];
  /** The same for all. */
  readonly same: readonly { readonly name: string; readonly value: string }[];
}

const absent = '–';

export const collectComparison = (compared: readonly ComparedTrial[], nowMs: number): Comparison => {
  const isOneStudy = new Set(compared.map(({ study }) => study.id)).size === 1;
  const columns = compared.map(({ study, trial }) =>
    isOneStudy
      ? l10n.t('Trial {0}', trial.number)
      : l10n.t('{0} · trial {1}', study.name === '' ? study.script : study.name, trial.number),
  );
  const values = valueRows(compared);
  const sameValues = values.filter(isSame);
  return {
    columns,
    results: resultRows(compared, nowMs),
    values: values.filter((row) => !isSame(row)),
    same: sameValues.map(({ name, cells: [value = absent] }) => ({ name, value })),
  };
};

const isSame = ({ cells: [first, ...others] }: ComparedRow): boolean =>
  others.every((cell) => cell === first);

const resultRows = (compared: readonly ComparedTrial[], nowMs: number): readonly ComparedRow[] => {
  const row = (name: string, cell: (one: ComparedTrial) => string | undefined): ComparedRow => ({
    name,
    cells: compared.map((one) => cell(one) ?? absent),
  });
  const objectives = unique(compared.flatMap(({ study }) => study.objectives.map(({ metric }) => metric)));
  const others = unique(compared.flatMap(({ trial }) => Object.keys(trial.metrics))).filter(
    (metric) => !objectives.includes(metric),
  );
  const rows = [
    row(l10n.t('State'), ({ trial }) => toTrialState(trial.state)),
    ...objectives.map((metric) => withBest(metric, compared)),
    ...others.map((metric) => row(metric, ({ trial }) => numberOf(trial.metrics[metric]))),
    row(l10n.t('Took'), ({ trial: { startedAtMs, endedAtMs, state } }) =>
      startedAtMs === undefined || (endedAtMs === undefined && state !== 'running')
        ? undefined
        : toDuration((endedAtMs ?? nowMs) - startedAtMs),
    ),
    row(l10n.t('Why'), ({ trial }) => trial.reason),
    row(l10n.t('Message'), ({ trial }) => trial.message),
    row(l10n.t('Tags'), ({ trial }) => trial.tags?.map((tag) => `#${tag}`).join(' ')),
    row(l10n.t('Note'), ({ trial }) => trial.note),
  ];
  return rows.filter(({ cells }) => cells.some((cell) => cell !== absent && cell !== ''));
};

const numberOf = (value: number | undefined): string | undefined =>
  value === undefined ? undefined : formatNumber(value);

/** Values of an objective, with a star at the best of them. */
const withBest = (metric: string, compared: readonly ComparedTrial[]): ComparedRow => {
  const values = compared.map(({ study, trial }) => {
    const index = study.objectives.findIndex((objective) => objective.metric === metric);
    return trial.values?.[index] ?? trial.metrics[metric];
  });
  const objective = compared.flatMap(({ study }) => study.objectives).find((one) => one.metric === metric);
  const known = values.filter((value) => value !== undefined && !Number.isNaN(value));
  const best = known.reduce<number | undefined>(
    (before, value) =>
      value !== undefined &&
      (before === undefined || (objective !== undefined && isBetter(objective.direction, value, before)))
        ? value
        : before,
    undefined,
  );
  return {
    name: metric,
    cells: values.map((value) => {
      const text = numberOf(value) ?? absent;
      return value !== undefined && value === best && known.length > 1 ? `${text} ★` : text;
    }),
  };
};

const valueRows = (compared: readonly ComparedTrial[]): readonly ComparedRow[] =>
  unique(compared.flatMap(({ trial }) => Object.keys(trial.params))).map((name) => ({
    name,
    cells: compared.map(({ trial }) => {
      const value = trial.params[name];
      return value === undefined ? absent : toShortValue(value);
    }),
  }));

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

const longestCell = 48;

/** As text in columns, which can be pasted as Markdown. */
export const renderComparison = ({ columns, results, values, same }: Comparison): string => {
  const parts = [
    `# ${l10n.t('Compare trials')}`,
    table([l10n.t('Result'), ...columns], results),
    ...(values.length === 0
      ? [l10n.t('The trials ran with the same values.')]
      : [table([l10n.t('Value'), ...columns], values)]),
    ...(same.length === 0 || values.length === 0
      ? []
      : [
          `## ${l10n.t('The same in all')}`,
          table(
            [l10n.t('Value'), l10n.t('All trials')],
            same.map(({ name, value }) => ({ name, cells: [value] })),
          ),
        ]),
  ];
  return `${parts.join('\n\n')}\n`;
};

const table = (head: readonly string[], rows: readonly ComparedRow[]): string => {
  const lines = [head, ...rows.map(({ name, cells }) => [name, ...cells])].map((line) => line.map(toCell));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((line) => lengthOf(line[column] ?? ''))));
  const toLine = (line: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(line[column] ?? '', width)).join(' | ')} |`;
  const [first = [], ...others] = lines;
  return [
    toLine(first),
    `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`,
    ...others.map(toLine),
  ].join('\n');
};

const toCell = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const cut = lengthOf(line) > longestCell ? `${[...line].slice(0, longestCell - 1).join('')}…` : line;
  return cut.replaceAll('|', '\\|');
};

const lengthOf = (text: string): number => [...text].length;
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - lengthOf(text)));
