import { type CancellationToken, type Disposable, type TextDocument, workspace } from 'vscode';

/** Nothing beside the text moves until typing has paused for as long. */
const quietMs = 700;

/** Knows which documents are being typed in. */
export interface Quiet extends Disposable {
  /** Resolves once the document has been left alone; false when it is not worth waiting any longer. */
  wait(document: TextDocument, token: CancellationToken): Promise<boolean>;
}

export const createQuiet = (): Quiet => {
  const changedMs = new WeakMap<TextDocument, number>();
  const listening = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0) changedMs.set(document, performance.now());
  });
  return {
    wait: async (document, token) => {
      for (;;) {
        const left = (changedMs.get(document) ?? Number.NEGATIVE_INFINITY) + quietMs - performance.now();
        if (token.isCancellationRequested) return false;
        if (left <= 0) return true;
        await new Promise((resolve) => setTimeout(resolve, left));
      }
    },
    dispose: () => listening.dispose(),
  };
};
