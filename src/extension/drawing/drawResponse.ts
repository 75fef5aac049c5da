import * as l10n from '@vscode/l10n';
import type { ParameterInsight, ResponsePoint, SourceValue } from '../../engine/index.ts';
import { formatNumber } from '../../protocol/index.ts';
import { toShortValue } from '../state/words.ts';

/** Colours of a picture; those of `paletteOf` do. */
export interface ResponsePalette {
  readonly text: string;
  readonly faint: string;
  readonly fill: string;
  readonly line: string;
  readonly best: string;
}

export interface ResponseDrawing {
  readonly insight: Pick<ParameterInsight, 'points'>;
  /** Numbers on a scale; else choices side by side, which may be numbers too. */
  readonly isScale: boolean;
  readonly log: boolean;
  /** The value of the best trial. */
  readonly best?: SourceValue;
  /** A difference that is mere chance is not drawn as one. */
  readonly noise: number;
}

/** A place in the drawing for each value of a parameter. */
interface Scale {
  x(value: SourceValue): number | undefined;
  y(metric: number): number;
}

interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const scaleOf = (
  { insight: { points }, isScale, log, noise }: ResponseDrawing,
  { left, right, top, bottom }: Frame,
  withBand: boolean,
): Scale => {
  const spread = withBand ? 2 : 0;
  const lows = points.map(({ mean, sd }) => mean - spread * sd);
  const highs = points.map(({ mean, sd }) => mean + spread * sd);
  const [least, most] = [Math.min(...lows), Math.max(...highs)];
  const middle = (least + most) / 2;
  const half = Math.max(most - least, 2 * noise, Number.EPSILON * Math.abs(middle), 1e-300) / 2;
  const y = (metric: number): number => bottom - ((metric - middle + half) / (2 * half)) * (bottom - top);
  if (!isScale) {
    const cell = (right - left) / points.length;
    return {
      y,
      x: (value) => {
        const index = points.findIndex((point) => point.value === value);
        return index < 0 ? undefined : left + (index + 0.5) * cell;
      },
    };
  }
  const isLog = log && points.every(({ value }) => Number(value) > 0);
  const to = (value: number): number => (isLog ? Math.log(value) : value);
  const first = to(Number(points[0]?.value));
  const last = to(Number(points.at(-1)?.value));
  return {
    y,
    x: (value) => {
      if (typeof value !== 'number') return undefined;
      const share = (to(value) - first) / (last - first || 1);
      return share >= -1e-9 && share <= 1 + 1e-9 ? left + share * (right - left) : undefined;
    },
  };
};

/** How a parameter's line is marked in the gutter. */
export interface ResponseIcon extends Partial<ResponseDrawing> {
  /** A trial runs now. */
  readonly running: boolean;
  /** `auto` asks the system, as the editor's setting does. */
  readonly motion: 'on' | 'off' | 'auto';
}

const iconSize = 16;
const iconFrame: Frame = { left: 1.5, right: 14.5, top: 3, bottom: 13.5 };
/** Thinner bars could not be told apart. */
const mostBars = 7;

/** A curve as large as a letter: the best value marked, and whether a trial runs. Undefined where there is neither. */
export const drawResponseIcon = (icon: ResponseIcon, palette: ResponsePalette): string | undefined => {
  const { insight, isScale = true, log = false, noise = 0, best, running, motion } = icon;
  const hasCurve = insight !== undefined && insight.points.length > 1;
  if (!hasCurve && !running) return undefined;
  const parts: string[] = [];
  if (hasCurve) {
    const scale = scaleOf({ insight, isScale, log, noise }, iconFrame, false);
    parts.push(
      ...(isScale
        ? drawTinyCurve(insight.points, scale, best, palette)
        : drawTinyBars(insight.points, scale, best, palette)),
    );
  }
  if (running) parts.push(drawRunning(hasCurve, motion, palette));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${iconSize}" height="${iconSize}" viewBox="0 0 ${iconSize} ${iconSize}">${parts.join('')}</svg>`;
};

const drawTinyCurve = (
  points: readonly ResponsePoint[],
  scale: Scale,
  best: SourceValue | undefined,
  palette: ResponsePalette,
): readonly string[] => {
  const place = best === undefined ? undefined : scale.x(best);
  const mean = meanAt(points, scale, place);
  return [
    `<path d="${pathOf(points, scale)}" fill="none" stroke="${palette.line}" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round"/>`,
    ...(place === undefined || mean === undefined
      ? []
      : [`<circle cx="${round(place)}" cy="${round(scale.y(mean))}" r="2.2" fill="${palette.best}"/>`]),
  ];
};

