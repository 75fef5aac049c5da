import type { SyntaxNode } from '@lezer/common';
import type { Naming } from '../slot.ts';
import { asName, calleeOf, lastName, namingOf, targetAround } from './naming.ts';
import { type Chunk, childrenOf, siblingBefore } from './syntax.ts';

/** What libraries call the arguments that are often passed by their place. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  Adam: ['learning_rate', 'lr'],
  AdamW: ['learning_rate', 'lr'],
  Conv1D: ['filters', 'kernel_size'],
  Conv2D: ['filters', 'kernel_size'],
  Conv1d: ['in_channels', 'out_channels', 'kernel_size', 'stride', 'padding'],
  Conv2d: ['in_channels', 'out_channels', 'kernel_size', 'stride', 'padding'],
  ConvTranspose2d: ['in_channels', 'out_channels', 'kernel_size', 'stride', 'padding'],
  DataLoader: ['dataset', 'batch_size'],
  Dense: ['units'],
  Dropout: ['p'],
  Dropout2d: ['p'],
  Embedding: ['num_embeddings', 'embedding_dim'],
  ExponentialLR: ['optimizer', 'gamma'],
  GaussianNoise: ['stddev'],
  LeakyReLU: ['negative_slope'],
  Linear: ['in_features', 'out_features'],
  MultiheadAttention: ['embed_dim', 'num_heads'],
  RMSprop: ['learning_rate', 'lr'],
  SGD: ['learning_rate', 'lr', 'momentum'],
  StepLR: ['optimizer', 'step_size', 'gamma'],
  adam: ['learning_rate'],
  adamw: ['learning_rate'],
  sgd: ['learning_rate', 'momentum'],
  clip_by_global_norm: ['max_norm'],
  clip_grad_norm_: ['parameters', 'max_norm'],
  fit_one_cycle: ['n_epoch', 'lr_max'],
  fine_tune: ['epochs', 'base_lr'],
  l1: ['l1'],
  l2: ['l2'],
};

/** Recurrent layers: Keras passes the width first, PyTorch the width of the input. */
const recurrent = /^(?:LSTM|GRU|RNN)$/u;

/** Where the text says what a place holds: `cfg.get("lr", 0.1)`, `getattr(args, "lr", 0.1)`. */
const lookups = /^(?:get|pop|setdefault|getenv|getattr|env|get_param|suggest)$/u;

/** What only gives a number its type: the value is still what the name is about. */
const conversions =
  /^(?:float|int|str|bool|float16|float32|float64|bfloat16|int32|int64|tensor|array|asarray|Decimal)$/u;

/**
 * The name we give to a literal that has none: by the function's own parameters where they are known, by what it is
 * assigned to where the call only converts it, else by what is called and its place.
 */
export const namingOfUnnamed = (chunk: Chunk, node: SyntaxNode): Naming | undefined => {
  const parent = node.parent;
  if (parent?.name === 'ArgList') return namingOfArgument(chunk, node, parent);
  if (parent?.name === 'ArrayExpression' || parent?.name === 'TupleExpression')
    return namingOfEntry(chunk, node, parent);
  return undefined;
};

const namingOfArgument = (chunk: Chunk, node: SyntaxNode, list: SyntaxNode): Naming | undefined => {
  if (list.parent?.name !== 'CallExpression') return undefined;
  const places = argumentsOf(list);
  const index = places.findIndex(({ from }) => from === node.from);
  if (index < 0) return undefined;
  const callee = calleeOf(chunk, list);
  const last = lastName(callee);
  const target = targetAround(chunk, list.parent);
  const form = { kind: 'argument', callee, index } as const;
  const known = parameterAt(chunk, last, places, index);
  if (lookups.test(last) && known === undefined) return undefined;
  if (known !== undefined) return { name: known, owner: last, ...(target && { target: target.name }), form };
  if (conversions.test(last) && target?.direct === true) return { name: target.name, owner: last, form };
  return { name: `${last}_${index}`, owner: target?.name ?? last, form };
};

/** The arguments by place, in order; nothing is known behind a `*`. */
const argumentsOf = (list: SyntaxNode): readonly SyntaxNode[] => {
  const places: SyntaxNode[] = [];
  let fresh = true;
  for (const child of childrenOf(list)) {
    if (child.name === '(' || child.name === ')') continue;
    if (child.name === '*' || child.name === '**') break;
    if (child.name === ',') fresh = true;
    else if (child.name === 'AssignOp') {
      places.pop();
      break;
    } else if (fresh) {
      places.push(child);
      fresh = false;
    }
  }
  return places;
};

const parameterAt = (
  chunk: Chunk,
  callee: string,
  places: readonly SyntaxNode[],
  index: number,
): string | undefined => {
  const key = places[index - 1];
  if (lookups.test(callee))
    return key?.name === 'String'
      ? asName(chunk.text.slice(key.from + 1, key.to - 1)).toLowerCase()
      : undefined;
  if (recurrent.test(callee))
    return (places.length === 1 ? ['units'] : ['input_size', 'hidden_size', 'num_layers'])[index];
  return signatures[callee]?.[index];
};

/** `h_0` in `h = [64, 128]`; the two of `betas` have names of their own. */
const namingOfEntry = (chunk: Chunk, node: SyntaxNode, list: SyntaxNode): Naming | undefined => {
  const index = childrenOf(list)
    .filter(({ name }) => !['(', ')', '[', ']', ','].includes(name))
    .findIndex(({ from }) => from === node.from);
  const whole = listNaming(chunk, list);
  if (index < 0 || whole === undefined) return undefined;
  const name = whole.name === 'betas' && index < 2 ? `beta${index + 1}` : `${whole.name}_${index}`;
  const { owner, target } = whole;
  return {
    name,
    ...(owner !== undefined && { owner }),
    ...(target !== undefined && { target }),
    form: { kind: 'entry', index },
  };
};

const listNaming = (
  chunk: Chunk,
  list: SyntaxNode,
): Pick<Naming, 'name' | 'owner' | 'target'> | undefined => {
  const parent = list.parent;
  if (!parent) return undefined;
  if (parent.name === 'AssignStatement') {
    const target = targetAround(chunk, list);
    return target?.direct === true && siblingBefore(list)?.name === 'AssignOp'
      ? { name: target.name }
      : undefined;
  }
  if (parent.name === 'ArrayExpression' || parent.name === 'TupleExpression')
    return namingOfEntry(chunk, list, parent);
  if (parent.name === 'ArgList' && siblingBefore(list)?.name !== 'AssignOp')
    return namingOfArgument(chunk, list, parent);
  return namingOf(chunk, list, parent);
};
