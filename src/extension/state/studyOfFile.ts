import type { StudyView } from '../../protocol/index.ts';
import type { Studies } from './studies.ts';

/** The newest study of a script, or of one that has literals in this file. */
export const studyOfFile = (studies: Studies, folder: string, file: string): StudyView | undefined =>
  studies
    .existingSessionOf(folder)
    ?.mirror.studies()
    .findLast(
      ({ script, parameters }) => script === file || parameters.some((parameter) => parameter.file === file),
    );