const drawTinyBars = (
  points: readonly ResponsePoint[],
  scale: Scale,
  best: SourceValue | undefined,
  palette: ResponsePalette,
): readonly string[] => {
  const shown = points.slice(0, mostBars);
  const width = Math.min(3.5, (iconFrame.right - iconFrame.left) / shown.length - 0.8);
  return shown.map(({ value, mean }, i) => {
    const x = iconFrame.left + ((i + 0.5) * (iconFrame.right - iconFrame.left)) / shown.length;
    const y = Math.min(iconFrame.bottom - 1.5, scale.y(mean));
    return `<rect x="${round(x - width / 2)}" y="${round(y)}" width="${round(width)}" height="${round(iconFrame.bottom + 1 - y)}" fill="${value === best ? palette.best : palette.line}"/>`;
  });
};

/** A dot in the corner, or a larger one alone; it breathes where the person lets things move. */
const drawRunning = (corner: boolean, motion: ResponseIcon['motion'], palette: ResponsePalette): string => {
  const [x, y, r] = corner ? [13, 3, 2.6] : [8, 8, 3.5];
  const style =
    motion === 'off'
      ? ''
      : `<style>${motion === 'auto' ? '@media (prefers-reduced-motion: no-preference)' : '@media all'}{.run{animation:run 2s ease-in-out infinite}}@keyframes run{50%{opacity:.25}}</style>`;
  return `${style}<g class="run"><circle cx="${x}" cy="${y}" r="${r}" fill="none" stroke="${palette.text}" stroke-width="1.2"/><circle cx="${x}" cy="${y}" r="${r / 2.4}" fill="${palette.text}"/></g>`;
};

const pathOf = (points: readonly ResponsePoint[], scale: Scale): string =>
  points
    .flatMap(({ value, mean }) => {
      const x = scale.x(value);
      return x === undefined ? [] : [`${round(x)} ${round(scale.y(mean))}`];
    })
    .map((place, i) => `${i === 0 ? 'M' : 'L'}${place}`)
    .join('');

/** Between two points of the curve, along the line between them. */
const meanAt = (
  points: readonly ResponsePoint[],
  scale: Scale,
  place: number | undefined,
): number | undefined => {
  if (place === undefined) return undefined;
  const known = points.flatMap(({ value, mean }) => {
    const x = scale.x(value);
    return x === undefined ? [] : [{ x, mean }];
  });
  const next = known.findIndex(({ x }) => x >= place - 1e-9);
  const [before, after] = [known[next - 1], known[next]];
  if (after === undefined) return known.at(-1)?.mean;
  if (before === undefined || after.x === before.x) return after.mean;
  return before.mean + ((place - before.x) / (after.x - before.x)) * (after.mean - before.mean);
};

/** For a hover: the curve with its band, and where things stand. */
export interface ResponseDetails extends ResponseDrawing {
  /** The value in the source. */
  readonly present?: SourceValue;
  /** Values of trials that run now. */
  readonly running: readonly SourceValue[];
}

/** A picture, and its size in pixels. */
export interface ResponsePicture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const width = 320;
const height = 132;
const frame: Frame = { left: 54, right: width - 10, top: 8, bottom: 84 };
const fontSize = 11;
/** A little more than letters of this size take on average. */
const letterWidth = 6.4;

