import { compositesOf, type ShownAssignment, shownAssignment } from '../space/composite.ts';
import { describeParameter, describeShape } from '../space/describeParameter.ts';
import type { Assignment, Parameter } from '../space/parameter.ts';
import type { Changes, StudyRecord, TrialRecord } from '../study/store.ts';
import type { Engine } from '../tuner/engine.ts';
import type { RunPlan } from '../tuner/plan.ts';
import {
  type Delta,
  growthAfter,
  type ParameterView,
  type StudyView,
  type TrialNews,
} from '../../protocol/index.ts';
import { StudySummary } from './studySummary.ts';
import path from 'node:path';

const bounds = (parameter: Parameter): Pick<ParameterView, 'log' | 'low' | 'high' | 'choices'> => {
  switch (parameter.kind) {
    case 'float':
    case 'int':
      return {
        log: parameter.log || parameter.factor !== undefined,
        low: parameter.low,
        high: parameter.high,
      };
    case 'categorical':
      return { log: false, choices: parameter.choices };
    case 'bool':
      return { log: false, choices: [true, false] };
  }
};

const parameterViews = (study: StudyRecord, plan: RunPlan, folder: string): readonly ParameterView[] => {
  const { space } = study.spec;
  return plan.tunables.flatMap(({ name, file, line }): readonly ParameterView[] => {
    const place = { file: path.relative(folder, file).split(path.sep).join('/'), line };
    const parameter = space.parameters.find((candidate) => candidate.name === name);
    const composite = compositesOf(space).find((candidate) => candidate.name === name);
    const derived = space.derived.find((candidate) => candidate.name === name);
    if (parameter !== undefined) {
      const condition = parameter.condition === undefined ? {} : { condition: parameter.condition.text };
      return [
        {
          name,
          kind: parameter.kind,
          summary: describeParameter(parameter),
          ...bounds(parameter),
          ...condition,
          ...place,
        },
      ];
    }
    if (composite !== undefined) {
      const { shape } = composite;
      const condition = composite.condition === undefined ? {} : { condition: composite.condition.text };
      return [{ name, kind: shape.kind, summary: describeShape(shape), log: false, ...condition, ...place }];
    }
    return derived === undefined
      ? []
      : [{ name, kind: 'derived', summary: `= ${derived.expression.text}`, log: false, ...place }];
  });
};

const studyView = (engine: Engine, study: StudyRecord, summary: StudySummary): StudyView => {
  const { spec } = study;
  const best = summary.best(spec.objectives);
  return {
    id: study.id,
    name: study.name,
    script: study.script,
    state: study.state,
    ...(study.message === undefined ? {} : { message: study.message }),
    objectives: spec.objectives,
    parameters: summary.parameters(study, () =>
      parameterViews(study, engine.planOf(study.id), engine.layout.folder),
    ),
    sampler: spec.sampler,
    pruner: spec.pruner,
    seed: spec.seed,
    parallel: spec.parallel,
    ...(spec.budget.trials === undefined ? {} : { trialBudget: spec.budget.trials }),
    ...(spec.budget.timeMs === undefined ? {} : { timeBudgetMs: spec.budget.timeMs }),
    elapsedMs: study.elapsedMs,
    createdAtMs: study.createdAtMs,
    ...(best === undefined ? {} : { best }),
    counts: summary.counts(),
    ...(summary.repeated === 0 ? {} : { repeated: summary.repeated }),
    metricsSeen: summary.metricsSeen(),
    drivenHere: engine.isDriving(study.id),
    ...drivenBy(engine, study.id),
    corruptRecords: summary.corrupt,
    ...labelsOf(study),
  };
};

const labelsOf = ({ note, tags }: StudyRecord | TrialRecord): Pick<StudyView, 'note' | 'tags'> => ({
  ...(note === undefined ? {} : { note }),
  ...(tags === undefined ? {} : { tags }),
});

const drivenBy = (engine: Engine, study: string): Pick<StudyView, 'drivenBy'> => {
  const who = engine.driverElsewhere(study);
  return who === undefined ? {} : { drivenBy: who };
};

