import { itemAt } from './at.ts';

/** Items of a chunk; a full one is split in two. Moving as many costs about what looking through the chunks does. */
const mostInChunk = 512;

/**
 * Items in order, for ranks and order statistics of many that change one by one. Adding, deleting and finding a place
 * take time with the square root of the size, since the items lie in chunks. Equal items must be told apart by
 * `compare` where it matters which of them is deleted.
 */
export class SortedList<T> {
  #size = 0;
  readonly #chunks: T[][] = [];
  readonly #compare: (a: T, b: T) => number;

  constructor(compare: (a: T, b: T) => number, items: Iterable<T> = []) {
    this.#compare = compare;
    const sorted = [...items].sort(compare);
    this.#size = sorted.length;
    for (let start = 0; start < sorted.length; start += mostInChunk / 2)
      this.#chunks.push(sorted.slice(start, start + mostInChunk / 2));
  }

  get size(): number {
    return this.#size;
  }

  add(item: T): void {
    this.#size++;
    const index = Math.min(this.#chunkOf(item), this.#chunks.length - 1);
    const chunk = this.#chunks[index];
    if (chunk === undefined) {
      this.#chunks.push([item]);
      return;
    }
    chunk.splice(this.#placeIn(chunk, item), 0, item);
    if (chunk.length > mostInChunk) this.#chunks.splice(index + 1, 0, chunk.splice(mostInChunk / 2));
  }

  /** Whether it was there. */
  delete(item: T): boolean {
    const index = this.#chunkOf(item);
    const chunk = this.#chunks[index];
    if (chunk === undefined) return false;
    const place = this.#placeIn(chunk, item);
    if (this.#compare(itemAt(chunk, place), item) !== 0) return false;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(index, 1);
    this.#size--;
    return true;
  }

  /** How many items stand strictly before `item`, which need not be there. */
  placeOf(item: T): number {
    const index = this.#chunkOf(item);
    let before = 0;
    for (let i = 0; i < index; i++) before += itemAt(this.#chunks, i).length;
    const chunk = this.#chunks[index];
    return chunk === undefined ? before : before + this.#placeIn(chunk, item);
  }

  /** The item at a place, counted from 0; undefined outside. */
  at(place: number): T | undefined {
    let left = place;
    for (const chunk of this.#chunks) {
      if (left < chunk.length) return chunk[left];
      left -= chunk.length;
    }
    return undefined;
  }

  *[Symbol.iterator](): Generator<T> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  /** The first `count` items. */
  first(count: number): readonly T[] {
    const items: T[] = [];
    for (const chunk of this.#chunks) {
      if (items.length >= count) break;
      items.push(...chunk.slice(0, count - items.length));
    }
    return items;
  }

  /** The first chunk whose last item does not stand before `item`; their number when there is none. */
  #chunkOf(item: T): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = itemAt(this.#chunks, middle);
      if (this.#compare(itemAt(chunk, chunk.length - 1), item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #placeIn(chunk: readonly T[], item: T): number {
    let low = 0;
    let high = chunk.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#compare(itemAt(chunk, middle), item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
