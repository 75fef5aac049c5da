import { Chart, type ChartOptions, type Plugin } from 'chart.js';
import { formatShare } from '../format.ts';
import { type Drawing, fade, themedFont } from './chart.ts';
import type { ImportanceData } from './importanceData.ts';
import type { ChartTheme } from './theme.ts';

/** Longest name written beside a bar. */
const longestName = 24;

/** A bar per parameter, the share written behind it. */
export const createImportanceChart = (canvas: HTMLCanvasElement): Drawing<ImportanceData> => {
  let theme: ChartTheme | undefined;
  const shares: Plugin<'bar'> = {
    id: 'shares',
    afterDatasetsDraw: (drawn) => {
      if (theme === undefined) return;
      const { ctx, data } = drawn;
      ctx.save();
      ctx.fillStyle = theme.text;
      ctx.font = `${theme.fontSizePx}px ${theme.font}`;
      ctx.textBaseline = 'middle';
      for (const [index, bar] of drawn.getDatasetMeta(0).data.entries())
        ctx.fillText(
          formatShare(Number(data.datasets[0]?.data[index])),
          Math.round(bar.x) + 6,
          Math.round(bar.y),
        );
      ctx.restore();
    },
  };
  const chart = new Chart<'bar', number[], string>(canvas, {
    type: 'bar',
    data: { labels: [], datasets: [] },
    plugins: [shares],
  });
  return {
    draw: ({ bars, rest }, colours) => {
      theme = colours;
      const shown = rest ? [...bars, { parameter: `${rest.count} others`, share: rest.share }] : bars;
      chart.data.labels = shown.map(({ parameter }) => shorten(parameter));
      chart.data.datasets = [
        {
          data: shown.map(({ share }) => share),
          backgroundColor: colours.highContrast ? fade(colours.result, 0.3) : colours.result,
          hoverBackgroundColor: colours.result,
          borderColor: colours.result,
          borderWidth: colours.highContrast ? 1.5 : 0,
          maxBarThickness: 18,
          minBarLength: 2,
        },
      ];
      chart.options = toOptions(colours);
      chart.update('none');
    },
    dispose: () => chart.destroy(),
  };
};

const shorten = (name: string): string =>
  name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;

const toOptions = (theme: ChartTheme): ChartOptions<'bar'> => ({
  indexAxis: 'y',
  maintainAspectRatio: false,
  // Room for “100 %” behind the longest bar.
  layout: { padding: { right: 44 } },
  scales: {
    x: { display: false, min: 0 },
    y: {
      grid: { display: false },
      border: { color: theme.grid },
      ticks: { color: theme.text, font: themedFont(theme), autoSkip: false, crossAlign: 'far' },
    },
  },
  plugins: { legend: { display: false }, tooltip: { enabled: false } },
});
