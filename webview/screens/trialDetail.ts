import type { StudyView, TrialView } from '../../src/protocol/index.ts';
import { corruptAdvice, corruptWords, formatNumber, trialStateWords } from '../../src/protocol/index.ts';
import { el, setAttribute, setChildren, setText } from '../dom.ts';
import { formatResult, formatValue } from '../format.ts';
import { icon } from '../icons.ts';
import { collectTrialActions } from '../selectors.ts';
import { createButton } from './button.ts';

export interface TrialDetailProps {
  readonly study: StudyView;
  readonly trial: TrialView | undefined;
  /** Trial 0, to show what differs from a person's own values. */
  readonly baseline: TrialView | undefined;
  readonly pending: ReadonlySet<string>;
}

export interface TrialDetailEvents {
  onInsert(trial: number): void;
  onPreview(trial: number): void;
  onCopyAs(trial: number): void;
  onStop(trial: number): void;
  onShowOutput(trial: number): void;
  onClose(): void;
}

export interface TrialDetail {
  readonly root: HTMLElement;
  update(props: TrialDetailProps): void;
  focus(): void;
}

/** All that is known of the trial chosen in the table, and what can be done with it. */
export const createTrialDetail = (events: TrialDetailEvents): TrialDetail => {
  let trial: TrialView | undefined;
  let drawn:
    | { readonly trial: TrialView; readonly baseline: TrialView | undefined; readonly best: boolean }
    | undefined;
  const withTrial = (act: (number: number) => void) => () => {
    if (trial) act(trial.number);
  };
  const title = el('h2', { class: 'detail-title' });
  const result = el('span', { class: 'detail-result' });
  const insert = createButton({
    label: 'Insert values',
    icon: 'insert',
    title: 'Write the values of this trial into the source',
    onPress: withTrial(events.onInsert),
  });
  const preview = createButton({
    label: 'Preview',
    icon: 'compare',
    title: 'Show what inserting the values of this trial would change in the source',
    onPress: withTrial(events.onPreview),
  });
  const copy = createButton({
    label: 'Copy as…',
    icon: 'copy',
    title: 'Copy the values of this trial as flags, Python, JSON, YAML and more',
    onPress: withTrial(events.onCopyAs),
  });
  const stop = createButton({ label: 'Stop trial', icon: 'stop', onPress: withTrial(events.onStop) });
  const output = createButton({
    label: 'Show output',
    icon: 'terminal',
    onPress: withTrial(events.onShowOutput),
  });
  const close = el(
    'vscode-button',
    { appearance: 'icon', 'aria-label': 'Close details', title: 'Close details (Escape)' },
    [icon('cross')],
    { click: events.onClose },
  );
  const content = el('div', { class: 'detail-content', tabindex: -1 });
  const root = el('section', { class: 'detail', 'aria-label': 'Trial details', hidden: true }, [
    el('div', { class: 'detail-head' }, [
      title,
      result,
      el('div', { class: 'controls' }, [
        insert.element,
        preview.element,
        copy.element,
        stop.element,
        output.element,
        close,
      ]),
    ]),
    content,
  ]);
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') events.onClose();
  });
  return {
    root,
    update: (props) => {
      trial = props.trial;
      setAttribute(root, 'hidden', trial === undefined);
      if (trial === undefined) return;
      const actions = collectTrialActions(trial);
      const busy = (action: string): 'busy' | 'enabled' =>
        props.pending.has(`${action}:${props.trial?.number}`) ? 'busy' : 'enabled';
      insert.update(actions.insert ? busy('insert') : 'disabled');
      preview.update(actions.insert ? busy('preview') : 'disabled');
      copy.update(actions.insert ? busy('copyAs') : 'disabled');
      stop.update(actions.stop ? busy('stopTrial') : 'hidden');
      output.update(actions.showOutput ? busy('showOutput') : 'disabled');
      const best = props.study.best === trial.number;
      if (drawn?.trial === trial && drawn.baseline === props.baseline && drawn.best === best) return;
      drawn = { trial, baseline: props.baseline, best };
      setText(title, `Trial ${trial.number}`);
      setText(result, describeResult(props.study, trial, best));
      setChildren(content, collectSections(trial, props.baseline));
    },
    focus: () => {
      // The first button that can be used; failing that, the text.
      const target = [insert.element, stop.element, output.element].find(
        (element) => !element.hasAttribute('disabled') && !element.hasAttribute('hidden'),
      );
      (target ?? content).focus();
    },
  };
};

const describeResult = (study: StudyView, trial: TrialView, best: boolean): string => {
  const values = study.objectives.flatMap(({ metric }, index) => {
    const value = trial.values?.[index];
    return value === undefined ? [] : [`${metric} ${formatResult(value)}`];
  });
  const attempt = trial.attempt > 1 ? [`attempt ${trial.attempt}`] : [];
  return [trialStateWords[trial.state], ...values, ...(best ? ['the best'] : []), ...attempt].join(' · ');
};

const collectSections = (trial: TrialView, baseline: TrialView | undefined): readonly Node[] => {
  const sections: Node[] = [];
  if (trial.message !== undefined)
    sections.push(
      section('What happened', el('pre', { class: 'message-detail', tabindex: 0 }, [trial.message]), 'wide'),
    );
  if (trial.corrupt !== undefined)
    sections.push(
      section('Not read', el('p', {}, [`${corruptWords(trial.corrupt)}. ${corruptAdvice}`]), 'wide'),
    );
  sections.push(section('Values', parameterList(trial, baseline)));
  const metrics = Object.entries(trial.metrics);
  if (metrics.length > 0)
    sections.push(
      section('Last reported', list(metrics.map(([name, value]) => [name, formatNumber(value)]))),
    );
  if (trial.reason !== '') sections.push(section('Why this trial', el('p', {}, [trial.reason])));
  return sections;
};

const parameterList = (trial: TrialView, baseline: TrialView | undefined): Node => {
  const entries = Object.entries(trial.params).map(([name, value]): ListEntry => {
    const own = trial.number === 0 ? undefined : baseline?.params[name];
    const isOwn = own === undefined || JSON.stringify(own) === JSON.stringify(value);
    const note = isOwn ? undefined : `yours: ${formatValue(own)}`;
    return [name, formatValue(value), note];
  });
  return entries.length > 0 ? list(entries) : el('p', {}, ['None yet.']);
};

type ListEntry = readonly [name: string, value: string, note?: string | undefined];

const list = (entries: readonly ListEntry[]): HTMLElement =>
  el(
    'dl',
    { class: 'facts' },
    entries.flatMap(([name, value, note]) => [
      el('dt', {}, [name]),
      el('dd', {}, [value]),
      el('dd', { class: 'note' }, [note]),
    ]),
  );

const section = (heading: string, body: Node, extra = ''): HTMLElement =>
  el('div', { class: `detail-section ${extra}`.trimEnd() }, [el('h3', {}, [heading]), body]);