/** The expected metric by the parameter's values, with the band in which it lies with 95 % probability. */
export const drawResponse = (drawing: ResponseDetails, palette: ResponsePalette): ResponsePicture => {
  const { points } = drawing.insight;
  const scale = scaleOf(drawing, frame, true);
  const parts = [
    ...drawAxes(drawing, scale, palette),
    ...(drawing.isScale ? drawBand(points, scale, palette) : drawBars(points, scale, drawing, palette)),
    ...drawMarks(drawing, scale, palette),
    ...drawLegend(drawing, palette),
  ];
  return {
    svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="${fontSize}">${parts.join('')}</svg>`,
    width,
    height,
  };
};

const drawAxes = (drawing: ResponseDetails, scale: Scale, palette: ResponsePalette): readonly string[] => {
  const means = drawing.insight.points.map(({ mean }) => mean);
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const labels = scale.y(least) - scale.y(most) < fontSize + 2 ? [(least + most) / 2] : [least, most];
  const { left, right, bottom } = frame;
  return [
    `<path d="M${left} ${frame.top}V${bottom}H${right}" fill="none" stroke="${palette.faint}"/>`,
    ...labels.map((metric) =>
      label(formatNumber(Number(metric.toPrecision(3))), left - 5, scale.y(metric) + 4, 'end', palette.text),
    ),
    ...valueLabels(drawing, scale, palette),
  ];
};

const valueLabels = (
  { insight: { points }, isScale }: ResponseDetails,
  scale: Scale,
  palette: ResponsePalette,
): readonly string[] => {
  const y = frame.bottom + 14;
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  if (isScale)
    return [
      label(toShortValue(first.value), frame.left, y, 'start', palette.text),
      label(toShortValue(last.value), frame.right, y, 'end', palette.text),
    ];
  const cell = (frame.right - frame.left) / points.length;
  return points.map(({ value }) => {
    const text = toShortValue(value).replaceAll('"', '');
    const most = Math.max(1, Math.floor(cell / letterWidth));
    const shown = text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text;
    return label(shown, scale.x(value) ?? 0, y, 'middle', palette.text);
  });
};

const drawBand = (
  points: readonly ResponsePoint[],
  scale: Scale,
  palette: ResponsePalette,
): readonly string[] => {
  const edge = (point: ResponsePoint, sign: 1 | -1): string =>
    `${round(scale.x(point.value) ?? 0)} ${round(scale.y(point.mean + sign * 2 * point.sd))}`;
  const upper = points.map((point) => edge(point, 1));
  const lower = points.map((point) => edge(point, -1)).reverse();
  return [
    `<path d="M${[...upper, ...lower].join('L')}Z" fill="${palette.fill}"/>`,
    `<path d="${pathOf(points, scale)}" fill="none" stroke="${palette.line}" stroke-width="1.5" stroke-linejoin="round"/>`,
  ];
};

const drawBars = (
  points: readonly ResponsePoint[],
  scale: Scale,
  { best }: ResponseDetails,
  palette: ResponsePalette,
): readonly string[] =>
  points.flatMap(({ value, mean, sd }) => {
    const x = scale.x(value) ?? 0;
    const [top, middle, bottom] = [mean + 2 * sd, mean, mean - 2 * sd].map((metric) => scale.y(metric));
    const colour = value === best ? palette.best : palette.line;
    return [
      `<path d="M${round(x)} ${round(top ?? 0)}V${round(bottom ?? 0)}" stroke="${colour}" stroke-width="1.5"/>`,
      `<circle cx="${round(x)}" cy="${round(middle ?? 0)}" r="3.5" fill="${colour}"/>`,
    ];
  });

const drawMarks = (
  { insight: { points }, isScale, best, present, running }: ResponseDetails,
  scale: Scale,
  palette: ResponsePalette,
): readonly string[] => {
  const { top, bottom } = frame;
  const at = (value: SourceValue | undefined): number | undefined =>
    value === undefined ? undefined : scale.x(value);
  const [bestAt, presentAt] = [at(best), at(present)];
  const mean = isScale ? meanAt(points, scale, bestAt) : undefined;
  return [
    ...(presentAt === undefined
      ? []
      : [
          `<path d="M${round(presentAt)} ${top}V${bottom}" stroke="${palette.text}" stroke-dasharray="3 3"/>`,
        ]),
    ...(bestAt === undefined || mean === undefined
      ? []
      : [`<circle cx="${round(bestAt)}" cy="${round(scale.y(mean))}" r="3.5" fill="${palette.best}"/>`]),
    ...running.flatMap((value) => {
      const x = scale.x(value);
      return x === undefined
        ? []
        : [`<path d="M${round(x)} ${bottom - 7}V${bottom}" stroke="${palette.text}" stroke-width="2"/>`];
    }),
  ];
};

const drawLegend = (
  { best, present, running }: ResponseDetails,
  palette: ResponsePalette,
): readonly string[] => {
  const y = frame.bottom + 36;
  const parts: string[] = [];
  let x = frame.left;
  const add = (mark: string, text: string): void => {
    parts.push(mark, label(text, x + 12, y, 'start', palette.text));
    x += 20 + text.length * letterWidth;
  };
  if (best !== undefined)
    add(
      `<circle cx="${x + 4}" cy="${y - 4}" r="3.5" fill="${palette.best}"/>`,
      l10n.t('best {0}', shortened(best)),
    );
  if (present !== undefined)
    add(
      `<path d="M${x + 4} ${y - 10}V${y + 1}" stroke="${palette.text}" stroke-dasharray="3 3"/>`,
      l10n.t('now {0}', shortened(present)),
    );
  if (running.length > 0)
    add(`<path d="M${x + 4} ${y - 8}V${y}" stroke="${palette.text}" stroke-width="2"/>`, l10n.t('running'));
  return parts;
};

const shortened = (value: SourceValue): string => {
  const text = toShortValue(value);
  return text.length > 14 ? `${text.slice(0, 13)}…` : text;
};

const label = (
  text: string,
  x: number,
  y: number,
  anchor: 'start' | 'middle' | 'end',
  colour: string,
): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" fill="${colour}">${escaped(text)}</text>`;

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const round = (value: number): string => String(Math.round(10 * value) / 10);
