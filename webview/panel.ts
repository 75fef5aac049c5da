import type { PanelState, RpcPort } from '../src/protocol/index.ts';
import { onThemeChange, readChartTheme } from './charts/theme.ts';
import { el, setAttribute, setText } from './dom.ts';
import { createStudyFeed, type FeedState } from './feed.ts';
import { createImportanceFeed } from './importanceFeed.ts';
import { createCharts } from './screens/charts.ts';
import { createHeader } from './screens/header.ts';
import { createMessages, type MessageView } from './screens/messages.ts';
import { createTabs } from './screens/tabs.ts';
import { createTrials } from './screens/trials.ts';
import { emptyModel, initialChoices, type PanelModel, type ViewChoices } from './store.ts';
import { type StudyActionRequest, toRequest } from './studyRequests.ts';

/** What the page has of the editor. */
export interface PanelHost {
  readonly port: RpcPort;
  getState(): PanelState | undefined;
  setState(state: PanelState): void;
}

/** Milliseconds between two drawings of the charts while results come in. */
const chartInterval = 250;

/** Builds the page in `root` and keeps it up to date for as long as the page lives. */
export const startPanel = (root: HTMLElement, host: PanelHost): void => {
  const saved = host.getState();
  let feedState: FeedState = { studyId: saved?.study ?? null, model: emptyModel, connected: false };
  let choices: ViewChoices = { ...initialChoices, tab: saved?.tab ?? initialChoices.tab };
  let failure: string | undefined;
  let studySeenAtMs = 0;
  let slow = false;
  let theme = readChartTheme();
  const pending = new Set<string>();
  const wideQuery = matchMedia('(min-width: 720px)');

  const feed = createStudyFeed(host.port, feedState.studyId, {
    onChange: (next) => {
      if (next.model.study !== feedState.model.study) studySeenAtMs = performance.now();
      if (next.studyId !== feedState.studyId) choices = { ...initialChoices, tab: choices.tab };
      feedState = next;
      save();
      schedule();
    },
    onFailure: (text) => fail(text),
  });
  const importance = createImportanceFeed(
    (study) => feed.rpc.request('importance', { study }),
    () => schedule(),
  );

  const save = (): void => host.setState({ study: feedState.studyId, tab: choices.tab });
  const fail = (text: string | undefined): void => {
    failure = text;
    schedule();
  };
  const choose = (next: Partial<ViewChoices>): void => {
    choices = { ...choices, ...next };
    save();
    schedule();
  };
  const act = async (action: StudyActionRequest): Promise<void> => {
    const { study } = feedState.model;
    if (study === undefined || pending.has(action.key)) return;
    pending.add(action.key);
    fail(undefined);
    try {
      await action.send(feed.rpc, study);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    } finally {
      pending.delete(action.key);
      schedule();
    }
  };

  const header = createHeader((action) => void act(toRequest.study(action)));
  const messages = createMessages(() => fail(undefined));
  const trials = createTrials({
    onSort: (sort) => choose({ sort }),
    onSelect: (selected) => choose({ selected }),
    onInsert: (trial) => void act(toRequest.insert(trial)),
    onStop: (trial) => void act(toRequest.stopTrial(trial)),
    onPreview: (trial) => void act(toRequest.preview(trial)),
    onCopyAs: (trial) => void act(toRequest.copyAs(trial)),
    onShowOutput: (trial) => void act(toRequest.showOutput(trial)),
  });
  const charts = createCharts({
    onPick: (selected) => choose({ selected, tab: 'trials' }),
    onLogScale: (logScale) => choose({ logScale }),
  });
  const tabs = createTabs(
    { trials: trials.root, history: charts.history, importance: charts.importance },
    (tab) => choose({ tab }),
  );
  const empty = el('p', { class: 'empty', role: 'status' });
  const page = el('div', { class: 'page' }, [
    header.root,
    messages.root,
    tabs.root,
    el('main', { class: 'body' }, [
      el('div', { class: 'charts' }, [charts.history, charts.importance]),
      trials.root,
    ]),
  ]);
  root.replaceChildren(empty, page);

  const drawCharts = atMostEvery(chartInterval, () => schedule());
  const render = (): void => {
    const { model } = feedState;
    const { study } = model;
    const wide = wideQuery.matches;
    setAttribute(page, 'hidden', study === undefined);
    setAttribute(empty, 'hidden', study !== undefined && failure === undefined);
    setText(empty, study === undefined ? (failure ?? describeEmpty(feedState, slow)) : '');
    if (study === undefined) return;
    const sinceMs = study.state === 'running' ? performance.now() - studySeenAtMs : 0;
    header.update({ model, elapsedMs: study.elapsedMs + sinceMs, pending });
    messages.showStudy(toStudyMessage(model));
    messages.showFailure(failure);
    tabs.update(choices.tab, wide);
    trials.update({ model, choices, pending, nowMs: Date.now() });
    if (wide || choices.tab === 'importance') importance.follow(study);
    const { tab, logScale } = choices;
    drawCharts([model.trials, study.state, study.best, importance.view, tab, wide, logScale, theme], () =>
      charts.update({ model, importance: importance.view, logScale, theme }),
    );
  };
  const schedule = onceAFrame(render);

  wideQuery.addEventListener('change', () => schedule());
  onThemeChange(() => {
    theme = readChartTheme();
    schedule();
  });
  document.addEventListener('visibilitychange', () => {
    // Messages to a hidden page are lost.
    if (document.visibilityState === 'visible') void feed.catchUp();
  });
  setInterval(() => {
    if (feedState.model.study?.state === 'running') schedule();
  }, 1_000);
  setTimeout(() => {
    slow = true;
    schedule();
  }, 400);
  schedule();
  void feed.catchUp();
};

