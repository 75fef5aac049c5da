import type { Uri } from 'vscode';
import type { CopyFormat } from '../protocol/index.ts';

/** What a command acts on; tree nodes, lenses and the panel all give this. Without one the person is asked. */
export interface StudyTarget {
  readonly study: string;
}

export interface TrialTarget extends StudyTarget {
  readonly trial: number;
}

/** The rows that are selected when a command is called from the tree, beside the one it was called on. */
export type SelectedRows = readonly StudyTarget[];

export interface InsertTarget extends StudyTarget {
  /** Only this parameter; all of them when absent. */
  readonly parameter?: string;
  /** The trial whose values were shown when this was offered; the best of now when absent. */
  readonly trial?: number;
}

/** A place in a text; the cursor of the active editor when a command is given none. */
export interface TextPlace {
  readonly uri: Uri;
  readonly offset: number;
}

/** Where a row of the search space stands, and what of it can be copied. */
export interface SpaceTarget {
  readonly label: string;
  readonly place?: SpacePlace;
  readonly setting?: keyof SettingTypes;
  readonly copy?: string;
}

/** An offset in a document that is open, or a line of a file by its absolute path. */
export type SpacePlace =
  | { readonly document: string; readonly offset: number }
  | { readonly file: string; readonly line: number };

/** A suggestion about one annotated literal of a document, as a lens offers it. */
export interface AdviceTarget {
  readonly uri: string;
  readonly name: string;
}

/** Keys of the editor's own that do ours in some places. */
export interface PressedKey {
  readonly byKey: boolean;
}

/** Every command with its arguments. */
export interface CommandArguments {
  'tunelens.tuneScript': readonly [script?: Uri];
  'tunelens.pauseStudy': readonly [target?: StudyTarget, selected?: SelectedRows];
  'tunelens.resumeStudy': readonly [target?: StudyTarget];
  'tunelens.stopStudy': readonly [target?: StudyTarget, selected?: SelectedRows];
  'tunelens.chooseObjective': readonly [target?: StudyTarget];
  'tunelens.insertBest': readonly [target?: InsertTarget];
  'tunelens.openPanel': readonly [target?: StudyTarget];
  'tunelens.revealScript': readonly [target?: StudyTarget];
  'tunelens.exportStudy': readonly [target?: StudyTarget];
  'tunelens.importStudy': readonly [file?: Uri];
  'tunelens.cleanUp': readonly [];
  'tunelens.checkDatabase': readonly [];
  'tunelens.removeStudy': readonly [target?: StudyTarget, selected?: SelectedRows];
  'tunelens.stopTrial': readonly [target?: TrialTarget, selected?: SelectedRows];
  'tunelens.pauseTrial': readonly [target?: TrialTarget, selected?: SelectedRows];
  'tunelens.resumeTrial': readonly [target?: TrialTarget, selected?: SelectedRows];
  'tunelens.insertTrial': readonly [target?: TrialTarget];
  'tunelens.previewBest': readonly [target?: InsertTarget];
  'tunelens.previewTrial': readonly [target?: TrialTarget];
  'tunelens.insertSome': readonly [target?: TrialTarget];
  'tunelens.insertRounded': readonly [target?: InsertTarget];
  'tunelens.restoreOwn': readonly [target?: StudyTarget];
  'tunelens.applyPreview': readonly [];
  'tunelens.previewRounded': readonly [];
  'tunelens.previewExact': readonly [];
  'tunelens.copyAs': readonly [target?: StudyTarget | TrialTarget, format?: CopyFormat];
  'tunelens.copyAsFlags': readonly [target?: StudyTarget | TrialTarget];
  'tunelens.copyAsPython': readonly [target?: StudyTarget | TrialTarget];
  'tunelens.copyAsJson': readonly [target?: StudyTarget | TrialTarget];
  'tunelens.copyAsYaml': readonly [target?: StudyTarget | TrialTarget];
  'tunelens.copyAsEnvironment': readonly [target?: StudyTarget | TrialTarget];
  'tunelens.copyAsHydra': readonly [target?: StudyTarget | TrialTarget];
  'tunelens.copyAsMarkdown': readonly [target?: StudyTarget | TrialTarget];
  'tunelens.starTrial': readonly [target?: TrialTarget, selected?: SelectedRows];
  'tunelens.compareTrials': readonly [target?: TrialTarget, selected?: SelectedRows];
  'tunelens.showInStudies': readonly [target?: StudyTarget];
  'tunelens.goToTunable': readonly [row?: SpaceTarget];
  'tunelens.copyValue': readonly [row?: SpaceTarget];
  'tunelens.editNote': readonly [target?: StudyTarget, selected?: SelectedRows];
  'tunelens.editTags': readonly [target?: StudyTarget, selected?: SelectedRows];
  'tunelens.sortStudies': readonly [];
  'tunelens.filterStudies': readonly [];
  'tunelens.searchStudies': readonly [];
  'tunelens.clearFilter': readonly [];
  'tunelens.rerunTrial': readonly [target?: TrialTarget];
  'tunelens.debugTrial': readonly [target?: TrialTarget];
  'tunelens.showOutput': readonly [target?: TrialTarget];
  'tunelens.openExample': readonly [];
  'tunelens.getStarted': readonly [];
  'tunelens.findTunables': readonly [script?: Uri];
  'tunelens.makeTunable': readonly [place?: TextPlace];
  'tunelens.removeAnnotation': readonly [place?: TextPlace];
  'tunelens.widenRange': readonly [target?: AdviceTarget];
  'tunelens.fixValue': readonly [target?: AdviceTarget];
  'tunelens.dismissAdvice': readonly [target?: AdviceTarget];
  'tunelens.largerValue': readonly [pressed?: PressedKey];
  'tunelens.smallerValue': readonly [pressed?: PressedKey];
  'tunelens.refresh': readonly [];
  'tunelens.selectInterpreter': readonly [];
  'tunelens.showLog': readonly [];
}

