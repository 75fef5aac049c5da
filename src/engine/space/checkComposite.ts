import { checkParameter } from './checkParameter.ts';
import type { DraftComposite } from './draft.ts';
import { formatNumber } from './describeParameter.ts';
import type { ParamValue } from './parameter.ts';
import type { SpaceProblem } from './problem.ts';

/** Each part is a parameter, and samplers look at each. */
export const mostParts = 1000;

type Complaint = Pick<SpaceProblem, 'code' | 'message'>;
const range = (message: string): Complaint => ({ code: 'range', message });

/** Problems with a composite's own numbers, choices or items. */
export const checkComposite = (draft: DraftComposite): readonly SpaceProblem[] => {
  const found = complaintOf(draft);
  if (found !== undefined) return [{ ...found, parameter: draft.name }];
  return draft.kind === 'list' ? checkParameter({ ...draft.item, name: draft.name }) : [];
};

const complaintOf = (draft: DraftComposite): Complaint | undefined => {
  switch (draft.kind) {
    case 'list':
      return checkCounts(draft.name, 'items', draft, mostParts);
    case 'permutation':
      return checkListed(draft.name, draft.choices);
    case 'subset':
      return (
        checkListed(draft.name, draft.choices) ??
        checkCounts(draft.name, 'choices', draft, draft.choices.length)
      );
    case 'simplex':
      return checkSimplex(draft);
  }
};

const checkCounts = (
  name: string,
  what: string,
  { least, most }: { readonly least: number; readonly most: number },
  limit: number,
): Complaint | undefined => {
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || least < 0)
    return range(`The numbers of ${what} of ${name} must be whole and not below 0.`);
  if (least > most)
    return range(
      `${name} is to have at least ${least} and at most ${most} ${what}. Write ${most}..${least}.`,
    );
  if (most === 0) return range(`${name} can have no ${what}. Let it have at least one.`);
  if (most > limit) return range(`${name} can have at most ${limit} ${what}, found ${most}.`);
  return undefined;
};

const checkListed = (name: string, choices: readonly ParamValue[]): Complaint | undefined => {
  if (choices.length < 2) return range(`${name} needs at least two choices, found ${choices.length}.`);
  if (choices.length > mostParts)
    return range(`${name} can have at most ${mostParts} choices, found ${choices.length}.`);
  const [problem] = checkParameter({ kind: 'categorical', name, choices, ordered: false });
  return problem;
};

const checkSimplex = ({
  name,
  size,
  total,
}: DraftComposite & { readonly kind: 'simplex' }): Complaint | undefined => {
  if (!Number.isSafeInteger(size) || size < 2 || size > mostParts)
    return range(`${name} must have from 2 to ${mostParts} shares, found ${formatNumber(size)}.`);
  if (!(Number.isFinite(total) && total > 0))
    return range(`The shares of ${name} must add up to more than 0.`);
  return undefined;
};