const describeEmpty = ({ connected, studyId, model }: FeedState, slow: boolean): string => {
  if (!connected) return slow ? 'Loading…' : '';
  if (model.removed) return 'This study was removed.';
  return studyId === null
    ? 'No study is open. Right-click a Python script and choose “Tune this script”.'
    : 'This study is not there any more.';
};

const toStudyMessage = ({ study }: PanelModel): MessageView | undefined => {
  if (study === undefined) return undefined;
  if (study.message !== undefined && study.message.trim() !== '') {
    const tone =
      study.state === 'failed'
        ? 'error'
        : study.state === 'running' || study.state === 'complete'
          ? 'info'
          : 'warning';
    return { tone, text: study.message };
  }
  if (study.state !== 'needs-objective') return undefined;
  const seen = study.metricsSeen.map(({ metric }) => metric).join(', ');
  const text =
    seen === ''
      ? 'Your own values ran, but the script reported no metric.'
      : `Your own values ran and reported ${seen}. Choose which of them to optimise to go on.`;
  return { tone: 'warning', text };
};

/** Calls `draw` at the next frame the browser paints, once however often it was asked. */
const onceAFrame = (draw: () => void): (() => void) => {
  let wanted = false;
  return () => {
    if (wanted) return;
    wanted = true;
    requestAnimationFrame(() => {
      wanted = false;
      draw();
    });
  };
};

/**
 * Draws when an input changed: after the rest of the page was painted, and not more often than the interval; when it
 * is time, `later` is called.
 */
const atMostEvery = (
  intervalMs: number,
  later: () => void,
): ((inputs: readonly unknown[], draw: () => void) => void) => {
  let drawn: readonly unknown[] = [];
  let drawnAtMs = Number.NEGATIVE_INFINITY;
  let timed = false;
  let due = false;
  return (inputs, draw) => {
    if (inputs.length === drawn.length && inputs.every((input, index) => input === drawn[index])) return;
    if (due) {
      due = false;
      drawn = inputs;
      drawnAtMs = performance.now();
      draw();
      return;
    }
    if (timed) return;
    timed = true;
    setTimeout(
      () => {
        timed = false;
        due = true;
        later();
      },
      Math.max(0, drawnAtMs + intervalMs - performance.now()),
    );
  };
};
