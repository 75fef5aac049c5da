/** The engine's door to its rooms that touch the machine: store, launchers, tuner, interop. */
export { Engine, defaultTrials } from './tuner/engine.ts';
export type { EngineOptions } from './tuner/engine.ts';
export { type Layout, layoutOf } from './tuner/layout.ts';
export {
  hasKeeperPlace,
  keeperOf,
  leaveKeeperPlace,
  takeKeeperPlace,
  wantedKeeper,
} from './tuner/standby.ts';
export type { RunPlan } from './tuner/plan.ts';
export {
  createStoppingRule,
  createStrategies,
  listStrategies,
  stoppingRuleNames,
  type Strategies,
} from './tuner/strategies.ts';
export type * from './study/store.ts';
export { StoreError } from './study/store.ts';
export { toTrial } from './tuner/trialModel.ts';
export { type FoundSchedule, foundSchedule } from './tuner/foundSchedule.ts';
export { toCsv } from './interop/csv.ts';
export { toJson } from './interop/json.ts';
export type * from './study/upkeep.ts';
export { AlreadyHere, exportArchive, importArchive } from './tuner/archiveStudy.ts';
export {
  cleanUp,
  describeCleanup,
  parseRetention,
  planCleanup,
  shortBytes,
} from './tuner/cleanup.ts';
export { openStore, type StoreOptions } from './store/openStore.ts';
export { type LocalLauncher, localLauncher, type LocalLauncherOptions } from './launch/local.ts';
