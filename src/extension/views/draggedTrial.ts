import type { CopyFormat, StudyView } from '../../protocol/index.ts';

/** What a trial is while it is dragged from the tree: the text of a `DraggedTrial`. */
export const trialMime = 'application/vnd.tunelens.trial';

export interface DraggedTrial {
  readonly study: string;
  readonly trial: number;
}

/** Undefined for anything else that came under our name. */
export const parseDragged = (text: string): DraggedTrial | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('study' in value) || !('trial' in value))
      return undefined;
    const { study, trial } = value;
    return typeof study === 'string' && typeof trial === 'number' ? { study, trial } : undefined;
  } catch {
    return undefined;
  }
};

export interface DropPlace {
  /** In the folder of the trial's study. */
  readonly isInFolder: boolean;
  /** As studies name files. */
  readonly file: string;
  /** Has tuned literals of its own. */
  readonly isTuned: boolean;
}

/** On a file of its study, on one that is tuned by another, or on one where it can be text. */
export const whereDropped = (
  { script, parameters }: Pick<StudyView, 'script' | 'parameters'>,
  { isInFolder, file, isTuned }: DropPlace,
): 'own' | 'foreign' | 'text' => {
  const isOwn = script === file || parameters.some((parameter) => parameter.file === file);
  if (isInFolder && isOwn) return 'own';
  return isTuned ? 'foreign' : 'text';
};

/** How values are written in a document of an editor's language. */
export const dropFormat = (language: string): CopyFormat => {
  if (/^jsonc?$/.test(language)) return 'json';
  if (/yaml$/.test(language)) return 'yaml';
  if (language === 'markdown') return 'markdown';
  if (/^(dotenv|properties|shellscript)$/.test(language)) return 'environment';
  return 'python';
};
