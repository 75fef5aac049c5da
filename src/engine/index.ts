/** The engine's door to its pure rooms: types and functions that need no editor, disk, clock or hidden randomness. */
export type * from './annotations/tunable.ts';
export type * from './space/parameter.ts';
export { type AdaptedTrial, adaptTrials } from './study/adaptTrials.ts';
export type * from './study/clock.ts';
export { type MetricPlace, metricPlaces } from './study/metricPatterns.ts';
export { tidyTag } from './study/labels.ts';
export { isBetter } from './study/objective.ts';
export type { Direction, Objective } from './study/objective.ts';
export type * from './study/pruner.ts';
export type * from './study/request.ts';
export type * from './study/sampler.ts';
export type * from './study/schedule.ts';
export type * from './study/scheduler.ts';
export type * from './study/study.ts';
export { canBecome, isFinished, trialStates } from './study/trial.ts';
export { TrialList } from './study/trialChanges.ts';
export type { IntermediateValue, Trial, TrialCost, TrialState } from './study/trial.ts';
export { type RandomStream, randomStream } from './numeric/random.ts';
export {
  baselineAssignment,
  checkAssignment,
  completeAssignment,
  isActive,
  satisfies,
} from './space/assignment.ts';
export { cardinality } from './space/cardinality.ts';
export {
  searchedFromShown,
  type ShownAssignment,
  shownAssignment,
  shownName,
  shownNames,
} from './space/composite.ts';
export { configurationKey } from './space/configurationKey.ts';
export { createSpace } from './space/create.ts';
export { describeParameter, describeShape } from './space/describeParameter.ts';
export type {
  DraftComposite,
  DraftConstant,
  DraftDerived,
  DraftForbidden,
  DraftParameter,
  SpaceDraft,
} from './space/draft.ts';
export { type Expression, evaluate, holds, parseExpression } from './space/expression.ts';
export { type Adapted, adaptAssignment, type SpaceEdit } from './space/migrate.ts';
export type { SpaceProblem } from './space/problem.ts';
export { reconcile } from './space/reconcile.ts';
export { failure, type Result, success } from './space/result.ts';
export { sampleUniform } from './space/sample.ts';
export { type Step, stepValue } from './space/stepValue.ts';
export { fromUnit, gridValues, isLegal, snap, toUnit } from './space/encode.ts';
export { type JsonSpace, parseSpace, spaceToJson } from './space/wire.ts';
export { type Expected, expectedAt, type Wanted } from './annotations/assist/expected.ts';
export {
  type Insertion,
  type MadeTunable,
  makeTunable,
  removeAnnotation,
} from './annotations/assist/makeTunable.ts';
export { literalMeant, type Mention, mentionsIn, ownerOfPart } from './annotations/assist/mentions.ts';
export {
  fixTunable,
  type ReadSource,
  type TextChange,
  widenRange,
} from './annotations/changeAnnotation.ts';
export { namesUsed } from './annotations/namesUsed.ts';
export { type NamedStrategy, strategiesIn } from './annotations/assist/strategies.ts';
export type { Confidence, Group } from './annotations/propose/entry.ts';
export type { Proposal } from './annotations/propose/proposal.ts';
export { proposeFor } from './annotations/propose/proposeFor.ts';
export { proposeTunables } from './annotations/propose/proposeTunables.ts';
export { inferRange } from './annotations/inferRange.ts';
export { renderLiteral } from './annotations/renderLiteral.ts';
export { grammarText } from './annotations/literal/grammarText.ts';
export { readLiteral } from './annotations/literal/scalarLiteral.ts';
export { nearest } from './annotations/nearest.ts';
export {
  type EditPlan,
  type FileEdit,
  type LiteralEdit,
  planEdits,
  type WantedValue,
} from './annotations/planEdits.ts';
export { hasAnnotation } from './annotations/comment.ts';
export { editorLanguages, languageOfEditor, languageOfFile } from './annotations/languages.ts';
export {
  type CodeCell,
  type NotebookProgram,
  notebookProgram,
  type ProgramCell,
  readNotebook,
  skipTag,
} from './annotations/notebook/notebookProgram.ts';
export { sliceAnnotations } from './annotations/notebook/sliceAnnotations.ts';
export { scanPython } from './annotations/scanPython.ts';
export { scanSource } from './annotations/scanSource.ts';
export { SourceMemory } from './annotations/sourceMemory.ts';
export { summaryOf } from './annotations/summaryOf.ts';
export { utf8Offset, utf8Offsets } from './annotations/utf8Offsets.ts';
export { bestTrial, type HistoryPoint, nonDominated, optimizationHistory } from './analysis/best.ts';
export { guessDirection } from './study/direction.ts';
export { importance, type ParameterImportance } from './analysis/importance.ts';
export type {
  EdgeFinding,
  IdleFinding,
  ParameterInsight,
  ResponsePoint,
  StudyInsights,
} from './analysis/insights.ts';
export { scheduleOf } from './analysis/schedule.ts';
export { createPruner, prunerNames } from './pruners/registry.ts';
export { createSampler, samplerNames } from './samplers/registry.ts';
export { replayScheduler } from './schedulers/replay.ts';
export { createScheduler, schedulerNames } from './schedulers/registry.ts';
export { isFeasible } from './study/feasibility.ts';
