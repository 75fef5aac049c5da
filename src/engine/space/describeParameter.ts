import type { Parameter, ParamValue } from './parameter.ts';

/** A parameter in the words of an annotation: `1e-5..0.1 log`, `16..256 log step 2x`, `["a", "b"] ordered`. */
export const describeParameter = (parameter: Parameter): string => {
  const condition = parameter.condition === undefined ? '' : ` if ${parameter.condition.text}`;
  return describeRange(parameter) + condition;
};

const describeRange = (parameter: Parameter): string => {
  if (parameter.kind === 'bool') return 'true | false';
  if (parameter.kind === 'categorical') {
    return `[${parameter.choices.map(describeChoice).join(', ')}]${parameter.ordered ? ' ordered' : ''}`;
  }
  const { low, high, log, step, factor } = parameter;
  const steps =
    step !== undefined
      ? ` step ${formatNumber(step)}`
      : factor !== undefined
        ? ` step ${formatNumber(factor)}x`
        : '';
  return `${formatNumber(low)}..${formatNumber(high)}${log ? ' log' : ''}${steps}`;
};

const describeChoice = (choice: ParamValue): string =>
  typeof choice === 'number' ? formatNumber(choice) : JSON.stringify(choice);

/** A number as a person writes it: exactly, with an exponent where that is shorter to read. */
export const formatNumber = (value: number): string => {
  const size = Math.abs(value);
  if (value === 0) return '0';
  if ((size >= 1e-3 && size < 1e6) || (Number.isInteger(value) && size < 1e15)) return String(value);
  return value.toExponential().replace('e+', 'e');
};
