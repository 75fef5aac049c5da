import type { StudyView, TrialView } from '../../src/protocol/index.ts';
import { el, setAttribute, setText } from '../dom.ts';
import { findTrial, type PanelModel, type Sort, type ViewChoices } from '../store.ts';
import { type CellContext, type Column, collectColumns } from '../table/columns.ts';
import { orderTrials, toggleSort } from '../table/order.ts';
import { createTrialTable } from '../table/trialTable.ts';
import { createTrialDetail, type TrialDetailEvents } from './trialDetail.ts';

export interface TrialsProps {
  readonly model: PanelModel;
  readonly choices: ViewChoices;
  readonly pending: ReadonlySet<string>;
  readonly nowMs: number;
}

export interface TrialsEvents extends Omit<TrialDetailEvents, 'onClose'> {
  onSort(sort: Sort): void;
  onSelect(trial: number | undefined): void;
}

export interface Trials {
  readonly root: HTMLElement;
  update(props: TrialsProps): void;
  reveal(trial: number): void;
}

/** The table of trials, and under it the one that was chosen. */
export const createTrials = (events: TrialsEvents): Trials => {
  let sort: Sort | undefined;
  let wasSelected: number | undefined;
  let focusDetail = false;
  const order = createOrder();
  const table = createTrialTable({
    onSort: (column) => {
      if (sort) events.onSort(toggleSort(sort, column));
    },
    onSelect: events.onSelect,
    onOpen: (number) => {
      focusDetail = true;
      events.onSelect(number);
    },
  });
  const detail = createTrialDetail({
    ...events,
    onClose: () => {
      events.onSelect(undefined);
      table.focus();
    },
  });
  const nothing = el('p', { class: 'nothing' });
  const root = el('section', { class: 'trials' }, [nothing, table.root, detail.root]);
  return {
    root,
    update: ({ model, choices, pending, nowMs }) => {
      const { study, trials } = model;
      if (study === undefined) return;
      sort = choices.sort;
      const context: CellContext = { nowMs, best: study.best };
      const columns = collectColumns(study);
      setAttribute(nothing, 'hidden', trials.length > 0);
      setAttribute(table.root, 'hidden', trials.length === 0);
      setText(nothing, describeNothing(study));
      const trial = findTrial(trials, choices.selected);
      // First the details, which take room from the table.
      detail.update({ study, trial, baseline: findTrial(trials, 0), pending });
      const ordered = order(trials, columns, choices.sort, context);
      table.update({ columns, order: ordered, sort: choices.sort, selected: trial?.number, context });
      if (trial !== undefined && trial.number !== wasSelected) table.reveal(trial.number);
      wasSelected = trial?.number;
      if (focusDetail && trial !== undefined) detail.focus();
      focusDetail = false;
    },
    reveal: table.reveal,
  };
};

const describeNothing = (study: StudyView): string =>
  study.state === 'running'
    ? 'The first trial is about to start. It runs your own values, and everything after is compared with it.'
    : 'This study has no trials.';

type Order = (
  trials: readonly TrialView[],
  columns: readonly Column[],
  sort: Sort,
  context: CellContext,
) => readonly TrialView[];

/** Sorts only when there is something to sort anew. */
const createOrder = (): Order => {
  let from: readonly TrialView[] | undefined;
  let by: Sort | undefined;
  let ordered: readonly TrialView[] = [];
  return (trials, columns, sort, context) => {
    if (trials !== from || sort !== by) ordered = orderTrials(trials, columns, sort, context);
    from = trials;
    by = sort;
    return ordered;
  };
};
