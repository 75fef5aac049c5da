import { el, setAttribute, setChildren, setText } from '../dom.ts';
import { splitMessage } from '../selectors.ts';

export interface MessageView {
  readonly tone: 'info' | 'warning' | 'error';
  readonly text: string;
}

export interface Messages {
  readonly root: HTMLElement;
  /** What the study says of itself: why it was paused, why it failed. */
  showStudy(message: MessageView | undefined): void;
  /** A request of this panel that failed; stays until dismissed or until the next one succeeds. */
  showFailure(text: string | undefined): void;
}

/** A sentence, and below it what a program said, with its line breaks. */
export const createMessages = (onDismiss: () => void): Messages => {
  const study = createMessage();
  const failure = createMessage(onDismiss);
  return {
    root: el('div', { class: 'messages' }, [study.root, failure.root]),
    showStudy: study.show,
    showFailure: (text) => failure.show(text === undefined ? undefined : { tone: 'error', text }),
  };
};

interface Message {
  readonly root: HTMLElement;
  show(message: MessageView | undefined): void;
}

const createMessage = (onDismiss?: () => void): Message => {
  const summary = el('p', { class: 'message-summary' });
  const detail = el('pre', { class: 'message-detail', tabindex: 0, 'aria-label': 'Details' });
  const dismiss =
    onDismiss &&
    el('vscode-button', { appearance: 'secondary', class: 'dismiss' }, ['Dismiss'], { click: onDismiss });
  const root = el('div', { class: 'message', hidden: true });
  setChildren(root, [summary, detail, ...(dismiss ? [dismiss] : [])]);
  return {
    root,
    show: (message) => {
      setAttribute(root, 'hidden', message === undefined);
      if (message === undefined) return setText(summary, '');
      // An alert interrupts a screen reader; only what failed may.
      setAttribute(root, 'role', message.tone === 'error' ? 'alert' : 'status');
      root.className = `message message-${message.tone}`;
      const parts = splitMessage(message.text);
      setText(summary, parts.summary);
      setText(detail, parts.detail ?? '');
      setAttribute(detail, 'hidden', parts.detail === undefined);
    },
  };
};
