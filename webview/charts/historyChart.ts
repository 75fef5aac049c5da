import { Chart, type ChartDataset, type ChartOptions } from 'chart.js';
import { directionWords, formatResult } from '../format.ts';
import { type Drawing, fade, logTick, themedAxis, themedFont, themedTooltip } from './chart.ts';
import type { HistoryData, Point } from './historyData.ts';
import type { ChartTheme } from './theme.ts';

export interface HistoryDrawing {
  readonly data: HistoryData;
  readonly logScale: boolean;
}

/** Results by trial; shapes tell states apart where colours cannot. */
export const createHistoryChart = (
  canvas: HTMLCanvasElement,
  onPick: (trial: number) => void,
): Drawing<HistoryDrawing> => {
  const chart = new Chart<'scatter', readonly Point[]>(canvas, { type: 'scatter', data: { datasets: [] } });
  return {
    draw: ({ data, logScale }, theme) => {
      chart.data.datasets = toDatasets(data, theme);
      chart.options = toOptions(data, logScale, theme, onPick);
      chart.update('none');
    },
    dispose: () => chart.destroy(),
  };
};

type Dataset = ChartDataset<'scatter', readonly Point[]>;

const toDatasets = (data: HistoryData, theme: ChartTheme): Dataset[] => {
  const many = data.complete.length > 400;
  // Points that lie over each other show by their depth of colour how many they are.
  const solidity = data.complete.length > 1000 && !theme.highContrast ? 0.5 : 1;
  const points = { pointRadius: many ? 2 : 3.5, pointHoverRadius: 6, clip: 8 };
  const solid = (colour: string): Partial<Dataset> => ({
    pointBackgroundColor: colour,
    pointBorderColor: colour,
    pointHoverBackgroundColor: colour,
    pointHoverBorderColor: theme.text,
  });
  const line = (colour: string): Partial<Dataset> => ({
    showLine: true,
    borderColor: colour,
    borderWidth: 1.5,
    pointRadius: 0,
    pointHitRadius: 0,
    pointHoverRadius: 0,
    pointStyle: 'line',
  });
  const lastTrial = Math.max(
    data.bestSoFar.at(-1)?.x ?? 0,
    data.running.at(-1)?.x ?? 0,
    data.pruned.at(-1)?.x ?? 0,
  );
  const baseline =
    data.baseline === undefined
      ? []
      : [
          { x: 0, y: data.baseline },
          { x: lastTrial, y: data.baseline },
        ];
  const datasets: Dataset[] = [
    {
      label: 'best',
      data: data.best ? [data.best] : [],
      pointStyle: 'rectRot',
      ...points,
      ...solid(theme.best),
      pointRadius: 6,
    },
    {
      label: 'complete',
      data: data.complete,
      pointStyle: 'circle',
      ...points,
      ...solid(fade(theme.result, solidity)),
    },
    { label: 'stopped early', data: data.pruned, pointStyle: 'triangle', ...points, ...solid(theme.muted) },
    {
      label: 'running',
      data: data.running,
      pointStyle: 'circle',
      ...points,
      ...solid(theme.result),
      pointBackgroundColor: theme.background,
      pointBorderWidth: 1.5,
    },
    { label: 'best so far', data: data.bestSoFar, stepped: 'before', ...line(theme.best) },
    { label: 'your values', data: baseline, borderDash: [4, 3], ...line(fade(theme.baseline, 1)) },
  ];
  return datasets.filter(({ data: drawn }) => drawn.length > 0);
};

const toOptions = (
  { objective }: HistoryData,
  logScale: boolean,
  theme: ChartTheme,
  onPick: (trial: number) => void,
): ChartOptions<'scatter'> => {
  const x = themedAxis(theme);
  const y = themedAxis(theme);
  return {
    maintainAspectRatio: false,
    scales: {
      x: { type: 'linear', min: 0, suggestedMax: 5, ...x, ticks: { ...x.ticks, precision: 0 } },
      y: logScale
        ? { type: 'logarithmic', ...y, ticks: { ...y.ticks, callback: logTick } }
        : { type: 'linear', grace: '5%', ...y },
    },
    plugins: {
      legend: {
        position: 'bottom',
        align: 'start',
        labels: {
          color: theme.text,
          usePointStyle: true,
          boxHeight: 7,
          padding: 10,
          font: themedFont(theme),
        },
        // Clicks would hide data from the description beside it.
        onClick: () => undefined,
      },
      tooltip: {
        ...themedTooltip(theme),
        // The best trial is drawn twice, as the best and as one of the complete.
        filter: (_, index) => index === 0,
        callbacks: {
          title: ([item]) => (item ? `Trial ${item.parsed.x}` : ''),
          label: ({ dataset, parsed }) =>
            `${objective.metric} ${formatResult(parsed.y ?? Number.NaN)}, ${dataset.label}`,
          footer: () => directionWords[objective.direction],
        },
      },
    },
    onClick: (_, [element], chart) => {
      const point = element && chart.data.datasets[element.datasetIndex]?.data[element.index];
      if (typeof point === 'object' && point !== null && 'x' in point && typeof point.x === 'number')
        onPick(point.x);
    },
  };
};
