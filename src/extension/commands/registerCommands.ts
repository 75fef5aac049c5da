import { commands, type Disposable, type LogOutputChannel } from 'vscode';
import { type CommandArguments, type CommandId, commandIds } from '../contributions.ts';
import { Disposables } from '../platform/events.ts';
import { NothingToDo, showFailure } from '../platform/failures.ts';

export type CommandHandlers = { readonly [Id in CommandId]: (...args: CommandArguments[Id]) => unknown };

/** Binds every command. One wrapper times, logs, and turns what fails into one message. */
export const registerCommands = (handlers: CommandHandlers, log: LogOutputChannel): Disposable => {
  const owned = new Disposables();
  for (const id of commandIds) {
    // The table's keys are the ids; what the editor passes is what lenses, menus and the panel bound to them.
    const handler = handlers[id as CommandId] as (...args: readonly unknown[]) => unknown;
    owned.add(
      commands.registerCommand(id, (...args: readonly unknown[]) => run(id, () => handler(...args), log)),
    );
  }
  return owned;
};

const run = async (id: string, action: () => unknown, log: LogOutputChannel): Promise<void> => {
  const startedMs = performance.now();
  try {
    await action();
    log.debug(`${id} took ${Math.round(performance.now() - startedMs)} ms`);
  } catch (error) {
    if (error instanceof NothingToDo) log.info(`${id}: ${error.message}`);
    else log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    // Not awaited: a message may stand for hours, and the command is over.
    void showFailure(error, log);
  }
};
