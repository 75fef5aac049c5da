import { splitTokens, tokenize } from '../grammar/tokens.ts';
import type { CommentPlace, Span } from '../tunable.ts';

/** A sampler or a rule for early stopping that an annotation names. */
export interface NamedStrategy {
  readonly of: 'sampler' | 'pruner';
  readonly name: string;
  readonly span: Span;
}

const separators: ReadonlySet<string> = new Set([',', ';']);

/** Those that one annotation names. Which there are is not known in this room: the caller checks them. */
export const strategiesIn = (
  source: string,
  { body }: Pick<CommentPlace, 'body'>,
): readonly NamedStrategy[] =>
  splitTokens(tokenize(source.slice(body.start, body.end), body.start), separators).flatMap(({ tokens }) => {
    const [word, name] = tokens;
    return (word?.text === 'sampler' || word?.text === 'pruner') && name?.kind === 'name'
      ? [{ of: word.text, name: name.text, span: { start: name.start, end: name.end } }]
      : [];
  });