export type CommandId = keyof CommandArguments;

/** The ids again, as values. The type makes a forgotten one an error. */
const commandTable: Readonly<Record<CommandId, true>> = {
  'tunelens.tuneScript': true,
  'tunelens.pauseStudy': true,
  'tunelens.resumeStudy': true,
  'tunelens.stopStudy': true,
  'tunelens.chooseObjective': true,
  'tunelens.insertBest': true,
  'tunelens.openPanel': true,
  'tunelens.revealScript': true,
  'tunelens.exportStudy': true,
  'tunelens.importStudy': true,
  'tunelens.cleanUp': true,
  'tunelens.checkDatabase': true,
  'tunelens.removeStudy': true,
  'tunelens.stopTrial': true,
  'tunelens.pauseTrial': true,
  'tunelens.resumeTrial': true,
  'tunelens.insertTrial': true,
  'tunelens.previewBest': true,
  'tunelens.previewTrial': true,
  'tunelens.insertSome': true,
  'tunelens.insertRounded': true,
  'tunelens.restoreOwn': true,
  'tunelens.applyPreview': true,
  'tunelens.previewRounded': true,
  'tunelens.previewExact': true,
  'tunelens.copyAs': true,
  'tunelens.copyAsFlags': true,
  'tunelens.copyAsPython': true,
  'tunelens.copyAsJson': true,
  'tunelens.copyAsYaml': true,
  'tunelens.copyAsEnvironment': true,
  'tunelens.copyAsHydra': true,
  'tunelens.copyAsMarkdown': true,
  'tunelens.starTrial': true,
  'tunelens.compareTrials': true,
  'tunelens.showInStudies': true,
  'tunelens.goToTunable': true,
  'tunelens.copyValue': true,
  'tunelens.editNote': true,
  'tunelens.editTags': true,
  'tunelens.sortStudies': true,
  'tunelens.filterStudies': true,
  'tunelens.searchStudies': true,
  'tunelens.clearFilter': true,
  'tunelens.rerunTrial': true,
  'tunelens.debugTrial': true,
  'tunelens.showOutput': true,
  'tunelens.openExample': true,
  'tunelens.getStarted': true,
  'tunelens.findTunables': true,
  'tunelens.makeTunable': true,
  'tunelens.removeAnnotation': true,
  'tunelens.widenRange': true,
  'tunelens.fixValue': true,
  'tunelens.dismissAdvice': true,
  'tunelens.largerValue': true,
  'tunelens.smallerValue': true,
  'tunelens.refresh': true,
  'tunelens.selectInterpreter': true,
  'tunelens.showLog': true,
};
export const commandIds: readonly string[] = Object.keys(commandTable);

export const settingsSection = 'tunelens';

