import type { StudyView } from '../src/protocol/index.ts';
import type { HostRpc } from './feed.ts';
import type { StudyAction } from './screens/header.ts';

/** Something a person asked for; the same `key` is not asked again before the answer. */
export interface StudyActionRequest {
  readonly key: string;
  send(rpc: HostRpc, study: StudyView): Promise<unknown>;
}

/** Milliseconds: none, for what may wait for a person to answer a question of the editor. */
const asLongAsItTakes = 0;

const studyRequests: Readonly<Record<StudyAction, StudyActionRequest['send']>> = {
  pause: (rpc, { id }) => rpc.request('pause', { study: id }),
  resume: (rpc, { id }) => rpc.request('resume', { study: id }),
  stop: (rpc, { id }) => rpc.request('stop', { study: id }),
  insertBest: async (rpc, { id, best }) =>
    best === undefined ? null : rpc.request('insert', { study: id, trial: best }, asLongAsItTakes),
  exportStudy: (rpc, { id }) => rpc.request('exportStudy', { study: id }, asLongAsItTakes),
  chooseObjective: (rpc, { id }) => rpc.request('chooseObjective', { study: id }, asLongAsItTakes),
};

export const toRequest = {
  study: (action: StudyAction): StudyActionRequest => ({ key: action, send: studyRequests[action] }),
  insert: (trial: number): StudyActionRequest => ({
    key: `insert:${trial}`,
    send: (rpc, { id }) => rpc.request('insert', { study: id, trial }, asLongAsItTakes),
  }),
  preview: (trial: number): StudyActionRequest => ({
    key: `preview:${trial}`,
    send: (rpc, { id }) => rpc.request('preview', { study: id, trial }),
  }),
  copyAs: (trial: number): StudyActionRequest => ({
    key: `copyAs:${trial}`,
    send: (rpc, { id }) => rpc.request('copyAs', { study: id, trial }),
  }),
  stopTrial: (trial: number): StudyActionRequest => ({
    key: `stopTrial:${trial}`,
    send: (rpc, { id }) => rpc.request('stopTrial', { study: id, trial }),
  }),
  showOutput: (trial: number): StudyActionRequest => ({
    key: `showOutput:${trial}`,
    send: (rpc, { id }) => rpc.request('showOutput', { study: id, trial }),
  }),
};
