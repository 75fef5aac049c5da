import type { SourceValue } from '../../engine/index.ts';
import type { StudyView, TrialView } from '../../protocol/index.ts';
import type { BoundCommand } from '../contributions.ts';

/** An annotated literal as a lens needs it. */
export interface LensTunable {
  readonly name: string;
  /** 0-based. */
  readonly line: number;
  readonly value: SourceValue;
  readonly summary: string;
  readonly searched: boolean;
}

export interface LensStudy {
  readonly study: StudyView;
  readonly best: TrialView | undefined;
  /** The trial with the values that stood in the source when the study began. */
  readonly baseline?: TrialView | undefined;
}

export interface Lens {
  readonly line: number;
  readonly title: string;
  readonly tooltip?: string;
  /** Text only when absent. */
  readonly command?: BoundCommand;
}
