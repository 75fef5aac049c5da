import type { LiteralSlot, Slot } from './slot.ts';

/** A slot as the literal that it holds, or as a list of them where that is asked for; undefined where it is none. */
export const literalSlot = (slot: Slot, asList: boolean): LiteralSlot | undefined => {
  const { value, ...place } = slot;
  const literal = asList ? slot.items?.map((item) => item.value) : value;
  return literal === undefined ? undefined : { ...place, value: literal };
};
