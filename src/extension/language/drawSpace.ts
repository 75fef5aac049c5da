import {
  type CompositeShape,
  fromUnit,
  gridValues,
  type ItemRange,
  type Parameter,
  type ParamValue,
  type SourceValue,
  toUnit,
} from '../../engine/index.ts';
import { toShortValue } from '../state/words.ts';

/** Colours of a picture; it cannot know the editor's theme by itself. */
export interface Palette {
  readonly text: string;
  readonly faint: string;
  readonly fill: string;
  readonly line: string;
  readonly best: string;
}

/** `highContrast` on white when `light` too. All reach 4.5:1 on the usual backgrounds, faint ones are only strokes. */
export const paletteOf = (theme: { readonly light: boolean; readonly highContrast: boolean }): Palette => {
  if (theme.highContrast)
    return theme.light
      ? { text: '#000000', faint: '#000000', fill: '#0f4a8540', line: '#0f4a85', best: '#8a3d00' }
      : { text: '#ffffff', faint: '#ffffff', fill: '#6fc3df40', line: '#6fc3df', best: '#ffd602' };
  return theme.light
    ? { text: '#3b3b3b', faint: '#8c8c8c', fill: '#0063b133', line: '#0063b1', best: '#a04900' }
    : { text: '#cccccc', faint: '#7a7a7a', fill: '#4daafc40', line: '#4daafc', best: '#e2b340' };
};

export interface Drawn {
  readonly present?: SourceValue;
  readonly best?: SourceValue;
}

/** A picture, and its size in pixels. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const width = 320;
const margin = 12;
const inner = width - 2 * margin;
/** Above the axis. */
const plotHeight = 34;
const top = 6;
const axis = top + plotHeight;
const fontSize = 11;
/** A little more than letters of this size take on average, so that nothing is cut off. */
const letterWidth = 6.4;

/** How likely each value is before anything is known, drawn by the engine's own encoding of the space. */
export const drawRange = (range: ItemRange, drawn: Drawn, palette: Palette): Picture =>
  range.kind === 'int' || range.kind === 'float'
    ? drawNumbers({ ...range, name: '' }, drawn, palette)
    : drawChips(range.kind === 'bool' ? [true, false] : range.choices, drawn, palette);

export const drawShape = (shape: CompositeShape, drawn: Drawn, palette: Palette): Picture => {
  switch (shape.kind) {
    case 'list':
      return drawRange(shape.item, {}, palette);
    case 'permutation':
    case 'subset':
      return drawChips(shape.choices, drawn, palette);
    case 'simplex':
      return drawShares(drawn, palette);
  }
};

type NumberParameter = Parameter & { readonly kind: 'int' | 'float' };

const drawNumbers = (parameter: NumberParameter, drawn: Drawn, palette: Palette): Picture => {
  const scale = scaleOf(parameter);
  const height = axis + 34;
  const { low, high } = parameter;
  const label = (text: string, x: number, anchor: 'start' | 'end', y: number, fill: string): string =>
    `<text x="${round(x)}" y="${y}" text-anchor="${anchor}" fill="${fill}">${escaped(text)}</text>`;
  const parts = [
    drawDensity(parameter, scale, palette),
    `<path d="M${margin} ${axis}H${width - margin}" stroke="${palette.faint}"/>`,
    ...(scale.isLog ? powersOfTen(low, high).map((value) => tick(scale.x(value), palette.faint)) : []),
    label(toShortValue(low), margin, 'start', axis + 14, palette.text),
    label(toShortValue(high), width - margin, 'end', axis + 14, palette.text),
    ...markers(drawn, scale.x, palette),
    ...legend(drawn, axis + 28, palette),
  ];
  return picture(parts, height);
};

interface Scale {
  readonly isLog: boolean;
  x(value: number): number;
  valueAt(share: number): number;
}

