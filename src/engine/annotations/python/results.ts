import type { SyntaxNode } from '@lezer/common';
import { readString } from '../literal/stringLiteral.ts';
import type { Span } from '../tunable.ts';
import type { PythonFile } from './pythonFile.ts';
import { type Chunk, childrenOf, nameOfScope, placeOf, scopeOf, splitTuple, textOf } from './syntax.ts';

/** A place where a script has a number that may say how well it did. */
export type PythonResult = {
  readonly span: Span;
  /** Stands in a function or loop that seems to train. */
  readonly isTraining: boolean;
} & (
  | { readonly kind: 'assigned'; readonly names: readonly string[]; readonly targets: number }
  /** A line as it would be printed, with a number in each gap. */
  | { readonly kind: 'printed'; readonly text: string }
  /** `self.log("val_acc", …)`: the name. */
  | { readonly kind: 'logged'; readonly text: string }
);

/** What a file assigns, prints and logs, in source order. */
export const resultsOf = (file: PythonFile): PythonResult[] =>
  file.chunks.flatMap((place) => {
    const chunk = file.parse(place);
    const found: PythonResult[] = [];
    chunk.tree.iterate({
      enter: ({ name, node }) => {
        const result =
          name === 'AssignStatement'
            ? assigned(chunk, node)
            : name === 'CallExpression'
              ? called(chunk, node)
              : undefined;
        if (result) found.push(result);
      },
    });
    return found;
  });

const constant = new Set([
  'Number',
  'String',
  'Boolean',
  'None',
  'ArrayExpression',
  'DictionaryExpression',
  'UnaryExpression',
  'LambdaExpression',
  'VariableName',
]);

const assigned = (chunk: Chunk, statement: SyntaxNode): PythonResult | undefined => {
  const children = childrenOf(statement);
  const sign = children.findLastIndex(({ name }) => name === 'AssignOp');
  const right = children.slice(sign + 1);
  const [value] = right;
  if (sign < 0 || !value || (right.length === 1 && constant.has(value.name))) return undefined;
  if (value.name === 'CallExpression' && /^(?:\w+\.)*[A-Z]\w*\s*\(/u.test(textOf(chunk, value)))
    return undefined; // makes an object: `val_loss = Mean()`
  const targets = splitTuple(
    children.slice(0, sign).filter(({ name }) => name !== 'AssignOp' && name !== 'TypeDef'),
  );
  const names = targets.filter(({ name }) => name === 'VariableName').map((node) => textOf(chunk, node));
  if (names.length === 0) return undefined;
  return {
    kind: 'assigned',
    names,
    targets: targets.length,
    span: placeOf(chunk, statement),
    isTraining: isTraining(chunk, statement),
  };
};

const called = (chunk: Chunk, call: SyntaxNode): PythonResult | undefined => {
  const list = call.getChild('ArgList');
  if (!list) return undefined;
  const callee = chunk.text.slice(call.from, list.from).trim();
  const [, first] = childrenOf(list);
  if (!first) return undefined;
  const place = { span: placeOf(chunk, call), isTraining: isTraining(chunk, call) };
  if (/(?:^|\.)(?:print|info)$/u.test(callee) && first.name === 'FormatString')
    return { kind: 'printed', text: filled(textOf(chunk, first)), ...place };
  const logged = /\.(?:log|log_metric|add_scalar)$/u.test(callee) && first.name === 'String';
  const text = logged ? readString(textOf(chunk, first)) : undefined;
  return text === undefined ? undefined : { kind: 'logged', text, ...place };
};

/** An f-string with a number in each gap, as far as its text tells. */
const filled = (text: string): string =>
  text
    .replace(/^[a-zA-Z]*("""|'''|"|')/u, '')
    .replaceAll(/\{[^{}]*\}/gu, '0.5')
    .replace(/("""|'''|"|')$/u, '');

const isTraining = (chunk: Chunk, node: SyntaxNode): boolean => {
  const scope = scopeOf(node);
  return (
    scope !== null && /^(?:training_|train_(?:one|step|epoch|batch)|step)/u.test(nameOfScope(chunk, scope))
  );
};
