import type { Delta, ImportanceView } from './views.ts';

/** What the panel asks of the host. The webview speaks first, with `ready`. */
export interface PanelRequests {
  /** Everything since `revision` (0 = all) for the panel's study. */
  ready: {
    params: { readonly study?: string; readonly revision: number };
    result: { readonly study: string | null; readonly delta: Delta };
  };
  importance: { params: { readonly study: string }; result: ImportanceView };
  pause: { params: { readonly study: string }; result: null };
  resume: { params: { readonly study: string }; result: null };
  stop: { params: { readonly study: string }; result: null };
  stopTrial: { params: { readonly study: string; readonly trial: number }; result: null };
  insert: {
    params: { readonly study: string; readonly trial: number; readonly parameter?: string };
    result: null;
  };
  /** Shows what inserting a trial's values would change. */
  preview: { params: { readonly study: string; readonly trial: number }; result: null };
  /** Asks the person for the form, and copies. */
  copyAs: { params: { readonly study: string; readonly trial: number }; result: null };
  showOutput: { params: { readonly study: string; readonly trial: number }; result: null };
  chooseObjective: { params: { readonly study: string }; result: null };
  exportStudy: { params: { readonly study: string }; result: null };
}

/** What the host tells the panel; throttled to 10 a second. */
export interface PanelEvents {
  delta: Delta;
  /** Another study was chosen; the panel asks `ready` again from 0. */
  show: { readonly study: string };
}

/** Kept with `setState` and given back to the serializer. */
export interface PanelState {
  readonly study: string | null;
  readonly tab: 'trials' | 'history' | 'importance';
}
