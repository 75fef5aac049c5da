import { openStore } from '../../../src/engine/store/openStore.ts';

/** Run as a process of its own, by a user who may do less: prints the number of studies, or why it cannot. */
try {
  const store = openStore({ file: process.argv[2] ?? '', readOnly: process.argv[3] === 'readOnly' });
  console.log(`${store.studies().length} studies`);
  store.close();
} catch (error) {
  console.log(error instanceof Error && 'reason' in error ? error.reason : String(error));
}
