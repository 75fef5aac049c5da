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
  item.name = 'TuneLens study';
  const show = (): void => {
    const study = chooseStudy(studies.entries().map((entry) => entry.study));
    if (study === undefined) {
      item.hide();
      return;
    }
    const status = collectStatus(
      study,
      studies.find(study.id)?.session.mirror.best(study.id),
      escapeMarkdown,
    );
    const { command, arguments: args } = bindCommand('tunelens.openPanel', { study: status.study });
    item.text = status.text;
    item.tooltip = new MarkdownString(status.tooltip);
    item.accessibilityInformation = { label: status.spoken };
    item.command = { title: 'Open panel', command, arguments: [...args] };
    item.show();
  };
  const refresh = owned.add(throttle(show, refreshIntervalMs));
  owned.add(studies.onDidChange(() => refresh()));
  return owned;
};
