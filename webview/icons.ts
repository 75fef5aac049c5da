import type { TrialState } from '../src/engine/index.ts';

const svg = 'http://www.w3.org/2000/svg';

/** Outlines in a box of 16; our own, drawn in the colour of the text around them. Filled unless `stroke`. */
const shapes = {
  check: { stroke: true, path: 'M3 8.5l3.2 3.2L13 4.8' },
  cross: { stroke: true, path: 'M4 4l8 8M12 4l-8 8' },
  play: { stroke: false, path: 'M4.5 2.8v10.4l8.5-5.2z' },
  pause: { stroke: false, path: 'M4 3h3v10H4zM9 3h3v10H9z' },
  stop: { stroke: false, path: 'M3.5 3.5h9v9h-9z' },
  clock: { stroke: true, path: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 5v3.2l2.2 1.4' },
  arc: { stroke: true, path: 'M8 2.5a5.5 5.5 0 1 1-5.5 5.5' },
  skip: { stroke: true, path: 'M3 4l4.5 4L3 12M8 4l4.5 4L8 12M14 3.5v9' },
  ban: { stroke: true, path: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 4.2l7.6 7.6' },
  star: { stroke: false, path: 'M8 1.8l1.9 4 4.4.6-3.2 3 .8 4.4L8 11.7l-3.9 2.1.8-4.4-3.2-3 4.4-.6z' },
  starOutline: {
    stroke: true,
    path: 'M8 2.6l1.6 3.5 3.9.5-2.8 2.7.7 3.8L8 11.2l-3.4 1.9.7-3.8-2.8-2.7 3.9-.5z',
  },
  insert: { stroke: true, path: 'M8 2v7.5M4.8 6.5L8 9.8l3.2-3.3M2.5 13h11' },
  copy: { stroke: true, path: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3' },
  compare: { stroke: true, path: 'M2.5 2.5h4.5v11H2.5zM9 2.5h4.5v11H9zM4 6h1.5M10.5 6H12M10.5 9H12' },
  save: { stroke: true, path: 'M8 10V2.5M4.8 5.5L8 2.3l3.2 3.2M3 9v4.5h10V9' },
  target: {
    stroke: true,
    path: 'M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4',
  },
  terminal: { stroke: true, path: 'M2.5 3.5l4 4.5-4 4.5M8 12.5h5.5' },
  up: { stroke: true, path: 'M4 10l4-4 4 4' },
  down: { stroke: true, path: 'M4 6l4 4 4-4' },
} as const;

export type IconName = keyof typeof shapes;

export const trialStateIcons: Readonly<Record<TrialState, IconName>> = {
  waiting: 'clock',
  running: 'arc',
  paused: 'pause',
  complete: 'check',
  pruned: 'skip',
  failed: 'cross',
  stopped: 'ban',
};

/** A picture beside words; hidden from screen readers, which read the words. */
export const icon = (name: IconName): SVGSVGElement => {
  const shape = shapes[name];
  const element = document.createElementNS(svg, 'svg');
  element.setAttribute('viewBox', '0 0 16 16');
  element.setAttribute('aria-hidden', 'true');
  element.setAttribute('class', `icon icon-${name}${shape.stroke ? ' icon-stroke' : ''}`);
  const path = document.createElementNS(svg, 'path');
  path.setAttribute('d', shape.path);
  element.append(path);
  return element;
};