const scaleOf = ({ low, high, log, factor }: NumberParameter): Scale => {
  const isLog = (log || factor !== undefined) && low > 0;
  const to = isLog ? Math.log : (value: number): number => value;
  const from = isLog ? Math.exp : (place: number): number => place;
  const [a, b] = [to(low), to(high)];
  const span = b - a || 1;
  return {
    isLog,
    x: (value) => margin + inner * Math.min(1, Math.max(0, (to(value) - a) / span)),
    valueAt: (share) => from(a + share * span),
  };
};

/** More values than this are drawn as an area. */
const mostBars = 64;

const drawDensity = (parameter: NumberParameter, scale: Scale, palette: Palette): string => {
  const values = gridValues(parameter)?.filter((value) => typeof value === 'number');
  if (values !== undefined && values.length <= mostBars) {
    const shares = sharesOf(parameter, values);
    const most = Math.max(...shares);
    const barWidth = Math.max(1.5, Math.min(6, inner / values.length / 2));
    return values
      .map((value, i) => {
        const size = heightOf((shares[i] ?? 0) / most, parameter.prior !== undefined);
        return `<rect x="${round(scale.x(value) - barWidth / 2)}" y="${round(axis - size)}" width="${round(barWidth)}" height="${round(size)}" fill="${palette.line}"/>`;
      })
      .join('');
  }
  const cells = 80;
  const densities = Array.from({ length: cells }, (_, i) => {
    const [from, to] = [scale.valueAt(i / cells), scale.valueAt((i + 1) / cells)];
    return Math.max(0, toUnit(parameter, to) - toUnit(parameter, from));
  });
  const smooth = parameter.kind === 'float' && parameter.step === undefined;
  const most = Math.max(...densities) || 1;
  const points = densities.map((density, i) => {
    const share = smooth ? density / most : parameter.prior === undefined ? 1 : density / most;
    return `${round(margin + (inner * (i + 0.5)) / cells)} ${round(axis - heightOf(share, parameter.prior !== undefined))}`;
  });
  const first = points[0]?.split(' ')[1] ?? axis;
  const last = points.at(-1)?.split(' ')[1] ?? axis;
  const line = `M${margin} ${first}L${points.join('L')}L${width - margin} ${last}`;
  return `<path d="${line}V${axis}H${margin}Z" fill="${palette.fill}"/><path d="${line}" fill="none" stroke="${palette.line}" stroke-width="1.5"/>`;
};

/** Where nothing is expected anywhere in particular, a level line half-way up says so better than one at the top. */
const heightOf = (share: number, hasPrior: boolean): number => plotHeight * share * (hasPrior ? 1 : 0.6);

const draws = 4096;

