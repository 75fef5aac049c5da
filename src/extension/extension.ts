import './platform/translations.ts';
import { commands, type ExtensionContext, window, workspace } from 'vscode';
import { chooseObjective } from './commands/chooseObjective.ts';
import { compareTrials } from './commands/compareTrials.ts';
import { debugTrial } from './commands/debugTrial.ts';
import { dismissAdvice, fixParameter, widenParameter } from './commands/followAdvice.ts';
import { checkDatabase, cleanUp, importStudy } from './commands/housekeeping.ts';
import { copyCommands } from './commands/copyCommands.ts';
import { insertCommands, insertTrial } from './commands/insertCommands.ts';
import { editNote, editTags } from './commands/labels.ts';
import { openExample } from './commands/openExample.ts';
import { pickStudy } from './commands/pickTarget.ts';
import { registerCommands } from './commands/registerCommands.ts';
import { rerunTrial } from './commands/rerunTrial.ts';
import { trialIn } from './commands/selectedRows.ts';
import { clearFilter, filterStudies, searchStudies, sortStudies } from './commands/sortAndFilter.ts';
import {
  exportStudy,
  pauseStudy,
  refreshStudies,
  removeStudy,
  resumeStudy,
  revealScript,
  stopStudy,
} from './commands/studyCommands.ts';
import { pauseTrial, resumeTrial, showOutput, starTrial, stopTrial } from './commands/trialCommands.ts';
import { tuneScript } from './commands/tuneScript.ts';
import { registerComparison } from './comparison/comparison.ts';
import { viewIds, walkthroughId } from './contributions.ts';
import { registerDiagnostics } from './diagnostics/diagnostics.ts';
import { makeTunableAt, removeAnnotationAt } from './language/changeAnnotations.ts';
import { findTunables } from './language/findTunables.ts';
import { Inline } from './inline/inline.ts';
import { registerLanguage } from './language/language.ts';
import { InsertPreviews } from './insert/previews.ts';
import { registerLenses } from './lenses/lenses.ts';
import { Notifications } from './notifications/notifications.ts';
import { Panels } from './panels/panels.ts';
import { Disposables } from './platform/events.ts';
import { selectInterpreter } from './platform/interpreter.ts';
import { registerAnnotatedScripts } from './state/annotatedScripts.ts';
import { DocumentAnnotations } from './state/annotations.ts';
import { markStudiesRead, registerContextKeys } from './state/contextKeys.ts';
import { adoptStudies, connectEngine } from './state/engines.ts';
import { registerKeepTuning } from './state/keepTuning.ts';
import { LooseFolders } from './state/looseFolders.ts';
import { Studies } from './state/studies.ts';
import { registerTerminalLinks } from './terminals/terminalLinks.ts';
import { TrialTerminals } from './terminals/trialTerminals.ts';
import { chooseStudy } from './views/collectStatus.ts';
import { copyValue, goToTunable, SpaceView } from './views/spaceView.ts';
import { registerStatusBar } from './views/statusBar.ts';
import { StudiesView } from './views/studiesView.ts';
import { registerTrialDrop } from './views/trialDrop.ts';
import { WorkersView } from './views/workersView.ts';

/** What `deactivate` has to wait for. The editor calls it without arguments, so it is kept here. */
let closing: () => Promise<void> = () => Promise.resolve();

