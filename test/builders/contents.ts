import { spaceToJson } from '../../src/engine/space/wire.ts';
import type { Store, StudyRecord } from '../../src/engine/study/store.ts';

/** With the space as text, so that how expressions are kept in memory is nobody's business. */
const plain = (study: StudyRecord): unknown => ({
  ...study,
  spec: { ...study.spec, space: spaceToJson(study.spec.space) },
});

/** All that a store shows, in one value. */
export const contents = (store: Store): unknown => {
  const studies = store.studies();
  const { revision, trials, removedStudies } = store.changesSince(-1);
  return {
    revision,
    removedStudies,
    studies: studies.map(plain),
    // Older versions did not count corrupt records; they are shown below.
    trials: trials.map(({ corrupt, ...trial }) => trial),
    reports: studies.flatMap(({ id }) => store.trials(id).map(({ number }) => store.reports(id, number))),
    owners: studies.map(({ id }) => store.leaseOwner(id) ?? null),
  };
};
