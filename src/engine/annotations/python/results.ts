import type { SyntaxNode } from '@lezer/common';
import { readString } from '../literal/stringLiteral.ts';
import type { Span } from '../tunable.ts';
import type { PythonFile } from './pythonFile.ts';
import { type Chunk, childrenOf, nameOfScope, placeOf, scopeOf, splitTuple, textOf } from './syntax.ts';

/** A place where a script has a number that may say how well it did. */
export type PythonResult = {
  readonly span: Span;
  /** Stands in a function that seems to train, or to work out a loss. */
  readonly isTraining: boolean;
  /** Comes from what measures on data that was held out: `cross_val_score(…)`. */
  readonly isJudged: boolean;
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
  const text = chunk.text.slice(value.from, statement.to);
  const targets = splitTuple(
    children.slice(0, sign).filter(({ name }) => name !== 'AssignOp' && name !== 'TypeDef'),
  );
  const names = targets.filter(({ name }) => name === 'VariableName').map((node) => textOf(chunk, node));
  // What Keras gives back is a list, not a number.
  if (
    names.length === 0 ||
    (targets.length === 1 && /\.evaluate\s*\((?:[^()]|\([^()]*\))*\)\s*$/u.test(text))
  )
    return undefined;
  return {
    kind: 'assigned',
    isJudged: judging.test(text),
    names,
    targets: targets.length,
    span: placeOf(chunk, statement),
    isTraining: isTraining(chunk, statement),
  };
};

const judging = /\b(?:cross_val_\w+|cross_validate|evaluate\w*|validate\w*|eval_\w+|test\w*_score)\s*\(/u;

const called = (chunk: Chunk, call: SyntaxNode): PythonResult | undefined => {
  const list = call.getChild('ArgList');
  if (!list) return undefined;
  const callee = chunk.text.slice(call.from, list.from).trim();
  const [, first] = childrenOf(list);
  if (!first) return undefined;
  const place = { span: placeOf(chunk, call), isTraining: isTraining(chunk, call), isJudged: false };
  const reported = reportedBy(chunk, list, callee);
  if (reported !== undefined) return { kind: 'logged', text: reported, ...place };
  if (/(?:^|\.)(?:print|info)$/u.test(callee) && first.name === 'FormatString')
    return { kind: 'printed', text: filled(textOf(chunk, first)), ...place };
  const logged = /\.(?:log|log_metric|add_scalar)$/u.test(callee) && first.name === 'String';
  const text = logged ? readString(textOf(chunk, first)) : undefined;
  return text === undefined ? undefined : { kind: 'logged', text, ...place };
};

/** What a library prints by itself: `compile(metrics=["accuracy"])` of Keras, `metric_for_best_model` of Transformers. */
const reportedBy = (chunk: Chunk, list: SyntaxNode, callee: string): string | undefined => {
  const wanted = callee.endsWith('.compile')
    ? 'metrics'
    : /Arguments$|Config$/u.test(callee)
      ? 'metric_for_best_model'
      : undefined;
  const children = childrenOf(list);
  const key = children.findIndex(
    (child, i) => children[i + 1]?.name === 'AssignOp' && textOf(chunk, child) === wanted,
  );
  const value = key < 0 ? undefined : children[key + 2];
  const text = value && readString(/["'][^"']*["']/u.exec(textOf(chunk, value))?.[0] ?? '');
  if (text === undefined) return undefined;
  return wanted === 'metrics' ? `val_${text}` : text.startsWith('eval_') ? text : `eval_${text}`;
};

/** An f-string with a number in each gap, as far as its text tells. */
const filled = (text: string): string =>
  text
    .replace(/^[a-zA-Z]*("""|'''|"|')/u, '')
    .replaceAll(/\{[^{}]*\}/gu, '0.5')
    .replace(/("""|'''|"|')$/u, '');

const isTraining = (chunk: Chunk, node: SyntaxNode): boolean => {
  const scope = scopeOf(node);
  let loops = 0;
  for (let up = node.parent; up && up.from > (scope?.from ?? -1); up = up.parent)
    if (up.name === 'ForStatement' || up.name === 'WhileStatement') loops++;
  return loops > 1 || (scope !== null && trainingScope.test(nameOfScope(chunk, scope)));
};

/** A function whose values belong to a batch, not to a trial. */
const trainingScope =
  /^(?:training_|train_(?:one|step|epoch|batch)|step|forward|update|gradient_|\w*_?loss$|\w*penalty)/u;
