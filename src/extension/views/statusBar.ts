import * as l10n from '@vscode/l10n';
import { type Disposable, MarkdownString, StatusBarAlignment, window } from 'vscode';
import { bindCommand } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import type { Studies } from '../state/studies.ts';
import { chooseStudy, collectStatus } from './collectStatus.ts';
import { escapeMarkdown } from './studiesView.ts';

const refreshIntervalMs = 250;

/** One item on the left, there as long as there is a study; a click opens its panel. */
export const registerStatusBar = (studies: Studies): Disposable => {
  const owned = new Disposables();
  const item = owned.add(window.createStatusBarItem('study', StatusBarAlignment.Left));
  item.name = l10n.t('TuneLens study');
  const show = (): void => {
    const study = chooseStudy(studies.entries().map((entry) => entry.study));
    if (study === undefined) {
      item.hide();
      return;
    }
    const mirror = studies.find(study.id)?.session.mirror;
    // Looking through the trials of a large study costs nothing while none runs.
    const running =
      study.counts.running === 0
        ? []
        : (mirror?.trials(study.id) ?? []).filter(({ state }) => state === 'running');
    const status = collectStatus({ study, best: mirror?.best(study.id), running }, escapeMarkdown);
    const { command, arguments: args } = bindCommand('tunelens.openPanel', { study: status.study });
    item.text = status.text;
    item.tooltip = new MarkdownString(status.tooltip);
    item.accessibilityInformation = { label: status.spoken };
    item.command = { title: l10n.t('Open panel'), command, arguments: [...args] };
    item.show();
  };
  const refresh = owned.add(throttle(show, refreshIntervalMs));
  owned.add(studies.onDidChange(() => refresh()));
  return owned;
};
