import { bestTrial } from '../analysis/best.ts';
import { guessDirection } from '../analysis/direction.ts';
import { compositesOf, type ShownAssignment, shownAssignment } from '../space/composite.ts';
import { describeParameter, describeShape } from '../space/describeParameter.ts';
import type { Parameter } from '../space/parameter.ts';
import type { Changes, StudyRecord, TrialRecord } from '../study/store.ts';
import { type TrialState, trialStates } from '../study/trial.ts';
import type { Engine } from '../tuner/engine.ts';
import type { RunPlan } from '../tuner/plan.ts';
import { toTrial } from '../tuner/trialModel.ts';
import type { Delta, ParameterView, StudyView, TrialView } from '../../protocol/index.ts';
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

const countStates = (trials: readonly TrialRecord[]): Record<TrialState, number> => {
  const counts = Object.fromEntries(trialStates.map((state) => [state, 0])) as Record<TrialState, number>; // every state is a key
  for (const { state } of trials) counts[state]++;
  return counts;
};

const metricsSeen = (trials: readonly TrialRecord[]): StudyView['metricsSeen'] => {
  const last = new Map<string, number>();
  for (const trial of trials)
    for (const [metric, value] of Object.entries(trial.metrics)) last.set(metric, value);
  return [...last].map(([metric, value]) => ({ metric, last: value, suggested: guessDirection(metric) }));
};

const studyView = (engine: Engine, study: StudyRecord, trials: readonly TrialRecord[]): StudyView => {
  const { spec } = study;
  const best = bestTrial(
    trials.map((trial) => toTrial(trial)),
    spec.objectives,
  );
  return {
    id: study.id,
    name: study.name,
    script: study.script,
    state: study.state,
    ...(study.message === undefined ? {} : { message: study.message }),
    objectives: spec.objectives,
    parameters: parameterViews(study, engine.planOf(study.id), engine.layout.folder),
    sampler: spec.sampler,
    pruner: spec.pruner,
    seed: spec.seed,
    parallel: spec.parallel,
    ...(spec.budget.trials === undefined ? {} : { trialBudget: spec.budget.trials }),
    ...(spec.budget.timeMs === undefined ? {} : { timeBudgetMs: spec.budget.timeMs }),
    elapsedMs: study.elapsedMs,
    createdAtMs: study.createdAtMs,
    ...(best === undefined ? {} : { best }),
    counts: countStates(trials),
    metricsSeen: metricsSeen(trials),
    drivenHere: engine.isDriving(study.id),
    ...drivenBy(engine, study.id),
    corruptRecords: engine.store.corruptRecords(study.id).length,
  };
};

const drivenBy = (engine: Engine, study: string): Pick<StudyView, 'drivenBy'> => {
  const who = engine.driverElsewhere(study);
  return who === undefined ? {} : { drivenBy: who };
};

const trialView = (trial: TrialRecord, params: ShownAssignment): TrialView => ({
  study: trial.study,
  number: trial.number,
  state: trial.state,
  params,
  reason: trial.reason,
  ...(trial.values === undefined ? {} : { values: trial.values }),
  intermediate: trial.intermediate,
  metrics: trial.metrics,
  attempt: trial.attempt,
  ...(trial.slot === undefined ? {} : { slot: trial.slot }),
  ...(trial.startedAtMs === undefined ? {} : { startedAtMs: trial.startedAtMs }),
  ...(trial.endedAtMs === undefined ? {} : { endedAtMs: trial.endedAtMs }),
  ...(trial.message === undefined ? {} : { message: trial.message }),
  star: trial.star,
  ...(trial.folder === undefined ? {} : { log: path.join(trial.folder, 'log') }),
});

/**
 * Makes deltas for a mirror. Keeps studies and their trials as last read, so that summing a study up reads only
 * what has changed since.
 */
export class ViewSource {
  private readonly engine: Engine;
  private readonly studies = new Map<string, StudyRecord>();
  private readonly trials = new Map<string, TrialRecord[]>();
  private revision = 0;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** What a mirror at revision `from` needs. A study's view sums up its trials, so it is sent when any of them changed. */
  delta(from: number): Delta {
    const before = this.revision;
    const news = this.engine.changesSince(before);
    this.take(news);
    const changes = from === before ? news : this.engine.changesSince(from);
    const touched = new Set([
      ...changes.studies.map(({ id }) => id),
      ...changes.trials.map(({ study }) => study),
    ]);
    return {
      from,
      to: Math.min(news.revision, changes.revision),
      studies: [...touched].flatMap((id) => this.viewOf(id)),
      trials: changes.trials.map((trial) => trialView(trial, this.shownParams(trial))),
      removedStudies: changes.removedStudies,
    };
  }

  private shownParams({ study, params }: TrialRecord): ShownAssignment {
    const space = this.studies.get(study)?.spec.space;
    return space === undefined ? params : shownAssignment(space, params);
  }

  private take(news: Changes): void {
    this.revision = news.revision;
    for (const study of news.studies) this.studies.set(study.id, study);
    for (const id of news.removedStudies) {
      this.studies.delete(id);
      this.trials.delete(id);
    }
    for (const trial of news.trials) {
      const known = this.trials.get(trial.study) ?? [];
      known[trial.number] = trial;
      this.trials.set(trial.study, known);
    }
  }

  /** None for a study that was removed by another window just now; the next delta says so. */
  private viewOf(id: string): readonly StudyView[] {
    const study = this.studies.get(id);
    return study === undefined ? [] : [studyView(this.engine, study, this.trials.get(id) ?? [])];
  }
}
