/** Messages typed once: host ↔ engine thread, host ↔ webview. The room's only door. */
export { type Growth, growCurve, growthAfter } from './curves.ts';
export type * from './engine.ts';
export type * from './panel.ts';
export type { Handlers, Rpc, RpcFailure, RpcOptions, RpcPort } from './rpc.ts';
export { createRpc, RpcError } from './rpc.ts';
export type * from './views.ts';
export {
  corruptAdvice,
  corruptWords,
  countFinished,
  formatCount,
  formatNumber,
  studyStateWords,
  trialStateWords,
} from './words.ts';
