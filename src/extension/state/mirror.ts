import type { Delta, StudyView, TrialNews, TrialView } from '../../protocol/index.ts';
import { PackedCurve } from './packedCurve.ts';

/** Which studies changed, and which trials of them. */
export interface MirrorChange {
  readonly studies: ReadonlySet<string>;
  readonly trials: readonly TrialView[];
  readonly removed: readonly string[];
}

interface TrialEntry {
  readonly view: TrialView;
  readonly news: Omit<TrialNews, 'grown'>;
  readonly curve: PackedCurve;
  readonly revision: number;
  /** How long the curve was at the newest revisions since which it only grew; oldest first. */
  readonly lengths: readonly CurveLength[];
}

interface CurveLength {
  readonly revision: number;
  readonly length: number;
}

/** A panel is hardly ever further behind: it is told ten times a second, as is the mirror. */
const lengthsKept = 8;

interface StudyEntry {
  view: StudyView;
  revision: number;
  /** By number; numbers count from 0 without gaps, but may arrive in any order. */
  readonly trials: (TrialEntry | undefined)[];
}

/**
 * The host's copy of what the engine's store holds, kept up by deltas. It owns no truth: it can be thrown away and
 * asked for again from revision 0. Each entry remembers the revision it came with, so that a panel can catch up from
 * here without asking the engine.
 */
export class StudyMirror {
  private readonly entries = new Map<string, StudyEntry>();
  private readonly removedAt = new Map<string, number>();
  private current = 0;

  get revision(): number {
    return this.current;
  }

  /** Replaces what the delta holds. One that leaves a gap, or is older, is refused: ask from `revision` again. */
  apply(delta: Delta): MirrorChange | undefined {
    if (delta.from > this.current || delta.to < this.current) return undefined;
    const studies = new Set<string>();
    for (const id of delta.removedStudies) {
      this.entries.delete(id);
      this.removedAt.set(id, delta.to);
    }
    for (const view of delta.studies) {
      const known = this.entries.get(view.id);
      if (known === undefined) this.entries.set(view.id, { view, revision: delta.to, trials: [] });
      else {
        known.view = view;
        known.revision = delta.to;
      }
      studies.add(view.id);
    }
    const trials: TrialView[] = [];
    for (const news of delta.trials) {
      const study = this.entries.get(news.study);
      if (study === undefined) continue; // of a study removed meanwhile
      const entry = followNews(study.trials[news.number], news, delta.to);
      if (entry === undefined) return this.startOver();
      study.trials[news.number] = entry;
      studies.add(news.study);
      trials.push(entry.view);
    }
    this.current = delta.to;
    return { studies, trials, removed: delta.removedStudies };
  }

  /** Not seen yet, and no reason to show half a curve: everything is asked for again. */
  private startOver(): undefined {
    this.current = 0;
    return undefined;
  }

  /** Oldest first. */
  studies(): readonly StudyView[] {
    return [...this.entries.values()].map(({ view }) => view).sort((a, b) => a.createdAtMs - b.createdAtMs);
  }

  study(id: string): StudyView | undefined {
    return this.entries.get(id)?.view;
  }

  /** In order of number. */
  trials(study: string): readonly TrialView[] {
    return (
      this.entries.get(study)?.trials.flatMap((entry) => (entry === undefined ? [] : [entry.view])) ?? []
    );
  }

  /** Those that run, newest first: looked for from the end, where they are, and no further than there are any. */
  runningTrials(study: string): readonly TrialView[] {
    const entry = this.entries.get(study);
    const wanted = entry?.view.counts.running ?? 0;
    const found: TrialView[] = [];
    for (let at = (entry?.trials.length ?? 0) - 1; at >= 0 && found.length < wanted; at--) {
      const view = entry?.trials[at]?.view;
      if (view?.state === 'running') found.push(view);
    }
    return found;
  }

  /** One at a time, the newest first: for many, from which few are taken. */
  *eachTrial(study: string): Generator<TrialView> {
    const trials = this.entries.get(study)?.trials ?? [];
    for (let number = trials.length - 1; number >= 0; number--) {
      const entry = trials[number];
      if (entry !== undefined) yield entry.view;
    }
  }

  trial(study: string, number: number): TrialView | undefined {
    return this.entries.get(study)?.trials[number]?.view;
  }

  best(study: string): TrialView | undefined {
    const number = this.study(study)?.best;
    return number === undefined ? undefined : this.trial(study, number);
  }

  /** What a view of one study that stands at `revision` has missed; all of it from 0, or from a revision unknown here. */
  deltaSince(study: string, revision: number): Delta {
    const from = revision > this.current ? 0 : revision;
    const entry = this.entries.get(study);
    const removed = (this.removedAt.get(study) ?? 0) > from && entry === undefined;
    return {
      from,
      to: this.current,
      studies: entry !== undefined && (entry.revision > from || from === 0) ? [entry.view] : [],
      trials:
        entry?.trials.flatMap((trial) =>
          trial !== undefined && (trial.revision > from || from === 0) ? [newsSince(trial, from)] : [],
        ) ?? [],
      removedStudies: removed ? [study] : [],
    };
  }
}

/** A trial with its news; undefined where they are of a curve that is not known here. */
const followNews = (
  known: TrialEntry | undefined,
  { grown, ...news }: TrialNews,
  revision: number,
): TrialEntry | undefined => {
  const before = known?.curve ?? PackedCurve.empty;
  const curve = grown === undefined ? PackedCurve.of(news.intermediate) : before.grow(grown);
  if (curve === undefined) return undefined;
  const onlyGrew = known !== undefined && grown?.after === before.length;
  const lengths = onlyGrew ? known.lengths.slice(1 - lengthsKept) : [];
  return {
    view: viewOf(news, curve),
    news,
    curve,
    revision,
    lengths: [...lengths, { revision, length: curve.length }],
  };
};

/** The points of the curve are made when they are looked at. */
const viewOf = (news: TrialEntry['news'], curve: PackedCurve): TrialView =>
  Object.defineProperty({ ...news }, 'intermediate', { enumerable: true, get: () => curve.values() });

/** What a view at revision `from` has missed of a trial. */
const newsSince = ({ news, curve, lengths }: TrialEntry, from: number): TrialNews => {
  const known = from === 0 ? undefined : lengths.findLast(({ revision }) => revision <= from);
  return { ...news, intermediate: [], grown: curve.after(known?.length ?? 0) };
};