/** Builds every part once, in reading order. The engine's thread starts later, with the first study. */
export const activate = (context: ExtensionContext): void => {
  const owned = new Disposables();
  context.subscriptions.push(owned);
  const log = owned.add(window.createOutputChannel('TuneLens', { log: true }));

  const annotations = new DocumentAnnotations();
  const loose = new LooseFolders(context.globalState);
  const studies: Studies = owned.add(
    new Studies((folder) =>
      connectEngine(context.extensionUri, folder, {
        log,
        onProblem: (message, study) => notifications.onProblem(message, study),
      }),
    ),
  );
  const notifications = owned.add(new Notifications(studies, log));

  owned.add(registerContextKeys(annotations, studies));
  owned.add(registerAnnotatedScripts(annotations, studies));
  owned.add(registerDiagnostics(annotations));
  owned.add(registerLanguage(annotations, studies, context));
  const inline = owned.add(new Inline(annotations, studies, context.workspaceState));
  owned.add(registerLenses(annotations, studies, inline.advice));
  owned.add(registerStatusBar(studies));
  owned.add(registerKeepTuning(studies, context.extensionUri, log));
  owned.add(registerComparison(studies));
  const previews = owned.add(new InsertPreviews());
  const view = owned.add(new StudiesView(studies, context.workspaceState));
  owned.add(new WorkersView(studies));
  owned.add(new SpaceView(annotations, studies));
  owned.add(registerTrialDrop(studies, annotations));
  const terminals = owned.add(new TrialTerminals(studies));
  owned.add(registerTerminalLinks({ studyIn: (terminal) => terminals.studyIn(terminal), annotations, log }));

  // After activation, so that it costs the window's start nothing.
  const adopted = new Promise<void>((resolve) =>
    setImmediate(() => resolve(adoptStudies(studies, loose, log))),
  );
  void markStudiesRead(adopted);
  const panels = owned.add(
    new Panels({
      studies,
      home: context.extensionUri,
      ready: () => adopted,
      otherwise: () => chooseStudy(studies.entries().map(({ study }) => study))?.id,
      insert: (target, parameter) => insertTrial(studies, target, parameter),
    }),
  );
  owned.add(loose.onDidOpen(() => void adoptStudies(studies, loose, log)));
  owned.add(workspace.onDidGrantWorkspaceTrust(() => void adoptStudies(studies, loose, log)));
  owned.add(workspace.onDidChangeWorkspaceFolders(() => void adoptStudies(studies, loose, log)));

  const focusSpace = (): Thenable<unknown> => commands.executeCommand(`${viewIds.space}.focus`);
  const show = async (study: string): Promise<void> => {
    panels.show(study);
    terminals.showFirst(study);
    await view.reveal(study);
  };
  owned.add(
    registerCommands(
      {
        'tunelens.tuneScript': (script) => tuneScript({ studies, annotations, loose, show }, script),
        'tunelens.pauseStudy': (target, selected) => pauseStudy(studies, target, selected),
        'tunelens.resumeStudy': (target) => resumeStudy(studies, target),
        'tunelens.stopStudy': (target, selected) => stopStudy(studies, target, selected),
        'tunelens.chooseObjective': (target) => chooseObjective(studies, target),
        ...insertCommands(studies, previews),
        ...copyCommands(studies),
        'tunelens.openPanel': async (target) => {
          const entry = await pickStudy(studies, target);
          if (entry !== undefined) panels.show(entry.study.id);
        },
        'tunelens.revealScript': (target) => revealScript(studies, target),
        'tunelens.exportStudy': (target) => exportStudy(studies, target),
        'tunelens.importStudy': (file) => importStudy(studies, show, file),
        'tunelens.cleanUp': () => cleanUp(studies),
        'tunelens.checkDatabase': () => checkDatabase(studies),
        'tunelens.removeStudy': (target, selected) => removeStudy(studies, target, selected),
        'tunelens.stopTrial': (target, selected) => stopTrial(studies, target, selected),
        'tunelens.pauseTrial': (target, selected) => pauseTrial(studies, target, selected),
        'tunelens.resumeTrial': (target, selected) => resumeTrial(studies, target, selected),
        'tunelens.starTrial': (target, selected) => starTrial(studies, target, selected),
        'tunelens.compareTrials': (target, selected) =>
          compareTrials(studies, view.selection, target, selected),
        'tunelens.showInStudies': async (target) => {
          const entry = await pickStudy(studies, target);
          if (entry !== undefined) await view.goTo(entry.study.id, trialIn(target));
        },
        'tunelens.goToTunable': (row) => (row === undefined ? focusSpace() : goToTunable(row)),
        'tunelens.copyValue': (row) => (row === undefined ? focusSpace() : copyValue(row)),
        'tunelens.editNote': (target = view.selected, selected = view.selection) =>
          editNote(studies, target, selected),
        'tunelens.editTags': (target = view.selected, selected = view.selection) =>
          editTags(studies, view.tags(), target, selected),
        'tunelens.sortStudies': () => sortStudies(view),
        'tunelens.filterStudies': () => filterStudies(view),
        'tunelens.searchStudies': () => searchStudies(view),
        'tunelens.clearFilter': () => clearFilter(view),
        'tunelens.rerunTrial': (target) => rerunTrial(studies, target),
        'tunelens.debugTrial': (target) => debugTrial(studies, target),
        'tunelens.showOutput': (target) =>
          showOutput(studies, (entry) => terminals.showOutput(entry), target),
        'tunelens.openExample': () => openExample(context),
        'tunelens.getStarted': () =>
          commands.executeCommand(
            'workbench.action.openWalkthrough',
            `${context.extension.id}#${walkthroughId}`,
            false,
          ),
        'tunelens.findTunables': (script) => findTunables(script),
        'tunelens.makeTunable': (place) => makeTunableAt(annotations, place),
        'tunelens.removeAnnotation': (place) => removeAnnotationAt(annotations, place),
        'tunelens.widenRange': (target) => widenParameter({ annotations, inline }, target),
        'tunelens.fixValue': (target) => fixParameter({ annotations, inline }, target),
        'tunelens.dismissAdvice': (target) => dismissAdvice({ annotations, inline }, target),
        'tunelens.largerValue': (pressed) => inline.stepping.step(1, pressed?.byKey === true),
        'tunelens.smallerValue': (pressed) => inline.stepping.step(-1, pressed?.byKey === true),
        'tunelens.refresh': () => refreshStudies(studies),
        'tunelens.selectInterpreter': () => selectInterpreter(),
        'tunelens.showLog': () => log.show(true),
      },
      log,
    ),
  );

  closing = () => studies.close();
};

/** Lets go of the engines; trials go on. */
export const deactivate = (): Promise<void> => closing();
