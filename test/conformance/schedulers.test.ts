import { createScheduler, schedulerNames, schedulerOptions } from '../../src/engine/schedulers/registry.ts';
import { schedulerConformance } from './scheduler.ts';

for (const name of schedulerNames) {
  // Small ends, so that whole schedules are gone through many times.
  const isByRungs = Object.hasOwn(schedulerOptions(name), 'minFidelity');
  const options = isByRungs ? { maxFidelity: 27 } : { maxFidelity: 20, population: 4, interval: 4 };
  schedulerConformance(
    name,
    () => {
      const scheduler = createScheduler({ name, options });
      if (!scheduler.ok) throw new Error(scheduler.error);
      return scheduler.value;
    },
    isByRungs ? 90 : 40,
  );
}
