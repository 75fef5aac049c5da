import path from 'node:path';
import { type EngineRequests, type Handlers, RpcError, type RpcFailure } from '../../protocol/index.ts';
import { toCsv } from '../interop/csv.ts';
import { toJson } from '../interop/json.ts';
import type { Result } from '../space/result.ts';
import { StoreError } from '../study/store.ts';
import { Engine, type EngineOptions } from '../tuner/engine.ts';
import { housekeepingHandlers } from './housekeeping.ts';
import { insightsView, predictionsAt } from './insights.ts';
import { ViewSource } from './views.ts';

/** Engine failures as the host receives them: a stable code, a sentence, and details where there are some. */
export const toFailure = (error: unknown): RpcFailure => {
  if (error instanceof RpcError) return { code: error.code, message: error.message, details: error.details };
  if (error instanceof StoreError) return { code: error.reason, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
};

const orRefuse = <T>(result: Result<T, string>): T => {
  if (result.ok) return result.value;
  throw new RpcError({ code: 'bad-input', message: result.error });
};

type Listeners = Pick<EngineOptions, 'onChange' | 'onLog' | 'onProblem' | 'onNote'>;

/** Answers the host's requests with one engine, which the first request opens. */
export const engineHandlers = (listeners: Listeners): Handlers<EngineRequests> => {
  let opened: { readonly engine: Engine; readonly views: ViewSource } | undefined;
  const opening = (): NonNullable<typeof opened> => {
    if (opened === undefined)
      throw new RpcError({ code: 'not-open', message: 'The engine has not been opened yet.' });
    return opened;
  };
  const engine = (): Engine => opening().engine;
  return {
    open: ({ folder, runtime, nativeBinding, warmTrials }) => {
      if (opened === undefined) {
        // This thread's own environment, which a process that keeps the studies later on is given too.
        if (warmTrials === 'off') process.env.TUNELENS_WARM = '0';
        const fresh = new Engine({
          folder,
          runtimeFolder: runtime,
          nativeBinding,
          adoptOthers: true,
          place: 'window',
          aloneInProcess: true,
          ...listeners,
        });
        opened = { engine: fresh, views: new ViewSource(fresh) };
      }
      return { warnings: [] };
    },
    start: (request) => {
      const result = engine().createStudy(request);
      if (result.ok) return { study: result.value.study.id };
      const message = result.error.map((problem) => problem.message).join('\n');
      throw new RpcError({ code: 'bad-input', message, details: result.error });
    },
    pause: ({ study }) => {
      engine().pause(study);
      return null;
    },
    resume: ({ study }) => orRefuse(engine().resume(study)),
    stop: async ({ study }) => {
      await engine().stop(study);
      return null;
    },
    stopTrial: async ({ study, trial }) => {
      await engine().stopTrial(study, trial);
      return null;
    },
    pauseTrial: async ({ study, trial }) => orRefuse(await engine().pauseTrial(study, trial)),
    resumeTrial: ({ study, trial }) => orRefuse(engine().resumeTrial(study, trial)),
    starTrial: ({ study, trial, star }) => {
      engine().starTrial(study, trial, star);
      return null;
    },
    setNote: ({ study, trial, note }) => {
      engine().label(study, trial, { note });
      return null;
    },
    setTags: ({ study, trial, tags }) => {
      engine().label(study, trial, { tags });
      return null;
    },
    sources: ({ study }) => {
      const { layout } = engine();
      const files = engine()
        .planOf(study)
        .files.map(({ path: file, snapshot }) => ({
          file: path.relative(layout.folder, file).split(path.sep).join('/'),
          snapshot,
        }));
      return { files };
    },
    differences: ({ study, trial }) => engine().differences(study, trial),
    rerun: ({ study, trial }) => ({ trial: orRefuse(engine().rerun(study, trial)).number }),
    debugRun: ({ study, trial }) => engine().debugRun(study, trial),
    removeStudy: async ({ study }) => {
      await engine().remove(study);
      return null;
    },
    chooseObjective: ({ study, metric, direction }) =>
      orRefuse(engine().chooseObjective(study, metric, direction)),
    changesSince: ({ revision }) => opening().views.delta(revision),
    importance: ({ study }) => {
      const result = engine().importance(study);
      return result.ok ? { importances: result.value } : { importances: [], message: result.error };
    },
    insights: ({ study }) => insightsView(engine(), study),
    predict: ({ study, values }) => predictionsAt(engine(), study, values),
    simplified: ({ study, trial }) => {
      const result = engine().simplified(study, trial);
      if (!result.ok) return { rounded: [], metrics: [], message: result.error };
      const { rounded, metrics } = result.value;
      return { rounded, metrics };
    },
    insertEdits: ({ study, trial, ...request }) => engine().insertEdits(study, trial, request),
    copyAs: ({ study, trial, format }) => ({ text: engine().copyAs(study, trial, format) }),
    corruptRecords: ({ study }) => ({ records: engine().store.corruptRecords(study) }),
    exportStudy: ({ study, format }) => {
      const { store } = engine();
      const [record, trials] = [store.study(study), store.trials(study)];
      return {
        text: format === 'csv' ? toCsv(record, trials) : toJson(record, trials, store.corruptRecords(study)),
      };
    },
    ...housekeepingHandlers(engine),
    keepTuning: ({ commandLine }) => {
      engine().keepTuning(commandLine ?? undefined);
      return null;
    },
    close: async () => {
      await opened?.engine.close();
      opened = undefined;
      return null;
    },
  };
};
