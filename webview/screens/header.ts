import type { StudyState } from '../../src/engine/index.ts';
import { formatNumber } from '../../src/protocol/index.ts';
import { el, setAttribute, setChildren, setText } from '../dom.ts';
import { formatElapsed, formatResult, studyStateTitle } from '../format.ts';
import { type IconName, icon } from '../icons.ts';
import { collectBest, collectProgress, collectStudyActions } from '../selectors.ts';
import type { PanelModel } from '../store.ts';
import { createButton } from './button.ts';

export type StudyAction = 'pause' | 'resume' | 'stop' | 'insertBest' | 'exportStudy' | 'chooseObjective';

export interface HeaderProps {
  readonly model: PanelModel;
  readonly elapsedMs: number;
  /** Actions asked for and not answered yet. */
  readonly pending: ReadonlySet<string>;
}

export interface Header {
  readonly root: HTMLElement;
  update(props: HeaderProps): void;
}

const stateIcons: Readonly<Record<StudyState, IconName>> = {
  running: 'arc',
  'needs-objective': 'target',
  paused: 'pause',
  complete: 'check',
  stopped: 'stop',
  failed: 'cross',
};

/** Name, state, what can be done, and the few figures that say how it goes. */
export const createHeader = (onAction: (action: StudyAction) => void): Header => {
  const name = el('h1', { class: 'study-name' });
  const badge = el('span', { class: 'badge', role: 'status' });
  const buttons = {
    chooseObjective: createButton({
      label: 'Choose what to optimise',
      icon: 'target',
      primary: true,
      onPress: () => onAction('chooseObjective'),
    }),
    pause: createButton({
      label: 'Pause',
      icon: 'pause',
      title: 'Start no new trials; running ones go on',
      onPress: () => onAction('pause'),
    }),
    resume: createButton({ label: 'Resume', icon: 'play', onPress: () => onAction('resume') }),
    stop: createButton({
      label: 'Stop',
      icon: 'stop',
      title: 'End the study and its running trials',
      onPress: () => onAction('stop'),
    }),
    insertBest: createButton({
      label: 'Insert best',
      icon: 'insert',
      primary: true,
      title: 'Write the best values into the source',
      onPress: () => onAction('insertBest'),
    }),
    exportStudy: createButton({
      label: 'Export',
      icon: 'save',
      title: 'Save all trials as CSV or JSON',
      onPress: () => onAction('exportStudy'),
    }),
  };
  const controls = el(
    'div',
    { class: 'controls', role: 'toolbar', 'aria-label': 'Study' },
    Object.values(buttons).map(({ element }) => element),
  );
  const stats = {
    trials: createStat('Trials'),
    best: createStat('Best'),
    baseline: createStat('Your values'),
    elapsed: createStat('Elapsed'),
    how: createStat('Sampler'),
  };
  const bar = el('div', { class: 'progress-bar' });
  const progress = el(
    'div',
    { class: 'progress', role: 'progressbar', 'aria-label': 'Finished trials', 'aria-valuemin': 0 },
    [bar],
  );
  const root = el('header', { class: 'header' }, [
    el('div', { class: 'title-row' }, [name, badge, controls]),
    el(
      'dl',
      { class: 'stats' },
      Object.values(stats).map(({ root: stat }) => stat),
    ),
    progress,
  ]);
  let shownState: StudyState | undefined;

  const updateBadge = (state: StudyState, drivenBy: string | undefined): void => {
    if (state !== shownState) {
      shownState = state;
      setChildren(badge, [icon(stateIcons[state]), el('span')]);
      badge.className = `badge badge-${state}`;
    }
    const words = badge.querySelector('span');
    if (words) setText(words, studyStateTitle(state) + (drivenBy === undefined ? '' : ' elsewhere'));
    setAttribute(
      badge,
      'title',
      drivenBy === undefined ? undefined : `Driven by ${drivenBy}, which does what you ask for here.`,
    );
  };

  return {
    root,
    update: ({ model, elapsedMs, pending }) => {
      const { study } = model;
      if (study === undefined) return;
      setText(name, study.name);
      setAttribute(name, 'title', study.script);
      updateBadge(study.state, study.drivenBy);
      const actions = collectStudyActions(study);
      const show = (action: StudyAction, otherwise: 'disabled' | 'hidden'): void =>
        buttons[action].update(actions[action] ? (pending.has(action) ? 'busy' : 'enabled') : otherwise);
      show('chooseObjective', 'hidden');
      // Pause and Resume share a place: the one that makes sense is there.
      show('pause', actions.resume || study.state !== 'running' ? 'hidden' : 'disabled');
      show('resume', 'hidden');
      show(
        'stop',
        study.state === 'complete' || study.state === 'stopped' || study.state === 'failed'
          ? 'hidden'
          : 'disabled',
      );
      show('insertBest', actions.chooseObjective ? 'hidden' : 'disabled');
      show('exportStudy', 'disabled');

      const { finished, budget, share } = collectProgress(study);
      const { running, failed } = study.counts;
      const notes = [running > 0 && `${running} running`, failed > 0 && `${failed} failed`].filter(Boolean);
      stats.trials.update(
        budget === undefined ? String(finished) : `${finished}/${budget}`,
        notes.join(', '),
      );
      setAttribute(progress, 'aria-valuemax', budget);
      setAttribute(progress, 'aria-valuenow', finished);
      setAttribute(progress, 'hidden', share === undefined);
      bar.style.width = `${(share ?? 0) * 100}%`;
      progress.className = `progress progress-${study.state}`;

      const best = collectBest(model);
      const metric = study.objectives[0]?.metric;
      stats.best.update(
        best ? formatResult(best.value) : '–',
        best ? `${best.objective.metric}, trial ${best.trial.number}` : (metric ?? ''),
      );
      stats.baseline.update(
        best?.baseline === undefined ? undefined : formatResult(best.baseline),
        best ? describeGain(best.value, best.baseline) : '',
      );
      stats.elapsed.update(formatElapsed(elapsedMs), '');
      stats.how.update(study.sampler.name, `${study.parallel} at a time`);
    },
  };
};

const describeGain = (best: number, baseline: number | undefined): string => {
  const gain = baseline === undefined ? 0 : best - baseline;
  return gain === 0 || !Number.isFinite(gain)
    ? ''
    : `best: ${gain > 0 ? '+' : ''}${formatNumber(Number(gain.toPrecision(3)))}`;
};

interface Stat {
  readonly root: HTMLElement;
  /** `undefined` hides it. */
  update(value: string | undefined, note: string): void;
}

const createStat = (label: string): Stat => {
  const value = el('span', { class: 'stat-value' });
  const note = el('span', { class: 'stat-note' });
  const root = el('div', { class: 'stat' }, [el('dt', {}, [label]), el('dd', {}, [value, note])]);
  return {
    root,
    update: (text, more) => {
      setAttribute(root, 'hidden', text === undefined);
      setText(value, text ?? '');
      setText(note, more);
    },
  };
};
