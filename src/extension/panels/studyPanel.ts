import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as l10n from '@vscode/l10n';
import { commands, Uri, ViewColumn, type Webview, type WebviewPanel, window } from 'vscode';
import {
  createRpc,
  type Delta,
  type Handlers,
  type PanelEvents,
  type PanelRequests,
  type Rpc,
  type RpcPort,
} from '../../protocol/index.ts';
import { type BoundCommand, bindCommand, panelViewType, type TrialTarget } from '../contributions.ts';
import { type Disposable, Disposables, Emitter } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import type { EngineSession } from '../state/session.ts';
import type { Studies } from '../state/studies.ts';
import { toPanelHtml } from './panelHtml.ts';

/** Four to ten a second look live; the mirror already limits itself to ten. */
const pushIntervalMs = 100;

export interface StudyPanelOptions {
  readonly studies: Studies;
  /** Folder of the extension. */
  readonly home: Uri;
  /** Resolves once the engines of all folders with studies are open: a restored panel may ask before. */
  readonly ready: () => Promise<void>;
  /** The study shown when the panel's own is gone or none was named. */
  readonly otherwise: () => string | undefined;
  readonly insert: (target: TrialTarget, parameter: string | undefined) => Promise<void>;
}

type NoRequests = Record<never, never>;

export const openPanel = (column = ViewColumn.Beside): WebviewPanel =>
  window.createWebviewPanel(panelViewType, 'TuneLens', { viewColumn: column, preserveFocus: true });

/** One panel on one study. It sends what changed while visible; a hidden one catches up when it asks again. */
export class StudyPanel implements Disposable {
  private readonly panel: WebviewPanel;
  private readonly options: StudyPanelOptions;
  private readonly owned = new Disposables();
  private readonly rpc: Rpc<NoRequests, PanelEvents>;
  private readonly disposed = new Emitter<void>();
  private study: string | undefined;
  /** What the page has; undefined until it has asked. */
  private sent: number | undefined;

  readonly onDidDispose = this.disposed.event;

  constructor(panel: WebviewPanel, study: string | undefined, options: StudyPanelOptions) {
    this.panel = panel;
    this.options = options;
    this.study = study;
    const push = this.owned.add(throttle(() => this.push(), pushIntervalMs));
    this.rpc = createRpc<NoRequests, PanelRequests, NoRequests, PanelEvents>(
      portOf(panel.webview),
      this.handlers(),
    );
    this.owned.add(this.rpc);
    this.owned.add(options.studies.onDidChange(() => push()));
    this.owned.add(
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.sent = undefined; // its page is thrown away, and a new one asks from 0
      }),
    );
    this.owned.add(panel.onDidDispose(() => this.dispose()));
    this.load();
  }

  /** Shows another study, or the same again. */
  show(study: string): void {
    this.panel.reveal(undefined, true);
    if (study === this.study) return;
    this.study = study;
    this.sent = undefined;
    this.retitle();
    this.rpc.send('show', { study });
  }

  dispose(): void {
    this.owned.dispose();
    this.disposed.fire();
    this.disposed.dispose();
  }

  private load(): void {
    const { webview } = this.panel;
    const { home } = this.options;
    const dist = Uri.joinPath(home, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [dist, Uri.joinPath(home, 'media')] };
    const style = Uri.joinPath(dist, 'webview.css');
    const media = Uri.joinPath(home, 'media');
    this.panel.iconPath = {
      light: Uri.joinPath(media, 'panel-light.svg'),
      dark: Uri.joinPath(media, 'panel-dark.svg'),
    };
    this.retitle();
    webview.html = toPanelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64'),
      script: webview.asWebviewUri(Uri.joinPath(dist, 'webview.js')).toString(),
      style: existsSync(style.fsPath) ? webview.asWebviewUri(style).toString() : undefined,
    });
  }

  private retitle(): void {
    const entry = this.study === undefined ? undefined : this.options.studies.find(this.study);
    const title = entry === undefined ? 'TuneLens' : `TuneLens: ${entry.study.name}`;
    if (this.panel.title !== title) this.panel.title = title;
  }

  private push(): void {
    this.retitle();
    if (this.study === undefined || this.sent === undefined || !this.panel.visible) return;
    const { study, sent } = this;
    const deltas = this.options.studies
      .all()
      .map(({ mirror }) => ({ mirror, delta: mirror.deltaSince(study, sent) }));
    const own = deltas.find(
      ({ mirror, delta }) => mirror.study(study) !== undefined || delta.removedStudies.length > 0,
    );
    if (own === undefined) return;
    this.sent = own.delta.to;
    if (own.delta.removedStudies.length > 0) this.study = undefined;
    if (!isEmpty(own.delta)) this.rpc.send('delta', own.delta);
  }

  private handlers(): Handlers<PanelRequests> {
    const sessionOf = (study: string): EngineSession => {
      const entry = this.options.studies.find(study);
      if (entry === undefined) throw new Error(l10n.t('That study is no longer there.'));
      return entry.session;
    };
    return {
      ready: ({ study, revision }) => this.catchUp(study, revision),
      importance: ({ study }) => sessionOf(study).request('importance', { study }),
      pause: ({ study }) => sessionOf(study).request('pause', { study }),
      resume: ({ study }) => sessionOf(study).request('resume', { study }),
      stop: ({ study }) => sessionOf(study).request('stop', { study }),
      stopTrial: ({ study, trial }) => sessionOf(study).request('stopTrial', { study, trial }),
      insert: async ({ study, trial, parameter }) => {
        await this.options.insert({ study, trial }, parameter);
        return null;
      },
      preview: ({ study, trial }) => run(bindCommand('tunelens.previewTrial', { study, trial })),
      copyAs: ({ study, trial }) => run(bindCommand('tunelens.copyAs', { study, trial })),
      showOutput: ({ study, trial }) => run(bindCommand('tunelens.showOutput', { study, trial })),
      chooseObjective: ({ study }) => run(bindCommand('tunelens.chooseObjective', { study })),
      exportStudy: ({ study }) => run(bindCommand('tunelens.exportStudy', { study })),
    };
  }

  private async catchUp(
    asked: string | undefined,
    revision: number,
  ): Promise<PanelRequests['ready']['result']> {
    await this.options.ready();
    const wanted = this.study ?? asked;
    const entry = wanted === undefined ? undefined : this.options.studies.find(wanted);
    this.study = entry?.study.id ?? this.options.otherwise();
    this.retitle();
    const mirror =
      this.study === undefined ? undefined : this.options.studies.find(this.study)?.session.mirror;
    if (this.study === undefined || mirror === undefined)
      return { study: null, delta: { from: 0, to: 0, studies: [], trials: [], removedStudies: [] } };
    const delta = mirror.deltaSince(this.study, this.study === asked ? revision : 0);
    this.sent = delta.to;
    return { study: this.study, delta };
  }
}

const isEmpty = ({ studies, trials, removedStudies }: Delta): boolean =>
  studies.length === 0 && trials.length === 0 && removedStudies.length === 0;

/** Not awaited: the command shows its own questions and failures. */
const run = ({ command, arguments: args }: BoundCommand): null => {
  void commands.executeCommand(command, ...args);
  return null;
};

const portOf = (webview: Webview): RpcPort => ({
  // A hidden or closed page does not get it; it asks again when it is back.
  post: (message) => void webview.postMessage(message),
  listen: (onMessage) => {
    const listening = webview.onDidReceiveMessage(onMessage);
    return () => listening.dispose();
  },
});
