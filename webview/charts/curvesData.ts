import type { Objective } from '../../src/engine/index.ts';
import type { StudyView, TrialView } from '../../src/protocol/index.ts';
import { formatCount } from '../../src/protocol/index.ts';
import type { Point } from './historyData.ts';

export interface Curve {
  readonly number: number;
  readonly role: 'best' | 'baseline' | 'pruned' | 'other';
  readonly points: readonly Point[];
}

export interface CurvesData {
  readonly objective: Objective;
  /** Drawn in this order: those that matter last, on top. */
  readonly curves: readonly Curve[];
  /** Trials that have a curve. */
  readonly total: number;
}

/** More lines than this cannot be told apart, and cost time to draw. */
export const mostCurves = 60;

/** What the newest trials reported step by step, with the best and the baseline; a curve has two points at least. */
export const collectCurves = (study: StudyView, trials: readonly TrialView[]): CurvesData | undefined => {
  const objective = study.objectives[0];
  if (objective === undefined) return undefined;
  const drawable = trials.filter(({ intermediate }) => intermediate.length > 1);
  const isSpecial = ({ number }: TrialView): boolean => number === 0 || number === study.best;
  const special = drawable.filter(isSpecial);
  const others = drawable.filter((trial) => !isSpecial(trial)).slice(-(mostCurves - special.length));
  const curves = [
    ...others,
    ...special.sort((a, b) => Number(a.number === study.best) - Number(b.number === study.best)),
  ];
  return { objective, curves: curves.map((trial) => toCurve(trial, study.best)), total: drawable.length };
};

const toCurve = (trial: TrialView, best: number | undefined): Curve => ({
  number: trial.number,
  role:
    trial.number === best
      ? 'best'
      : trial.number === 0
        ? 'baseline'
        : trial.state === 'pruned'
          ? 'pruned'
          : 'other',
  points: trial.intermediate
    .filter(({ value }) => Number.isFinite(value))
    .map(({ step, value }) => ({ x: step, y: value })),
});

export const describeCurves = ({ objective, curves, total }: CurvesData): string => {
  const shown = curves.length < total ? `, the newest ${curves.length} of ${total}` : '';
  const steps = Math.max(...curves.map(({ points }) => points.length));
  const pruned = curves.filter(({ role }) => role === 'pruned').length;
  const early = pruned > 0 ? ` ${formatCount(pruned, 'trial')} stopped early.` : '';
  return `${objective.metric} step by step for ${formatCount(curves.length, 'trial')}${shown}, up to ${formatCount(steps, 'step')}.${early}`;
};
