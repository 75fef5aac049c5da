import type { Uri } from 'vscode';
import type { StudyView } from '../../protocol/index.ts';
import { folderOf, relativeTo } from '../platform/workspaceFolder.ts';
import type { EngineSession } from './session.ts';
import type { Studies } from './studies.ts';

/** The newest study of a script, or of one that has literals in this file. */
export const studyOfFile = (studies: Studies, folder: string, file: string): StudyView | undefined =>
  studies
    .existingSessionOf(folder)
    ?.mirror.studies()
    .findLast(
      ({ script, parameters }) => script === file || parameters.some((parameter) => parameter.file === file),
    );

export interface StudyOfFile {
  readonly session: EngineSession;
  readonly study: StudyView;
  /** As studies name files. */
  readonly file: string;
}

/** The same for a file anywhere; of a notebook's cell it is the notebook that is meant (`fileUriOf`). */
export const newestStudy = (studies: Studies, uri: Uri): StudyOfFile | undefined => {
  const folder = folderOf(uri);
  const file = relativeTo(folder, uri.fsPath);
  const session = studies.existingSessionOf(folder);
  const study = studyOfFile(studies, folder, file);
  return session && study && { session, study, file };
};

/** The study's name of a literal: with its file before it where several files name one alike. */
export const parameterOf = ({ study, file }: StudyOfFile, name: string): string | undefined => {
  const own = study.parameters.filter((parameter) => parameter.file === file);
  return (own.find((one) => one.name === name) ?? own.find((one) => one.name.endsWith(`.${name}`)))?.name;
};