/** `after`: how many points of the curve whoever gets it has already. */
const trialNews = (trial: TrialRecord, params: ShownAssignment, after: number): TrialNews => ({
  study: trial.study,
  number: trial.number,
  state: trial.state,
  params,
  reason: trial.reason,
  ...(trial.values === undefined ? {} : { values: trial.values }),
  intermediate: [],
  ...(trial.intermediate.length === 0 ? {} : { grown: growthAfter(trial.intermediate, after) }),
  metrics: trial.metrics,
  attempt: trial.attempt,
  ...(trial.slot === undefined ? {} : { slot: trial.slot }),
  ...(trial.startedAtMs === undefined ? {} : { startedAtMs: trial.startedAtMs }),
  ...(trial.endedAtMs === undefined ? {} : { endedAtMs: trial.endedAtMs }),
  ...(trial.message === undefined ? {} : { message: trial.message }),
  star: trial.star,
  ...labelsOf(trial),
  ...(trial.replicaOf === undefined ? {} : { replicaOf: trial.replicaOf }),
  ...(trial.corrupt === undefined ? {} : { corrupt: trial.corrupt }),
  ...(trial.folder === undefined ? {} : { log: `${trial.folder}${path.sep}log` }),
});

/** How many points at the beginning of a curve are those of another one: all of it, or none. */
const sharedPoints = (before: TrialRecord | undefined, now: TrialRecord): number => {
  const length = before?.intermediate.length ?? 0;
  // The store makes a curve that only grew of the very points of the one before.
  return length > 0 && before?.intermediate[length - 1] === now.intermediate[length - 1] ? length : 0;
};

/** A delta with as many points of curves takes some tens of milliseconds, here and in the host. */
const mostPoints = 50_000;

interface KnownStudy {
  record: StudyRecord;
  readonly summary: StudySummary;
}

/**
 * Makes deltas for a mirror. Keeps studies and their trials as last read, so that a delta costs what has changed since
 * and not what there is.
 */
export class ViewSource {
  private readonly engine: Engine;
  private readonly studies = new Map<string, KnownStudy>();
  /** Values as shown, by those stored: the same for each delta of a trial. */
  private readonly shown = new WeakMap<Assignment, ShownAssignment>();
  private revision = 0;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** What a mirror at revision `from` needs. A study's view sums up its trials, so it is sent when any of them changed. */
  delta(from: number): Delta {
    const before = this.revision;
    const news = this.engine.changesSince(before, mostPoints);
    // A mirror that stands where we stood has the curves that we had.
    const shared = new Map(
      from === before ? news.trials.map((trial) => [trial, sharedPoints(this.known(trial), trial)]) : [],
    );
    this.take(news);
    const changes = from === before ? news : this.engine.changesSince(from, mostPoints);
    const touched = new Set([
      ...changes.studies.map(({ id }) => id),
      ...changes.trials.map(({ study }) => study),
    ]);
    const to = Math.min(news.revision, changes.revision);
    return {
      from,
      to,
      ...(to < this.engine.store.revision ? { more: true } : {}),
      studies: [...touched].flatMap((id) => this.viewOf(id)),
      trials: changes.trials.map((trial) =>
        trialNews(trial, this.shownParams(trial), shared.get(trial) ?? 0),
      ),
      removedStudies: changes.removedStudies,
    };
  }

  private known({ study, number }: TrialRecord): TrialRecord | undefined {
    return this.studies.get(study)?.summary.trial(number);
  }

  private shownParams({ study, params }: TrialRecord): ShownAssignment {
    const known = this.shown.get(params);
    if (known !== undefined) return known;
    const space = this.studies.get(study)?.record.spec.space;
    const shown = space === undefined ? params : shownAssignment(space, params);
    this.shown.set(params, shown);
    return shown;
  }

  private take(news: Changes): void {
    this.revision = news.revision;
    for (const record of news.studies) {
      const known = this.studies.get(record.id);
      if (known === undefined) this.studies.set(record.id, { record, summary: new StudySummary() });
      else known.record = record;
    }
    for (const id of news.removedStudies) this.studies.delete(id);
    for (const trial of news.trials) this.studies.get(trial.study)?.summary.take(trial);
  }

  /** None for a study that was removed by another window just now; the next delta says so. */
  private viewOf(id: string): readonly StudyView[] {
    const study = this.studies.get(id);
    return study === undefined ? [] : [studyView(this.engine, study.record, study.summary)];
  }
}
