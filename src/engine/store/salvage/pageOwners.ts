import { childrenOf, kindOf, pageKind, rowsOf } from './cells.ts';
import type { DatabaseImage } from './image.ts';

/** Which table a page belongs to; `''` for pages of indexes and those not in use. */
export type PageOwners = ReadonlyMap<number, string>;

/** Follows the trees from their roots, as far as they can be read. What is not reached has no entry. */
export const pageOwners = (image: DatabaseImage): PageOwners => {
  const owners = new Map<number, string>();
  for (const number of freePages(image)) owners.set(number, '');
  claim(image, 1, 'sqlite_schema', owners);
  for (const { values } of schemaRows(image, owners)) {
    const [type, name, , root] = values;
    if (typeof root === 'number' && typeof name === 'string')
      claim(image, root, type === 'table' ? name : '', owners);
  }
  return owners;
};

const schemaRows = (image: DatabaseImage, owners: PageOwners): ReturnType<typeof rowsOf> =>
  [...owners]
    .filter(([, owner]) => owner === 'sqlite_schema')
    .flatMap(([number]) => {
      const page = image.page(number);
      return page === undefined ? [] : rowsOf(image, page, number);
    });

const claim = (image: DatabaseImage, root: number, owner: string, owners: Map<number, string>): void => {
  const waiting = [root];
  for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
    if (owners.has(number) || number < 1 || number > image.pageCount) continue;
    const page = image.page(number);
    if (page === undefined || !isTreePage(kindOf(page, number))) continue;
    owners.set(number, owner);
    try {
      waiting.push(...childrenOf(page, number));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // offsets beyond the page: a damaged one
    }
  }
};

const isTreePage = (kind: number): boolean => Object.values<number>(pageKind).includes(kind);

/** Pages that SQLite has set aside for later; what stands in them was deleted. */
const freePages = (image: DatabaseImage): ReadonlySet<number> => {
  const free = new Set<number>();
  for (let trunk = image.page(1)?.readUInt32BE(32) ?? 0; trunk !== 0 && !free.has(trunk); ) {
    const page = image.page(trunk);
    if (page === undefined) break;
    free.add(trunk);
    const count = Math.min(page.readUInt32BE(4), page.length / 4 - 2);
    for (let index = 0; index < count; index += 1) free.add(page.readUInt32BE(8 + 4 * index));
    trunk = page.readUInt32BE(0);
  }
  return free;
};
