/** `tunelens`: the engine without an editor. Exit codes: 0 done, 1 the study failed, 2 bad input, 130 interrupted. */
import { ask } from './ask.ts';
import { check } from './check.ts';
import { cleanup } from './cleanup.ts';
import { exportStudy } from './exportStudy.ts';
import { importStudy } from './importStudy.ts';
import { keep } from './keep.ts';
import { list } from './list.ts';
import { rerun } from './rerun.ts';
import { run } from './run.ts';
import { schedule } from './schedule.ts';
import { UsageError } from './usageError.ts';

const help = `tunelens: tune hyperparameters written as comments in a script

  tunelens run SCRIPT [options] [-- SCRIPT ARGUMENTS]   tune a script
  tunelens ask                                          serve the engine: JSON-RPC 2.0, one message a line
  tunelens list [--folder DIR]                          studies kept in a folder
  tunelens keep [--folder DIR]                          go on with studies whose window is gone, until all have ended
  tunelens export STUDY [--format csv|json] [--folder DIR]
  tunelens export STUDY --format archive [--output FILE] [--logs] [--folder DIR]   all of it in one file
  tunelens import FILE [--copy] [--folder DIR]          put an archived study into a folder; nothing of it runs
  tunelens cleanup [--keep "30 days"|"20 studies"] [--dry-run] [--folder DIR]      free space
  tunelens check [--repair] [--folder DIR]              look whether the database is in order, or mend it
  tunelens rerun STUDY TRIAL [--folder DIR]             run a trial again exactly, and compare
  tunelens schedule STUDY [--trial N] [--folder DIR]    values over the course of population-based training

Options of run:
  --trials N            most trials, the first with your own values (default 30)
  --time T              most time, such as 90s, 30m or 2h
  --parallel N          trials at a time
  --sampler NAME        auto, tpe, random
  --pruner NAME         median, asha, none
  --seed N              same seed, same proposals
  --metric NAME         what to optimise, when no comment says it
  --direction D         maximize or minimize (guessed from the metric's name)
  --python PATH         interpreter (default python3)
  --with WORD           program for a script in another language; its options follow, each as --with=WORD
  --data GLOB           data files whose hashes are remembered, relative to the folder; may be given again
  --replay STUDY        train once under the schedule that population-based training found in a study
  --folder DIR          where studies are kept (default: the script's folder, or one above it that has .tunelens)
  --json                print one JSON object at the end and nothing else
  --quiet               no progress line

Write a search space behind a constant:  lr = 1e-3  # tune: 1e-5..1e-1 log
`;

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  run,
  ask,
  list,
  rerun,
  schedule,
  keep,
  export: exportStudy,
  import: importStudy,
  cleanup,
  check,
};

/** better-sqlite3's binary needs Node-API 10; an older Node would crash without a word. */
const checkNode = (): void => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 14))
    throw new UsageError(`Node ${process.versions.node} is too old: tunelens needs Node 22.14 or newer.`);
};

const main = async (args: readonly string[]): Promise<number> => {
  checkNode();
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(help);
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw new UsageError(`There is no command “${name}”. See tunelens help.`);
  return command(rest);
};

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`tunelens: ${message}\n`);
    if (process.env.TUNELENS_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    process.exitCode = 2;
  },
);
