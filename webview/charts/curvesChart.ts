import { Chart, type ChartDataset, type ChartOptions } from 'chart.js';
import { formatResult } from '../format.ts';
import { type Drawing, fade, themedAxis, themedFont, themedTooltip } from './chart.ts';
import type { Curve, CurvesData } from './curvesData.ts';
import type { Point } from './historyData.ts';
import type { ChartTheme } from './theme.ts';

/** A line per trial, step by step; the best stands out by width, those stopped early by dashes and an end mark. */
export const createCurvesChart = (
  canvas: HTMLCanvasElement,
  onPick: (trial: number) => void,
): Drawing<CurvesData> => {
  const chart = new Chart<'scatter', readonly Point[]>(canvas, { type: 'scatter', data: { datasets: [] } });
  return {
    draw: (data, theme) => {
      chart.data.datasets = data.curves.map((curve, index) =>
        toDataset(curve, theme, data.curves.length - index),
      );
      chart.options = toOptions(data, theme, onPick);
      chart.update('none');
    },
    dispose: () => chart.destroy(),
  };
};

const roleWords: Readonly<Record<Curve['role'], string>> = {
  best: 'best',
  baseline: 'your values',
  pruned: 'stopped early',
  other: 'others',
};

const toDataset = (
  { role, points }: Curve,
  theme: ChartTheme,
  order: number,
): ChartDataset<'scatter', readonly Point[]> => {
  const colours = {
    best: theme.best,
    baseline: fade(theme.baseline, 1),
    pruned: theme.highContrast ? theme.muted : fade(theme.muted, 0.6),
    other: theme.highContrast ? theme.result : fade(theme.result, 0.55),
  };
  const last = points.length - 1;
  return {
    label: roleWords[role],
    data: points,
    order,
    showLine: true,
    borderColor: colours[role],
    borderWidth: role === 'best' ? 2.5 : role === 'baseline' ? 1.5 : 1,
    borderDash: role === 'baseline' ? [4, 3] : role === 'pruned' ? [2, 2] : [],
    pointStyle: role === 'pruned' ? 'triangle' : 'line',
    pointRadius: ({ dataIndex }) => (role === 'pruned' && dataIndex === last ? 3 : 0),
    pointBackgroundColor: colours[role],
    pointBorderColor: colours[role],
    pointHoverRadius: 4,
    clip: 8,
  };
};

const toOptions = (
  { objective, curves }: CurvesData,
  theme: ChartTheme,
  onPick: (trial: number) => void,
): ChartOptions<'scatter'> => {
  const x = themedAxis(theme);
  return {
    maintainAspectRatio: false,
    interaction: { mode: 'nearest', intersect: false },
    scales: {
      x: { type: 'linear', ...x, ticks: { ...x.ticks, precision: 0 } },
      y: { type: 'linear', grace: '5%', ...themedAxis(theme) },
    },
    plugins: {
      legend: {
        position: 'bottom',
        align: 'start',
        reverse: true,
        onClick: () => undefined,
        labels: {
          color: theme.text,
          usePointStyle: true,
          boxHeight: 7,
          padding: 10,
          font: themedFont(theme),
          // One entry for each role, not for each trial.
          filter: ({ text, datasetIndex }, { datasets }) =>
            datasets.findIndex(({ label }) => label === text) === datasetIndex,
        },
      },
      tooltip: {
        ...themedTooltip(theme),
        filter: (_, index) => index === 0,
        callbacks: {
          title: ([item]) =>
            item ? `Trial ${curves[item.datasetIndex]?.number}, step ${item.parsed.x}` : '',
          label: ({ parsed }) => `${objective.metric} ${formatResult(parsed.y ?? Number.NaN)}`,
        },
      },
    },
    onClick: (_, [element]) => {
      const curve = element && curves[element.datasetIndex];
      if (curve) onPick(curve.number);
    },
  };
};
