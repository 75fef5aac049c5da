import { el, setAttribute } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';

export interface ButtonOptions {
  readonly label: string;
  readonly icon: IconName;
  readonly primary?: boolean;
  /** Says more than the label where that is short. */
  readonly title?: string;
  onPress(): void;
}

export interface Button {
  readonly element: HTMLElement;
  /**
   * `hidden` where it would make no sense, `disabled` where it will later, `busy` until what was asked is answered:
   * a busy button keeps the keyboard, which a disabled one would lose.
   */
  update(state: 'enabled' | 'busy' | 'disabled' | 'hidden'): void;
}

/** A button of the toolkit with a picture before its words. */
export const createButton = (options: ButtonOptions): Button => {
  const picture = icon(options.icon);
  picture.setAttribute('slot', 'start');
  const element = el(
    'vscode-button',
    { appearance: options.primary ? 'primary' : 'secondary', title: options.title },
    [picture, options.label],
    {
      click: () => {
        if (!element.hasAttribute('disabled') && !element.hasAttribute('aria-busy')) options.onPress();
      },
    },
  );
  return {
    element,
    update: (state) => {
      setAttribute(element, 'disabled', state === 'disabled');
      setAttribute(element, 'aria-busy', state === 'busy' ? 'true' : undefined);
      setAttribute(element, 'hidden', state === 'hidden');
    },
  };
};