/** Samplers and rules for early stopping that settings offer; a test compares them with what the engine has. */
export const offeredSamplers = [
  'auto',
  'gp',
  'tpe',
  'hebo',
  'turbo',
  'smac',
  'cmaes',
  'evolution',
  'policy',
  'ehvi',
  'parego',
  'motpe',
  'nsga2',
  'nsga3',
  'sobol',
  'halton',
  'lhs',
  'grid',
  'random',
] as const;
export const offeredPruners = [
  'extrapolate',
  'median',
  'percentile',
  'patience',
  'diverged',
  'wilcoxon',
  'pareto',
  'asha',
  'hyperband',
  'asha-promotion',
  'pasha',
  'bohb',
  'dehb',
  'pbt',
  'pb2',
  'none',
] as const;

/** Every setting with its type; names without the section. */
export interface SettingTypes {
  /** Path or name; empty: the Python extension's, else `python3`. */
  readonly 'python.interpreter': string;
  /** What runs or compiles scripts in other languages, by language or ending. */
  readonly 'run.commands': Readonly<Record<string, readonly string[]>>;
  /** `null` leaves the choice to the engine. */
  readonly trials: number | null;
  readonly parallel: number | null;
  readonly sampler: (typeof offeredSamplers)[number];
  readonly pruner: (typeof offeredPruners)[number];
  /** Patterns of data files whose hashes are remembered. */
  readonly dataFiles: readonly string[];
  readonly 'checkpoints.keepBest': number;
  readonly 'checkpoints.keepLast': number;
  readonly 'checkpoints.maxSizeGb': number;
  /** Studies go on when the window closes. */
  readonly keepTuning: boolean;
  /** Libraries stay imported between trials where that is safe. */
  readonly warmTrials: 'auto' | 'off';
  /** `forever`, or such as `30 days` or `20 studies`. */
  readonly 'retention.runFolders': string;
  readonly 'codeLens.enabled': boolean;
  readonly 'inlays.enabled': boolean;
  /** Curves in the margin and in hovers. */
  readonly 'gutter.enabled': boolean;
  readonly 'altArrow.enabled': boolean;
  readonly notifications: 'off' | 'end' | 'all';
}

export const settingDefaults: SettingTypes = {
  'python.interpreter': '',
  'run.commands': {},
  trials: null,
  parallel: null,
  sampler: 'auto',
  pruner: 'extrapolate',
  dataFiles: [],
  'checkpoints.keepBest': 3,
  'checkpoints.keepLast': 2,
  'checkpoints.maxSizeGb': 10,
  keepTuning: false,
  warmTrials: 'auto',
  'retention.runFolders': 'forever',
  'codeLens.enabled': true,
  'inlays.enabled': true,
  'gutter.enabled': true,
  'altArrow.enabled': true,
  notifications: 'end',
};

export const contextKeys = {
  /** Some workspace folder has a study. */
  hasStudies: 'tunelens.hasStudies',
  /** What studies there are is known. */
  studiesRead: 'tunelens.studiesRead',
  /** The active editor's file has at least one annotated literal. */
  scriptAnnotated: 'tunelens.scriptAnnotated',
  /** The active editor's file is a Python script. */
  scriptOpen: 'tunelens.scriptOpen',
  /** The active editor's script could be tuned, if there were a Python interpreter to run it. */
  interpreterMissing: 'tunelens.interpreterMissing',
  /** Paths of annotated scripts in other languages than Python. */
  annotatedScripts: 'tunelens.annotatedScripts',
  /** The tree of studies shows only some trials. */
  studiesFiltered: 'tunelens.studiesFiltered',
  /** The active editor previews values: `exact`, `rounded` or `yours`; empty in any other. */
  previewValues: 'tunelens.previewValues',
  /** The cursor stands in an annotated number or choice. */
  onTunable: 'tunelens.onTunable',
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** Of documents that show a source with other values. */
export const previewScheme = 'tunelens-preview';
export const viewIds = {
  container: 'tunelens',
  studies: 'tunelens.studies',
  workers: 'tunelens.workers',
  space: 'tunelens.space',
} as const;
export const panelViewType = 'tunelens.panel';
export const walkthroughId = 'start';

/** A command with its arguments, as lenses, tree items and links hold it. */
export interface BoundCommand<Id extends CommandId = CommandId> {
  readonly command: Id;
  readonly arguments: readonly [...CommandArguments[Id]];
}

export const bindCommand = <Id extends CommandId>(
  command: Id,
  ...args: CommandArguments[Id]
): BoundCommand<Id> => ({
  command,
  arguments: args,
});
