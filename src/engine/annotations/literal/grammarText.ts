import { formatNumber } from '../../space/describeParameter.ts';
import type { ParamValue } from '../../space/parameter.ts';
import { readNumber } from './numberLiteral.ts';
import { readLiteral } from './scalarLiteral.ts';

/**
 * A literal as an annotation writes it, which is the same in all languages: as it stands in the source where the grammar
 * reads that as the same value, else plainly. YAML's `adam` becomes `"adam"`, C++'s `1e-3f` becomes `0.001`.
 */
export const grammarText = ({
  text,
  value,
}: {
  readonly text: string;
  readonly value: ParamValue;
}): string => {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return readNumber(text) === value ? text : formatNumber(value);
  return /^["']/u.test(text) && readLiteral(text) === value ? text : JSON.stringify(value);
};
