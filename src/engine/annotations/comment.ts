import type { Span } from './tunable.ts';

/** A comment that asks something of TuneLens. */
export interface AnnotationComment {
  /** From `tune` to the end, without remarks. */
  readonly span: Span;
  /** What stands behind `tune` or `tune:`. */
  readonly body: Span;
  readonly line: number;
  /** Nothing but space stands before it on its line. */
  readonly standalone: boolean;
  /**
   * `colon`: certainly meant. `bare`: `tune` alone. `named`: `tune lr: …`, meant if the line has an `lr`.
   * `slip`: other case or no colon, meant only if the rest reads as a search space.
   */
  readonly style: 'colon' | 'bare' | 'named' | 'slip';
  /** The configuration file that it is about, where it names one: `tune config.json: …`. */
  readonly file?: Span & { readonly text: string };
  /** Where the colon is missing. */
  readonly wordEnd: number;
}

/** The signs that begin a comment in any language we read: `#`, `//`, `--`, `%` and `;`. */
const marker = /(?:#|\/\/|--|%|;)[ \t]*tune\b/u;

/** May the text hold an annotation, in whatever language? Cheap; false means certainly none. */
export const hasAnnotation = (text: string): boolean => marker.test(text);

/** Matches a comment sign with the word behind it, in any case; `sign` is the source of a regular expression. */
export const annotationStart = (sign: string, flags = 'gu'): RegExp =>
  new RegExp(`${sign}[ \\t]*(?:tune|Tune|TUNE)(?![\\p{L}\\p{N}_])`, flags);

/**
 * Takes apart a comment that begins with the word `tune` at `start` and ends at `end`. `sign` is what begins a comment in
 * its language: a further one ends the annotation.
 */
export const annotationComment = (
  source: string,
  { start, end }: Span,
  place: Pick<AnnotationComment, 'line' | 'standalone'> & { readonly sign: string },
): AnnotationComment => {
  const wordEnd = start + 'tune'.length;
  const rest = withoutRemark(source.slice(wordEnd, end), place.sign);
  const colon = /^[ \t]*:/u.exec(rest);
  const lowerCase = source.startsWith('tune', start);
  const style = !lowerCase
    ? 'slip'
    : colon
      ? 'colon'
      : rest === ''
        ? 'bare'
        : /^[ \t]+[\p{L}_][\p{L}\p{N}_]*[ \t]*:/u.test(rest)
          ? 'named'
          : 'slip';
  const span = { start, end: wordEnd + rest.length };
  const elsewhere = lowerCase ? fileNamed(rest, wordEnd) : undefined;
  if (elsewhere)
    return {
      span,
      body: { start: elsewhere.end, end: span.end },
      file: elsewhere.file,
      style: 'colon',
      wordEnd,
      line: place.line,
      standalone: place.standalone,
    };
  const body = { start: wordEnd + (colon?.[0].length ?? 0), end: span.end };
  return { span, body, style, wordEnd, line: place.line, standalone: place.standalone };
};

/**
 * Ends an annotation at a further comment sign, or at a remark in brackets set off by two spaces: `1..8  (doubles)`.
 * A sign that means something in expressions too, such as `//`, must be set off by two spaces itself.
 */
const withoutRemark = (text: string, sign: string): string => {
  const strings = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#|[ \t]{2,}(?:\/\/|--|%|;)/gu;
  let end = text.length;
  for (let match = strings.exec(text); match; match = strings.exec(text)) {
    if (match[0].trimStart() !== sign) continue;
    end = match.index;
    break;
  }
  return text
    .slice(0, end)
    .replace(/(?<![-+*/%<>=!(,&|]|\b(?:and|or|not|in|if|where))[ \t]{2,}\([^()]*\)[ \t]*$/u, '')
    .trimEnd();
};

/** The file name before a colon in ` config.json: lr: 1..2`, with the end of the colon. */
const fileNamed = (
  rest: string,
  base: number,
): { readonly file: Span & { readonly text: string }; readonly end: number } | undefined => {
  const match =
    /^(?<before>[ \t]*:?[ \t]*)(?<name>"[^"]+\.(?:ya?ml|toml|jsonc?)"|'[^']+\.(?:ya?ml|toml|jsonc?)'|[^\s:"']+\.(?:ya?ml|toml|jsonc?))[ \t]*:/iu.exec(
      rest,
    );
  const { before = '', name = '' } = match?.groups ?? {};
  if (!match) return undefined;
  const start = base + before.length;
  const file = { start, end: start + name.length, text: name.replaceAll(/^["']|["']$/gu, '') };
  return { file, end: base + match[0].length };
};
