/** The one key of the object that stands for a number JSON cannot say. */
const tag = '$number';

const isTagged = (value: object): value is { readonly [tag]: string } =>
  tag in value && typeof value[tag] === 'string' && Object.keys(value).length === 1;

/**
 * JSON in which NaN and the infinities survive, each as `{"$number": "NaN"}`. An object of exactly that shape
 * in the input would come back as a number; our records have none.
 */
export const encodeJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? { [tag]: String(part) } : part,
  );

/** The inverse of `encodeJson`. Throws `SyntaxError` on text that is not JSON. */
export const decodeJson = (text: string): unknown =>
  text.includes(`"${tag}"`)
    ? JSON.parse(text, (_, part: unknown) =>
        typeof part === 'object' && part !== null && isTagged(part) ? Number(part[tag]) : part,
      )
    : JSON.parse(text);