/** How often each value comes of evenly spread places, which is how often a sampler without knowledge draws it. */
const sharesOf = (parameter: Parameter, values: readonly ParamValue[]): readonly number[] => {
  const counts = new Map<ParamValue, number>();
  for (let i = 0; i < draws; i++) {
    const value = fromUnit(parameter, (i + 0.5) / draws);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return values.map((value) => (counts.get(value) ?? 0) / draws);
};

const mostTicks = 12;

const powersOfTen = (low: number, high: number): readonly number[] => {
  const first = Math.ceil(Math.log10(low));
  const last = Math.floor(Math.log10(high));
  const every = Math.max(1, Math.ceil((last - first) / mostTicks));
  return Array.from({ length: Math.max(0, Math.floor((last - first) / every) + 1) }, (_, i) =>
    Number(`1e${first + i * every}`),
  );
};

const tick = (x: number, stroke: string): string => `<path d="M${round(x)} ${axis}v4" stroke="${stroke}"/>`;

const markers = ({ present, best }: Drawn, x: (value: number) => number, palette: Palette): string[] => {
  const parts: string[] = [];
  if (typeof present === 'number') parts.push(ring(x(present), axis, palette));
  if (typeof best === 'number') parts.push(diamond(x(best), axis, palette));
  return parts;
};

const ring = (x: number, y: number, { text, fill }: Palette): string =>
  `<circle cx="${round(x)}" cy="${y}" r="4" fill="${fill}" stroke="${text}" stroke-width="1.5"/>`;

const diamond = (x: number, y: number, { best }: Palette): string =>
  `<path d="M${round(x)} ${y - 5}l4.5 5l-4.5 5l-4.5 -5Z" fill="${best}"/>`;

/** Which mark is which, with the values: marks may lie on one another. */
const legend = ({ present, best }: Drawn, y: number, palette: Palette): string[] => {
  const parts: string[] = [];
  let x = margin + 5;
  const add = (mark: string, text: string): void => {
    parts.push(mark, `<text x="${x + 9}" y="${y}" fill="${palette.text}">${escaped(text)}</text>`);
    x += 9 + text.length * letterWidth + 18;
  };
  if (present !== undefined) add(ring(x, y - 4, palette), `now ${shortened(toShortValue(present))}`);
  if (best !== undefined) add(diamond(x, y - 4, palette), `best ${shortened(toShortValue(best))}`);
  return parts;
};

const mostChips = 24;
const chipHeight = 20;
const gap = 6;

const drawChips = (choices: readonly ParamValue[], drawn: Drawn, palette: Palette): Picture => {
  let x = margin;
  let y = top;
  const shown = choices.slice(0, mostChips);
  const isIn = (value: ParamValue, of: SourceValue | undefined): boolean =>
    of !== undefined && (Array.isArray(of) ? of.includes(value) : of === value);
  const place = (text: string): { readonly x: number; readonly y: number; readonly width: number } => {
    const chip = Math.min(inner, text.length * letterWidth + 14);
    if (x + chip > width - margin) {
      x = margin;
      y += chipHeight + gap;
    }
    const at = { x, y, width: chip };
    x += chip + gap;
    return at;
  };
  const chips = shown.map((choice) => {
    const text = shortened(toShortValue(choice), 40);
    const at = place(text);
    const [isNow, isBest] = [isIn(choice, drawn.present), isIn(choice, drawn.best)];
    const stroke = isBest ? palette.best : isNow ? palette.text : palette.faint;
    return [
      `<rect x="${round(at.x)}" y="${at.y}" width="${round(at.width)}" height="${chipHeight}" rx="4" fill="${isBest || isNow ? palette.fill : 'none'}" stroke="${stroke}" stroke-width="${isBest || isNow ? 2 : 1}"/>`,
      `<text x="${round(at.x + at.width / 2)}" y="${at.y + 14}" text-anchor="middle" fill="${palette.text}">${escaped(text)}</text>`,
    ].join('');
  });
  if (choices.length > shown.length) {
    const text = `+${choices.length - shown.length}`;
    const at = place(text);
    chips.push(`<text x="${round(at.x)}" y="${at.y + 14}" fill="${palette.text}">${text}</text>`);
  }
  const marks = drawn.present === undefined && drawn.best === undefined ? 0 : 20;
  const bottom = y + chipHeight + 6 + marks;
  return picture([...chips, ...legend(drawn, bottom - 6, palette)], bottom);
};

/** The shares of the present value, and below those of the best one. */
const drawShares = (drawn: Drawn, palette: Palette): Picture => {
  const bars = [drawn.present, drawn.best].flatMap((value, i) =>
    Array.isArray(value) ? [{ value: value.map(Number), isBest: i === 1 }] : [],
  );
  const parts = bars.map(({ value, isBest }, row) => {
    const total = value.reduce((sum, each) => sum + each, 0) || 1;
    let x = margin;
    return value
      .map((share) => {
        const size = (inner * Math.max(0, share)) / total;
        const part = `<rect x="${round(x)}" y="${top + row * 20}" width="${round(size)}" height="14" fill="${palette.fill}" stroke="${isBest ? palette.best : palette.line}"/>`;
        x += size;
        return part;
      })
      .join('');
  });
  const bottom = top + Math.max(1, bars.length) * 20 + 20;
  return picture([...parts, ...legend(drawn, bottom - 6, palette)], bottom);
};

const picture = (parts: readonly string[], height: number): Picture => ({
  width,
  height,
  svg: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="${fontSize}">${parts.join('')}</svg>`,
});

const round = (value: number): number => Number(value.toFixed(1));

const shortened = (text: string, most = 18): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    // Characters that XML cannot hold, and halves of pairs.
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ');
