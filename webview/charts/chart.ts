import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartTypeRegistry,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  ScatterController,
  Tooltip,
  type TooltipOptions,
} from 'chart.js';
import { color } from 'chart.js/helpers';
import { formatNumber } from '../../src/protocol/index.ts';
import type { ChartTheme } from './theme.ts';

Chart.register(
  ...[BarController, LineController, ScatterController],
  ...[BarElement, LineElement, PointElement],
  ...[CategoryScale, LinearScale, LogarithmicScale],
  ...[Legend, Tooltip],
);
// Live data would animate without end, and some people ask for less motion.
Chart.defaults.animation = false;

/** A drawing that is given data and colours, and told when a person picks a trial in it. */
export interface Drawing<Data> {
  draw(data: Data, theme: ChartTheme): void;
  dispose(): void;
}

/** The colour with this opacity, whatever it had: some colours of the editor are made to lie over text. */
export const fade = (value: string, alpha: number): string => color(value).alpha(alpha).rgbString();

export const themedFont = (theme: ChartTheme): { readonly family: string; readonly size: number } => ({
  family: theme.font,
  size: theme.fontSizePx,
});

export const themedTooltip = (theme: ChartTheme): Partial<TooltipOptions<keyof ChartTypeRegistry>> => ({
  backgroundColor: theme.background,
  titleColor: theme.text,
  bodyColor: theme.text,
  borderColor: theme.border,
  borderWidth: 1,
  cornerRadius: 2,
  displayColors: false,
  titleFont: { ...themedFont(theme), weight: 'normal' },
  bodyFont: themedFont(theme),
});

/** Colours of an axis with numbers on it. */
export interface ThemedAxis {
  readonly grid: { readonly color: string; readonly tickColor: string };
  readonly border: { readonly color: string };
  readonly ticks: AxisTicks;
}

interface AxisTicks {
  readonly color: string;
  readonly maxRotation: number;
  readonly autoSkipPadding: number;
  readonly callback: (value: string | number) => string;
  readonly font: ReturnType<typeof themedFont>;
}

export const themedAxis = (theme: ChartTheme): ThemedAxis => ({
  // In high contrast, grid lines would compete with the data: only the axis itself is drawn.
  grid: {
    color: theme.highContrast ? 'transparent' : theme.grid,
    tickColor: theme.grid,
  },
  border: { color: theme.grid },
  ticks: {
    color: theme.mutedText,
    font: themedFont(theme),
    maxRotation: 0,
    autoSkipPadding: 12,
    callback: shortTick,
  },
});

/** The same short form as in the table. */
const shortTick = (value: string | number): string => formatNumber(Number(value));

/** On a logarithmic axis only 1, 2 and 5 of each power are named; more would run into each other. */
export const logTick = (value: string | number): string => {
  const number = Number(value);
  const mantissa = Math.round(number / 10 ** Math.floor(Math.log10(number)));
  return [1, 2, 5, 10].includes(mantissa) ? shortTick(number) : '';
};
