import {
  CodeLens,
  type CodeLensProvider,
  type Command,
  Disposable,
  EventEmitter,
  languages,
  Range,
  type TextDocument,
  workspace,
} from 'vscode';
import { languageOfFile, summaryOf } from '../../engine/index.ts';
import { settingsSection } from '../contributions.ts';
import type { AdviceSource } from '../inline/adviceSource.ts';
import type { Advice } from '../inline/collectAdvice.ts';
import { Disposables } from '../platform/events.ts';
import { throttle } from '../platform/throttle.ts';
import { folderOf, relativeTo } from '../platform/workspaceFolder.ts';
import { annotatableSelector, type DocumentAnnotations, isAnnotatable } from '../state/annotations.ts';
import { fileUriOf, notebookOf } from '../state/notebooks.ts';
import { isScriptFile } from '../state/scripts.ts';
import { readSetting } from '../state/settings.ts';
import type { Studies } from '../state/studies.ts';
import { studyOfFile } from '../state/studyOfFile.ts';
import { collectLenses } from './collectLenses.ts';
import type { Lens, LensStudy } from './lens.ts';

/** Lenses move the text below them, so they follow a study at a calm pace. */
const refreshIntervalMs = 500;

export const registerLenses = (
  annotations: DocumentAnnotations,
  studies: Studies,
  advice: AdviceSource,
): Disposable => {
  const owned = new Disposables();
  const changed = owned.add(new EventEmitter<void>());
  const refresh = owned.add(throttle(() => changed.fire(), refreshIntervalMs));
  const provider: CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document, token) =>
      token.isCancellationRequested || !isAnnotatable(document) || !readSetting('codeLens.enabled')
        ? []
        : lensesOf(document, annotations, studies, advice.of(document)),
  };
  owned.add(studies.onDidChange(() => refresh()));
  owned.add(advice.onDidChange(() => refresh()));
  owned.add(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${settingsSection}.codeLens`)) refresh();
    }),
  );
  owned.add(languages.registerCodeLensProvider(annotatableSelector, provider));
  return new Disposable(() => owned.dispose());
};

const lensesOf = (
  document: TextDocument,
  annotations: DocumentAnnotations,
  studies: Studies,
  advice: readonly Advice[],
): CodeLens[] => {
  const script = fileUriOf(document);
  const folder = folderOf(script);
  const file = relativeTo(folder, script.fsPath);
  const tunables = annotations.of(document).tunables.map((tunable) => ({
    name: tunable.name,
    line: tunable.line,
    value: tunable.value,
    summary: summaryOf(tunable),
    searched: tunable.role.kind === 'search' || tunable.role.kind === 'composite',
  }));
  const tuned = newestStudyOf(studies, folder, file);
  return collectLenses({
    script,
    isConfig: languageOfFile(file) !== undefined && !isScriptFile(file),
    file,
    tunables,
    isPart: isLaterCell(document, annotations),
    advice,
    tuned,
  }).map(toCodeLens);
};

/** What a notebook's study says stands above the first cell that is tuned. */
const isLaterCell = (document: TextDocument, annotations: DocumentAnnotations): boolean => {
  const first = notebookOf(document)
    ?.getCells()
    .find((cell) => annotations.of(cell.document).tunables.length > 0);
  return first !== undefined && first.document !== document;
};

const newestStudyOf = (studies: Studies, folder: string, file: string): LensStudy | undefined => {
  const mirror = studies.existingSessionOf(folder)?.mirror;
  const study = studyOfFile(studies, folder, file);
  return study && { study, best: mirror?.best(study.id), baseline: mirror?.trial(study.id, 0) };
};

const toCodeLens = ({ line, title, tooltip, command }: Lens): CodeLens => {
  const bound: Command = {
    title,
    command: command?.command ?? '',
    arguments: [...(command?.arguments ?? [])],
  };
  return new CodeLens(new Range(line, 0, line, 0), tooltip === undefined ? bound : { ...bound, tooltip });
};
