import { formatNumber } from '../../space/describeParameter.ts';
import type { ParamValue } from '../../space/parameter.ts';
import { isWhole } from '../literal/numberLiteral.ts';
import type { Asked } from './scale.ts';

/** What an annotation says to ask for something, behind `tune:`. Empty for what a bare `tune` means. */
export const annotationText = (asked: Asked, literal: string): string => {
  if (asked.kind === 'seed') return 'seed';
  if (asked.kind === 'budget') return `budget ${asked.low}..${asked.high}`;
  if (asked.kind === 'list') {
    const { least, most, item } = asked;
    return `list ${least}..${most} of ${annotationText({ kind: 'search', parameter: item }, '1')}`;
  }
  const { parameter } = asked;
  if (parameter.kind === 'bool') return '';
  if (parameter.kind === 'categorical')
    return `[${parameter.choices.map(choiceText).join(', ')}]${parameter.ordered ? ' ordered' : ''}`;
  const { low, high, log, kind, step, factor } = parameter;
  // A whole literal between whole ends would be searched as whole numbers: the point says otherwise.
  const needsPoint = kind === 'float' && isWhole(literal) && Number.isInteger(low) && Number.isInteger(high);
  const written = (value: number): string => (needsPoint ? `${value}.0` : bound(value, log && low < 0.01));
  const steps =
    step === undefined ? (factor === undefined ? '' : ` step ${factor}x`) : ` step ${formatNumber(step)}`;
  return `${written(low)}..${written(high)}${log ? ' log' : ''}${steps}`;
};

const choiceText = (choice: ParamValue): string => {
  if (choice === null) return 'None';
  if (typeof choice === 'boolean') return choice ? 'True' : 'False';
  return typeof choice === 'number' ? formatNumber(choice) : JSON.stringify(choice);
};

/** With an exponent where the other end has one: 1e-5..1e-1. */
const bound = (value: number, small: boolean): string => {
  const power = Math.log10(value);
  return small && value < 1 && Number.isInteger(Math.round(power * 1e9) / 1e9)
    ? `1e${Math.round(power)}`
    : formatNumber(value);
};
