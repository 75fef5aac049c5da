import { openStore } from '../../../src/engine/store/openStore.ts';
import { aStudy, startMs } from '../../builders/records.ts';

/** Run as a process of its own: makes or opens a store at an agreed moment, adds a study, and says how it went. */
const [file = '', atMs = '0'] = process.argv.slice(2);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.max(0, Number(atMs) - Date.now()));
const store = openStore({ file });
console.log(store.createStudy(aStudy(), startMs).name);
store.close();
