import type { ImportanceView, StudyView } from '../../src/protocol/index.ts';
import { createCurvesChart } from '../charts/curvesChart.ts';
import { type CurvesData, collectCurves, describeCurves } from '../charts/curvesData.ts';
import { createHistoryChart, type HistoryDrawing } from '../charts/historyChart.ts';
import { collectHistory, describeHistory, type HistoryData } from '../charts/historyData.ts';
import { createImportanceChart } from '../charts/importanceChart.ts';
import { collectImportance, describeImportance, type ImportanceData } from '../charts/importanceData.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { el, setAttribute } from '../dom.ts';
import { directionWords } from '../format.ts';
import type { PanelModel } from '../store.ts';
import { type ChartCardProps, createChartCard } from './chartCard.ts';

export interface ChartsProps {
  readonly model: PanelModel;
  readonly importance: ImportanceView | undefined;
  readonly logScale: boolean;
  readonly theme: ChartTheme;
}

export interface ChartsEvents {
  onPick(trial: number): void;
  onLogScale(on: boolean): void;
}

export interface Charts {
  readonly history: HTMLElement;
  readonly importance: HTMLElement;
  update(props: ChartsProps): void;
}

/** The three charts. One that is out of sight is not drawn. */
export const createCharts = (events: ChartsEvents): Charts => {
  const logScale = el('vscode-checkbox', { class: 'log-scale' }, ['log scale']);
  logScale.addEventListener('change', () => {
    const on = 'checked' in logScale && logScale.checked === true;
    events.onLogScale(on);
  });
  const history = createChartCard<HistoryDrawing>(
    'History',
    (canvas) => createHistoryChart(canvas, events.onPick),
    [logScale],
  );
  const curves = createChartCard<CurvesData>('Learning curves', (canvas) =>
    createCurvesChart(canvas, events.onPick),
  );
  const importance = createChartCard<ImportanceData>('Importance', createImportanceChart);
  return {
    history: el('div', { class: 'history-charts' }, [history.root, curves.root]),
    importance: importance.root,
    update: ({ model, importance: importanceView, logScale: wanted, theme }) => {
      const { study } = model;
      if (study === undefined) return;
      const data = collectHistory(study, model.trials);
      setAttribute(logScale, 'hidden', data === undefined || !data.positive || countPoints(data) === 0);
      const curvesData = collectCurves(study, model.trials);
      // Scripts that report once have no curves; their place goes to the other charts.
      setAttribute(curves.root, 'hidden', curvesData === undefined || curvesData.total === 0);
      if (isInSight(history.root)) history.update(toHistory(model, data, wanted), theme);
      if (isInSight(curves.root) && curvesData) curves.update(toCurves(curvesData), theme);
      if (isInSight(importance.root)) importance.update(toImportance(study, importanceView), theme);
    },
  };
};

const countPoints = ({ complete, pruned, running }: HistoryData): number =>
  complete.length + pruned.length + running.length;

const isInSight = (element: HTMLElement): boolean => element.offsetParent !== null;

/** What both charts of results say as long as nobody chose a metric. */
const withoutObjective = {
  subtitle: '',
  content: { kind: 'nothing', why: 'Not known yet what to optimise.' },
} as const;

const toHistory = (
  { study }: PanelModel,
  data: HistoryData | undefined,
  wanted: boolean,
): ChartCardProps<HistoryDrawing> => {
  if (data === undefined) return withoutObjective;
  const subtitle = `${data.objective.metric} by trial, ${directionWords[data.objective.direction]}`;
  if (countPoints(data) === 0) {
    const why =
      study?.state === 'running'
        ? `Waiting for the first value of ${data.objective.metric}.`
        : `No trial reported a value of ${data.objective.metric}.`;
    return { subtitle, content: { kind: 'nothing', why } };
  }
  const drawing = { data, logScale: wanted && data.positive };
  return { subtitle, content: { kind: 'data', data: drawing, description: describeHistory(data) } };
};

const toCurves = (data: CurvesData): ChartCardProps<CurvesData> => ({
  subtitle: `${data.objective.metric} by step${data.curves.length < data.total ? `, newest ${data.curves.length} of ${data.total}` : ''}`,
  content: { kind: 'data', data, description: describeCurves(data) },
});

const toImportance = (study: StudyView, view: ImportanceView | undefined): ChartCardProps<ImportanceData> => {
  if (study.objectives.length === 0) return withoutObjective;
  const subtitle = 'share of the differences explained';
  if (view === undefined || view.importances.length === 0) {
    const why =
      view?.message ??
      (study.counts.complete < 4
        ? `Too few complete trials to tell (${study.counts.complete} so far).`
        : 'Working out which parameters matter.');
    return { subtitle, content: { kind: 'nothing', why } };
  }
  const data = collectImportance(view);
  return { subtitle, content: { kind: 'data', data, description: describeImportance(data) } };
};
