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
