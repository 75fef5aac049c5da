import { type Disposable, type WebviewPanel, window } from 'vscode';
import { panelViewType } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { openPanel, StudyPanel, type StudyPanelOptions } from './studyPanel.ts';

/** The panel, of which there is one; it comes back with the window. */
export class Panels implements Disposable {
  private readonly options: StudyPanelOptions;
  private readonly owned = new Disposables();
  private open: StudyPanel | undefined;

  constructor(options: StudyPanelOptions) {
    this.options = options;
    this.owned.add(
      window.registerWebviewPanelSerializer(panelViewType, {
        deserializeWebviewPanel: (panel: WebviewPanel, state: unknown) => {
          this.adopt(panel, studyIn(state));
          return Promise.resolve();
        },
      }),
    );
  }

  /** Shows a study beside the editor; the keyboard stays where it is. */
  show(study: string): void {
    if (this.open === undefined) this.adopt(openPanel(), study);
    else this.open.show(study);
  }

  dispose(): void {
    this.owned.dispose();
    // Left open on purpose: a panel that stands when the window closes is brought back by the serializer.
  }

  private adopt(panel: WebviewPanel, study: string | undefined): void {
    const opened = new StudyPanel(panel, study, this.options);
    this.open = opened;
    opened.onDidDispose(() => {
      if (this.open === opened) this.open = undefined;
    });
  }
}

/** What the page kept with `setState`; another version may have written it. */
const studyIn = (state: unknown): string | undefined =>
  typeof state === 'object' && state !== null && 'study' in state && typeof state.study === 'string'
    ? state.study
    : undefined;
