import type { CompositeShape, ItemRange, Parameter, ParamValue } from './parameter.ts';

/** A parameter in the words of an annotation: `1e-5..0.1 log`, `16..256 log step 2x`, `["a", "b"] ordered`. */
export const describeParameter = (parameter: Parameter): string => {
  const condition = parameter.condition === undefined ? '' : ` if ${parameter.condition.text}`;
  return describeRange(parameter) + condition;
};

/** A composite likewise: `list 1..4 of 16..512 log`, `subset ["a", "b", "c"] 1..2`. */
export const describeShape = (shape: CompositeShape): string => {
  switch (shape.kind) {
    case 'list':
      return `list ${counts(shape.least, shape.most)} of ${describeRange(shape.item)}`;
    case 'permutation':
      return `permutation ${describeChoices(shape.choices)}`;
    case 'subset':
      return `subset ${describeChoices(shape.choices)} ${counts(shape.least, shape.most)}`;
    case 'simplex':
      return `simplex${shape.total === 1 ? '' : ` total ${formatNumber(shape.total)}`}`;
  }
};

const counts = (least: number, most: number): string => (least === most ? `${least}` : `${least}..${most}`);

const describeRange = (parameter: ItemRange): string => {
  if (parameter.kind === 'bool') return 'true | false';
  if (parameter.kind === 'categorical')
    return `${describeChoices(parameter.choices)}${parameter.ordered ? ' ordered' : ''}`;
  const { low, high, log, step, factor, prior } = parameter;
  const steps =
    step !== undefined
      ? ` step ${formatNumber(step)}`
      : factor !== undefined
        ? ` step ${formatNumber(factor)}x`
        : '';
  const range = `${formatNumber(low)}..${formatNumber(high)}`;
  if (prior === undefined) return `${range}${log ? ' log' : ''}${steps}`;
  const curve = `${log ? 'lognormal' : 'normal'}(${formatNumber(prior.mean)}, ${formatNumber(prior.sd)})`;
  return `${curve} in ${range}${steps}`;
};

const describeChoices = (choices: readonly ParamValue[]): string =>
  `[${choices.map(describeChoice).join(', ')}]`;

const describeChoice = (choice: ParamValue): string =>
  typeof choice === 'number' ? formatNumber(choice) : JSON.stringify(choice);

/** A number as a person writes it: exactly, with an exponent where that is shorter to read. */
export const formatNumber = (value: number): string => {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if ((size >= 1e-3 && size < 1e6) || (Number.isInteger(value) && size < 1e15)) return String(value);
  return value.toExponential().replace('e+', 'e');
};
