import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox } from '@vscode/webview-ui-toolkit';
import type { PanelState } from '../src/protocol/index.ts';
import { el } from './dom.ts';
import { logWarning } from './log.ts';
import './panel.css';
import { startPanel } from './panel.ts';

/** What the editor puts into every webview; it can be called once. */
declare const acquireVsCodeApi: () => {
  postMessage(message: unknown): void;
  getState(): PanelState | undefined;
  setState(state: PanelState): void;
};

document.addEventListener(
  'securitypolicyviolation',
  ({ violatedDirective, blockedURI, sourceFile, lineNumber }) =>
    logWarning(`blocked by ${violatedDirective}: ${blockedURI}`, `${sourceFile}:${lineNumber}`),
);

provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox());

const root = document.body.appendChild(el('div', { id: 'app' }));
const api = acquireVsCodeApi();
startPanel(root, {
  port: {
    post: (message) => api.postMessage(message),
    listen: (onMessage) => {
      const listener = (event: MessageEvent): void => onMessage(event.data);
      window.addEventListener('message', listener);
      return () => window.removeEventListener('message', listener);
    },
  },
  getState: () => api.getState(),
  setState: (state) => api.setState(state),
});
