export interface Disposable {
  dispose(): void;
}

/** Subscribes; what is returned ends it. Has the shape of the editor's own `Event`. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** An emitter free of the editor, so that what uses it can be tested without one. */
export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // Wrapped, so that one function subscribed twice is called twice and unsubscribed once.
    const entry = (value: T): void => listener(value);
    this.listeners.add(entry);
    return { dispose: () => this.listeners.delete(entry) };
  };

  fire(value: T): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** Owns what it is given; what comes after its end is disposed of at once. */
export class Disposables implements Disposable {
  private readonly items: Disposable[] = [];
  private ended = false;

  add<T extends Disposable>(item: T): T {
    if (this.ended) item.dispose();
    else this.items.push(item);
    return item;
  }

  /** Last made, first disposed of. */
  dispose(): void {
    this.ended = true;
    for (const item of this.items.splice(0).reverse()) item.dispose();
  }
}
