import * as l10n from '@vscode/l10n';
import type { CompositeShape, ItemRange, TunableRole } from '../../engine/index.ts';
import { toShortValue } from '../state/words.ts';

/** What is asked of a literal, in a sentence for a person. */
export const spaceInWords = (role: TunableRole): string => {
  switch (role.kind) {
    case 'search':
      return rangeInWords(role.parameter);
    case 'composite':
      return shapeInWords(role.composite.shape);
    case 'derived':
      return l10n.t('Not searched: follows from other values.');
    case 'budget':
      return l10n.t(
        'How long a trial trains, from {0} to {1}: set by the rule for early stopping.',
        role.low,
        role.high,
      );
    case 'seed':
      return l10n.t('A seed: set anew for each trial, not searched.');
  }
};

const rangeInWords = (range: ItemRange): string => {
  if (range.kind === 'bool') return l10n.t('True or False');
  if (range.kind === 'categorical')
    return range.ordered
      ? l10n.t('One of {0} choices, of which neighbours are alike', range.choices.length)
      : l10n.t('One of {0} choices', range.choices.length);
  const [low, high] = [toShortValue(range.low), toShortValue(range.high)];
  const sentence =
    range.kind === 'int'
      ? l10n.t('A whole number from {0} to {1}', low, high)
      : l10n.t('A number from {0} to {1}', low, high);
  return [sentence, ...scaleInWords(range)].join(', ');
};

const scaleInWords = ({
  log,
  step,
  factor,
  prior,
}: ItemRange & { readonly kind: 'int' | 'float' }): readonly string[] => {
  const words: string[] = [];
  if (factor !== undefined) words.push(l10n.t('each {0} times the one before', toShortValue(factor)));
  else if (log) words.push(l10n.t('on a logarithmic scale'));
  if (step !== undefined) words.push(l10n.t('in steps of {0}', toShortValue(step)));
  if (prior !== undefined)
    words.push(l10n.t('expected around {0}', toShortValue(log ? tidy(Math.exp(prior.mean)) : prior.mean)));
  return words;
};

const shapeInWords = (shape: CompositeShape): string => {
  switch (shape.kind) {
    case 'list':
      return shape.least === shape.most
        ? l10n.t('A list of {0} items. Each: {1}', shape.most, rangeInWords(shape.item))
        : l10n.t('A list of {0} to {1} items. Each: {2}', shape.least, shape.most, rangeInWords(shape.item));
    case 'permutation':
      return l10n.t('These {0} items in some order', shape.choices.length);
    case 'subset':
      return l10n.t('From {0} to {1} of {2} items', shape.least, shape.most, shape.choices.length);
    case 'simplex':
      return l10n.t('{0} shares that add up to {1}', shape.size, toShortValue(shape.total));
  }
};

const tidy = (value: number): number => Number(value.toPrecision(3));
