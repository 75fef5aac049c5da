import {
  createRpc,
  type PanelEvents,
  type PanelRequests,
  type Rpc,
  type RpcPort,
} from '../src/protocol/index.ts';
import { logWarning } from './log.ts';
import { applyDelta, emptyModel, type PanelModel } from './store.ts';

/** The panel answers nothing and announces nothing: it only asks. */
type Nothing = Record<never, never>;

export type HostRpc = Rpc<PanelRequests, Nothing>;

export interface FeedState {
  readonly studyId: string | null;
  readonly model: PanelModel;
  /** The host has answered about this study. */
  readonly connected: boolean;
}

export interface FeedEvents {
  onChange(state: FeedState): void;
  /** The host could not say what changed. */
  onFailure(text: string): void;
}

export interface StudyFeed {
  readonly rpc: HostRpc;
  /** Asks for what happened since the last known revision; one question at a time. */
  catchUp(): Promise<void>;
}

/** Keeps the copy of one study true to the host's, whatever messages are missed while the panel is hidden. */
export const createStudyFeed = (
  port: RpcPort,
  initialStudy: string | null,
  events: FeedEvents,
): StudyFeed => {
  let state: FeedState = { studyId: initialStudy, model: emptyModel, connected: false };
  let asking = false;
  let askAgain = false;

  const set = (next: FeedState): void => {
    if (next.studyId === state.studyId && next.model === state.model && next.connected === state.connected)
      return;
    state = next;
    events.onChange(state);
  };

  const rpc = createRpc<PanelRequests, Nothing, PanelEvents, Nothing>(
    port,
    {},
    {
      onEvent: {
        delta: (delta) => {
          if (state.studyId === null) return;
          const model = applyDelta(state.model, state.studyId, delta);
          if (model === undefined) void catchUp();
          else set({ ...state, model });
        },
        show: ({ study }) => {
          // Not heard of yet is not the same as gone.
          set({ studyId: study, model: emptyModel, connected: false });
          void catchUp();
        },
      },
      onUnknown: (message) => logWarning('a message of unknown kind was ignored', message),
    },
  );

  const ask = async (): Promise<void> => {
    const asked = state;
    const answer = await rpc.request('ready', {
      ...(asked.studyId !== null && { study: asked.studyId }),
      revision: asked.model.revision,
    });
    // Another study was chosen meanwhile: this answer is about the wrong one.
    if (state.studyId !== asked.studyId) {
      askAgain = true;
      return;
    }
    const known = answer.study === asked.studyId ? state.model : emptyModel;
    const model = answer.study === null ? emptyModel : applyDelta(known, answer.study, answer.delta);
    if (model === undefined) askAgain = true;
    set({ studyId: answer.study, model: model ?? emptyModel, connected: true });
  };

  const catchUp = async (): Promise<void> => {
    askAgain = asking;
    if (asking) return;
    asking = true;
    try {
      do {
        askAgain = false;
        await ask();
      } while (askAgain);
    } catch (error) {
      events.onFailure(error instanceof Error ? error.message : String(error));
    } finally {
      asking = false;
    }
  };

  return { rpc, catchUp };
};
