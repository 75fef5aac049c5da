import { createSpace } from '../../src/engine/space/create.ts';
import type { DraftComposite, DraftParameter, SpaceDraft } from '../../src/engine/space/draft.ts';
import type { NormalPrior, ParamValue, SearchSpace } from '../../src/engine/space/parameter.ts';

/** Conditions, derived values and constraints as text. Throws where the draft is no space. */
export const spaceOf = (
  parameters: readonly (DraftParameter | DraftComposite)[],
  more: Partial<Omit<SpaceDraft, 'parameters'>> = {},
): SearchSpace => {
  const space = createSpace({ parameters, derived: [], constraints: [], ...more });
  if (!space.ok) throw new Error(space.error.map(({ message }) => message).join('\n'));
  return space.value;
};

interface NumberOptions {
  readonly log?: boolean;
  readonly step?: number;
  readonly factor?: number;
  readonly condition?: string;
  readonly prior?: NormalPrior;
}

export const float = (
  name: string,
  low: number,
  high: number,
  options: NumberOptions = {},
): DraftParameter => ({
  kind: 'float',
  name,
  low,
  high,
  log: false,
  ...options,
});

export const whole = (
  name: string,
  low: number,
  high: number,
  options: NumberOptions = {},
): DraftParameter => ({
  kind: 'int',
  name,
  low,
  high,
  log: false,
  ...options,
});

export const category = (
  name: string,
  choices: readonly ParamValue[],
  condition?: string,
): DraftParameter => ({
  kind: 'categorical',
  name,
  choices,
  ordered: false,
  ...(condition === undefined ? {} : { condition }),
});

export const ordered = (name: string, choices: readonly ParamValue[]): DraftParameter => ({
  kind: 'categorical',
  name,
  choices,
  ordered: true,
});

export const flag = (name: string, condition?: string): DraftParameter => ({
  kind: 'bool',
  name,
  ...(condition === undefined ? {} : { condition }),
});
