// Measures what the design promises, and prints one table. `npm run bench -- tpe store` measures only these.
import process from 'node:process';
import { activation } from './figures/activation.ts';
import { editor } from './figures/editor.ts';
import { host } from './figures/host.ts';
import { inline } from './figures/inline.ts';
import { latency } from './figures/latency.ts';
import { start } from './figures/start.ts';
import { store } from './figures/store.ts';
import { tpe } from './figures/tpe.ts';
import { runFigures } from './runFigures.ts';

const figures = [activation, editor, host, inline, latency, start, store, tpe];
process.exitCode = await runFigures({ title: 'bench', figures }, process.argv.slice(2));
