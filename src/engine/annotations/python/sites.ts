import type { SyntaxNode } from '@lezer/common';
import { readString } from '../literal/stringLiteral.ts';
import type { Slot } from '../slot.ts';
import type { Span } from '../tunable.ts';
import type { PythonFile } from './pythonFile.ts';
import { slotsWithin } from './slots.ts';
import { type Chunk, childrenOf, nameOfScope, siblingBefore, splitTuple, textOf } from './syntax.ts';

/** A named value with what stands around it, for judging what it means. */
export interface Site {
  readonly slot: Slot;
  /** Names of the functions that it stands in, innermost first. */
  readonly functions: readonly string[];
  /** Names of the classes that it stands in, innermost first. */
  readonly classes: readonly string[];
  /** What the statement assigns, as written: `train_loader` for `train_loader = DataLoader(…, batch_size=64)`. */
  readonly target?: string;
}

/** Every named value of a file or of one of its statements, in source order. */
export const sitesOf = (file: PythonFile, places: readonly Span[] = file.chunks): Site[] =>
  places.flatMap((place) => {
    const chunk = file.parse(place);
    return slotsWithin(chunk, 0, chunk.text.length).map((slot) => siteOf(chunk, slot));
  });

const siteOf = (chunk: Chunk, slot: Slot): Site => {
  const functions: string[] = [];
  const classes: string[] = [];
  let target: string | undefined;
  const value = chunk.tree.resolveInner(slot.span.start - chunk.start, 1);
  for (let node: SyntaxNode | null = value; node; node = node.parent) {
    if (node.name === 'FunctionDefinition') functions.push(nameOfScope(chunk, node));
    else if (node.name === 'DecoratedStatement' && functions.length === 0) {
      // A decorator belongs to the function below it.
      const decorated = node.getChild('FunctionDefinition');
      if (decorated) functions.push(nameOfScope(chunk, decorated));
    } else if (node.name === 'ClassDefinition') classes.push(nameOfScope(chunk, node));
    else if (node.name === 'AssignStatement') target ??= targetOf(chunk, node);
  }
  return { slot, functions, classes, ...(target !== undefined && { target }) };
};

const targetOf = (chunk: Chunk, statement: SyntaxNode): string | undefined => {
  const [first] = childrenOf(statement);
  return first && textOf(chunk, first);
};

const stringsIn = (chunk: Chunk, node: SyntaxNode): readonly string[] => {
  const found: string[] = [];
  chunk.tree.iterate({
    from: node.from,
    to: node.to,
    enter: (each) => {
      if (each.name !== 'String' || each.from < node.from || each.to > node.to) return;
      const text = readString(chunk.text.slice(each.from, each.to));
      if (text !== undefined) found.push(text);
    },
  });
  return found;
};

/**
 * The words that a file compares a name with, by its last part: `if args.optimizer == "sgd"`, `opt in ("a", "b")`,
 * `match opt: case "a"`, `{"a": A, "b": B}[opt]`. What it is compared with is what it may be.
 */
export const comparedWords = (file: PythonFile): ReadonlyMap<string, ReadonlySet<string>> => {
  const words = new Map<string, Set<string>>();
  const add = (name: string | undefined, found: readonly string[]): void => {
    if (name === undefined || found.length === 0) return;
    const known = words.get(name) ?? new Set<string>();
    for (const each of found) known.add(each);
    words.set(name, known);
  };
  const dicts = new Map<string, readonly string[]>();
  for (const place of file.chunks) {
    const chunk = file.parse(place);
    chunk.tree.iterate({
      enter: ({ name, node }) => {
        if (name === 'BinaryExpression') comparison(chunk, node, add);
        else if (name === 'MatchStatement') matching(chunk, node, add);
        else if (name === 'AssignStatement') keysOfDict(chunk, node, dicts);
        else if (name === 'MemberExpression') choosing(chunk, node, dicts, add);
      },
    });
  }
  return words;
};

type Add = (name: string | undefined, found: readonly string[]) => void;

const comparison = (chunk: Chunk, node: SyntaxNode, add: Add): void => {
  const [left, operator, right] = childrenOf(node);
  if (!left || !operator || !right) return;
  const sign = textOf(chunk, operator);
  if (sign === '==' || sign === '!=') {
    if (right.name === 'String') add(nameOf(chunk, left), stringsIn(chunk, right));
    else if (left.name === 'String') add(nameOf(chunk, right), stringsIn(chunk, left));
  } else if (sign === 'in' && /^(?:Tuple|Array|Set)Expression$/u.test(right.name))
    add(
      nameOf(chunk, left),
      splitTuple([right]).every(({ name }) => name === 'String') ? stringsIn(chunk, right) : [],
    );
};

const matching = (chunk: Chunk, node: SyntaxNode, add: Add): void => {
  const subject = childrenOf(node)[1];
  if (!subject) return;
  const clauses = node.getChild('MatchBody')?.getChildren('MatchClause') ?? [];
  for (const clause of clauses) {
    const literals = childrenOf(clause).filter(
      ({ name }) => name === 'LiteralPattern' || name === 'OrPattern',
    );
    for (const literal of literals) add(nameOf(chunk, subject), stringsIn(chunk, literal));
  }
};

const keysOfDict = (chunk: Chunk, statement: SyntaxNode, dicts: Map<string, readonly string[]>): void => {
  const dict = statement.getChild('DictionaryExpression');
  const target = targetOf(chunk, statement);
  if (dict && target !== undefined) dicts.set(target, keysOf(chunk, dict));
};

const keysOf = (chunk: Chunk, dict: SyntaxNode): readonly string[] =>
  dict
    .getChildren(':')
    .flatMap((colon) => siblingBefore(colon) ?? [])
    .flatMap((key) => (key.name === 'String' ? stringsIn(chunk, key) : []));

/** `{…}[name]`, `DICT[name]`. */
const choosing = (
  chunk: Chunk,
  node: SyntaxNode,
  dicts: ReadonlyMap<string, readonly string[]>,
  add: Add,
): void => {
  const [object, bracket, key] = childrenOf(node);
  if (!object || !key || bracket?.name !== '[') return;
  const keys =
    object.name === 'DictionaryExpression' ? keysOf(chunk, object) : dicts.get(textOf(chunk, object));
  if (keys && keys.length > 1) add(nameOf(chunk, key), keys);
};

/** `args.optimizer`, `cfg["optimizer"]`, `optimizer.lower()` → `optimizer`. */
const nameOf = (chunk: Chunk, node: SyntaxNode): string | undefined =>
  /(?<name>[\p{L}_][\p{L}\p{N}_]*)(?:["']\])?(?:\.(?:lower|upper|strip|casefold)\(\))?$/u.exec(
    textOf(chunk, node),
  )?.groups?.name;
