import type { SourceValue } from '../../src/engine/index.ts';
import { trialStates } from '../../src/engine/index.ts';
import type { ParameterView, StudyView, TrialView } from '../../src/protocol/index.ts';
import { trialStateWords } from '../../src/protocol/index.ts';
import { formatDuration, formatResult, formatValue } from '../format.ts';
import { type IconName, trialStateIcons } from '../icons.ts';
import { durationMs, shownValue, splitMessage } from '../selectors.ts';

/** What cells depend on besides their trial. */
export interface CellContext {
  readonly nowMs: number;
  readonly best: number | undefined;
}

/** Missing keys sort last; numbers before texts. */
export type SortKey = number | string | undefined;

export interface Column {
  readonly id: string;
  readonly title: string;
  /** More about the column, shown when the pointer rests on its head. */
  readonly hint?: string;
  readonly numeric: boolean;
  /** Direction of the first click on the head. */
  readonly descendingFirst: boolean;
  readonly minWidthCh: number;
  readonly maxWidthCh: number;
  /** Takes what width is left. */
  readonly grows?: boolean;
  text(trial: TrialView, context: CellContext): string;
  key(trial: TrialView, context: CellContext): SortKey;
  icon?(trial: TrialView, context: CellContext): IconName | undefined;
  /** Extra class of the cell. */
  tone?(trial: TrialView, context: CellContext): string;
}

/** Stands where a parameter does not apply to a trial. */
export const absent = '–';

const numericKinds: ReadonlySet<ParameterView['kind']> = new Set(['float', 'int', 'derived']);

/** The columns of a study: number, state, results, each parameter, duration, remark. */
export const collectColumns = (study: StudyView): readonly Column[] => [
  numberColumn,
  stateColumn,
  ...study.objectives.map(
    (objective, index): Column => ({
      id: `value:${index}`,
      title: objective.metric,
      hint: `${objective.metric}, to ${objective.direction}`,
      numeric: true,
      descendingFirst: objective.direction === 'maximize',
      minWidthCh: 9,
      maxWidthCh: 24,
      text: (trial) => {
        const value = shownValue(trial, index, objective);
        return value === undefined ? '' : formatResult(value);
      },
      key: (trial) => numberKey(shownValue(trial, index, objective)),
      // A value that is not a result is shown, but not as one.
      tone: (trial, { best }) =>
        trial.values === undefined ? 'provisional' : index === 0 && trial.number === best ? 'best' : '',
    }),
  ),
  ...study.parameters.map(
    (parameter): Column => ({
      id: `param:${parameter.name}`,
      title: parameter.name,
      hint: [parameter.summary, parameter.condition && `if ${parameter.condition}`].filter(Boolean).join(' '),
      numeric: numericKinds.has(parameter.kind),
      descendingFirst: false,
      minWidthCh: 7,
      maxWidthCh: 24,
      text: (trial) => {
        const value = trial.params[parameter.name];
        return value === undefined ? absent : formatValue(value);
      },
      key: (trial) => valueKey(trial.params[parameter.name]),
      tone: (trial) => (trial.params[parameter.name] === undefined ? 'absent' : ''),
    }),
  ),
  durationColumn,
  remarkColumn,
];

const numberColumn: Column = {
  id: 'number',
  title: 'Trial',
  hint: 'Number of the trial; 0 ran your own values, a star marks the best',
  numeric: true,
  descendingFirst: true,
  minWidthCh: 8,
  maxWidthCh: 10,
  text: (trial) => String(trial.number),
  key: (trial) => trial.number,
  icon: (trial, { best }) => (trial.number === best ? 'star' : trial.star ? 'starOutline' : undefined),
  tone: () => 'number',
};

const stateColumn: Column = {
  id: 'state',
  title: 'State',
  numeric: false,
  descendingFirst: false,
  minWidthCh: 15,
  maxWidthCh: 16,
  text: (trial) => trialStateWords[trial.state],
  key: (trial) => trialStates.indexOf(trial.state),
  icon: (trial) => trialStateIcons[trial.state],
  tone: (trial) => `state state-${trial.state}`,
};

const durationColumn: Column = {
  id: 'duration',
  title: 'Duration',
  numeric: true,
  descendingFirst: true,
  minWidthCh: 10,
  maxWidthCh: 14,
  text: (trial, { nowMs }) => {
    const ms = durationMs(trial, nowMs);
    return ms === undefined ? '' : formatDuration(ms);
  },
  key: (trial, { nowMs }) => durationMs(trial, nowMs),
};

const remarkColumn: Column = {
  id: 'remark',
  title: 'Why',
  hint: 'What went wrong, else why these values were tried',
  numeric: false,
  descendingFirst: false,
  minWidthCh: 20,
  maxWidthCh: 20,
  grows: true,
  text: (trial) => (trial.message === undefined ? trial.reason : splitMessage(trial.message).summary),
  key: (trial) => trial.message ?? trial.reason,
  tone: (trial) => (trial.message === undefined ? 'reason' : 'told'),
};

const numberKey = (value: number | undefined): SortKey => (Number.isNaN(value) ? undefined : value);

const valueKey = (value: SourceValue | undefined): SortKey => {
  if (typeof value === 'boolean') return Number(value);
  if (typeof value === 'object' && value !== null) return formatValue(value);
  return value === null ? 'None' : typeof value === 'number' ? numberKey(value) : value;
};
