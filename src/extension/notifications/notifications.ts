import * as l10n from '@vscode/l10n';
import { commands, type Disposable, type LogOutputChannel, window } from 'vscode';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import { type BoundCommand, bindCommand } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import type { EngineSession } from '../state/session.ts';
import { changeSetting, readSetting } from '../state/settings.ts';
import type { Studies, StudiesChange } from '../state/studies.ts';
import { fileNameOf } from '../state/words.ts';
import { collectNews, type News, type Seen, toSeen } from './collectNews.ts';

/** Tells the end of a study, and each failure that ends one, once. */
export class Notifications implements Disposable {
  private readonly owned = new Disposables();
  private readonly log: LogOutputChannel;
  private readonly studies: Studies;
  private readonly seen = new Map<string, Seen>();
  /** Studies whose failure was told; the engine's own message and the change of state may both come. */
  private readonly toldFailures = new Set<string>();

  constructor(studies: Studies, log: LogOutputChannel) {
    this.log = log;
    this.studies = studies;
    this.owned.add(studies.onDidChange((change) => this.look(change)));
  }

  /** A problem the engine reports by itself. */
  onProblem(message: string, study: string | undefined): void {
    this.log.error(message);
    if (study === undefined) void this.offer(window.showErrorMessage, message, []);
    else {
      const script = this.studies.find(study)?.study.script;
      this.tellFailure(study, script === undefined ? message : `${fileNameOf(script)}: ${message}`);
    }
  }

  dispose(): void {
    this.owned.dispose();
  }

  private look({ session, studies, removed }: StudiesChange): void {
    for (const id of removed) this.seen.delete(id);
    for (const id of studies) {
      const study = session.mirror.study(id);
      if (study === undefined) continue;
      const news = collectNews(this.seen.get(id), inputOf(session, study));
      this.seen.set(id, toSeen(study));
      if (study.state === 'running') this.toldFailures.delete(id); // resumed: what fails next is new
      for (const item of news) this.tell(item);
    }
  }

  private tell(news: News): void {
    const level = readSetting('notifications');
    const show: Offer = {
      title: l10n.t('Show'),
      command: bindCommand('tunelens.openPanel', { study: news.study }),
    };
    switch (news.kind) {
      case 'needs-objective':
        void run(bindCommand('tunelens.chooseObjective', { study: news.study }));
        return;
      case 'failed':
        this.tellFailure(news.study, news.text);
        return;
      case 'complete': {
        const insert: Offer = {
          title: l10n.t('Insert best'),
          command: bindCommand('tunelens.insertBest', { study: news.study }),
        };
        if (level !== 'off')
          void this.offer(window.showInformationMessage, news.text, [
            show,
            ...(news.hasBest ? [insert] : []),
            quietBy('off'),
          ]);
        return;
      }
      case 'paused':
        if (level === 'all' && !this.toldFailures.has(news.study))
          void this.offer(window.showInformationMessage, news.text, [show, quietBy('end')]);
        return;
      case 'trial-failed': {
        const command = bindCommand('tunelens.showOutput', { study: news.study, trial: news.trial });
        if (level === 'all')
          void this.offer(window.showWarningMessage, news.text, [
            { title: l10n.t('Show output'), command },
            quietBy('end'),
          ]);
        return;
      }
    }
  }

  private tellFailure(study: string, text: string): void {
    if (this.toldFailures.has(study)) return;
    this.toldFailures.add(study);
    const output: Offer = {
      title: l10n.t('Show output'),
      command: bindCommand('tunelens.showOutput', { study, trial: this.newestFailed(study) }),
    };
    const show: Offer = { title: l10n.t('Show'), command: bindCommand('tunelens.openPanel', { study }) };
    void this.offer(window.showErrorMessage, toHeadline(text), [output, show]);
  }

  private newestFailed(study: string): number {
    const entry = this.studies.find(study);
    const failed = entry?.session.mirror.trials(study).findLast(({ state }) => state === 'failed');
    return failed?.number ?? 0; // the baseline's failure may be told before it is mirrored
  }

  private async offer(
    message: (text: string, ...titles: string[]) => Thenable<string | undefined>,
    text: string,
    offers: readonly Offer[],
  ): Promise<void> {
    const showLog = l10n.t('Show log');
    const titles = offers.length === 0 ? [showLog] : offers.map(({ title }) => title);
    const chosen = await message(text, ...titles);
    if (chosen === showLog) this.log.show(true);
    const offer = offers.find(({ title }) => title === chosen);
    if (offer !== undefined) await ('command' in offer ? run(offer.command) : offer.run());
  }
}

/** The sentence alone: a traceback below it is for the panel and the output. */
const toHeadline = (text: string): string => text.trim().split('\n', 1)[0] ?? text;

type Offer = { readonly title: string } & (
  | { readonly command: BoundCommand }
  | { readonly run: () => Promise<void> }
);

/** The choice to hear less from now on; the setting takes it back. */
const quietBy = (level: 'off' | 'end'): Offer => ({
  title: l10n.t('Don’t show again'),
  run: () => changeSetting('notifications', level),
});

const run = async ({ command, arguments: args }: BoundCommand): Promise<void> => {
  await commands.executeCommand(command, ...args);
};

const inputOf = (session: EngineSession, study: StudyView): Parameters<typeof collectNews>[1] => {
  const { mirror } = session;
  const newestFailed: TrialView | undefined =
    study.counts.failed === 0
      ? undefined
      : mirror.trials(study.id).findLast(({ state }) => state === 'failed');
  return { study, best: mirror.best(study.id), baseline: mirror.trial(study.id, 0), newestFailed };
};
