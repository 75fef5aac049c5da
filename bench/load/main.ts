// The load test: measures what is promised of many trials at once. `npm run bench:load -- burst stopping` only these.
import process from 'node:process';
import { host } from '../figures/host.ts';
import { latency } from '../figures/latency.ts';
import { start } from '../figures/start.ts';
import { runFigures } from '../runFigures.ts';
import { burst } from './burst.ts';
import { crashTest } from './crashes.ts';
import { stopping } from './stopping.ts';
import { throughput } from './throughput.ts';
import { warmStart } from './warmStart.ts';

const figures = [host, burst, latency, stopping, start, warmStart, throughput, crashTest];
process.exitCode = await runFigures({ title: 'bench:load', figures }, process.argv.slice(2));
