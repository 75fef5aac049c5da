import { isLegal } from '../space/encode.ts';
import type { Expression } from '../space/expression.ts';
import type { DerivedParameter, Parameter } from '../space/parameter.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { ChoicesBody, LiteralBody, RangeBody } from './grammar/item.ts';
import { aFix, anError, aWarning } from './grammar/problem.ts';
import { inferRange } from './inferRange.ts';
import { isWhole } from './literal/numberLiteral.ts';
import type { Slot } from './python/slots.ts';
import type { AnnotationProblem, Span, TunableRole } from './tunable.ts';

/** A slot that holds a literal. */
export type LiteralSlot = Slot & { readonly value: NonNullable<Slot['value']> | null };

type Made<T> = Result<T, AnnotationProblem>;

/** What a literal becomes by what is asked of it, under its final name. `at` is where problems without a place go. */
export const roleOf = (
  name: string,
  slot: LiteralSlot,
  body: Exclude<LiteralBody, { kind: 'broken' }>,
  at: Span,
): Made<TunableRole> => {
  switch (body.kind) {
    case 'range':
      return searched(rangeParameter(name, slot, body));
    case 'choices':
      return searched(success(choicesParameter(name, body)));
    case 'infer':
      return isSeed(slot, body)
        ? success({ kind: 'seed' })
        : inferred(name, slot, body.condition?.expression, at);
    case 'derived':
      return success({
        kind: 'derived',
        derived: derivedParameter(name, body.derived.expression, body.condition?.expression),
      });
    case 'budget':
      return typeof slot.value === 'number' && Number.isInteger(slot.value)
        ? success({ kind: 'budget', low: body.low.value, high: body.high.value })
        : failure(anError('type', 'A budget stands behind a whole number, such as epochs = 30.', at));
    case 'seed':
      return Number.isInteger(slot.value) || slot.value === null
        ? success({ kind: 'seed' })
        : failure(anError('type', 'A seed stands behind a whole number, such as seed = 0.', at));
  }
};

const searched = (made: Made<Parameter>): Made<TunableRole> =>
  made.ok ? success({ kind: 'search', parameter: made.value, inferred: false }) : made;

const derivedParameter = (
  name: string,
  expression: Expression,
  condition: Expression | undefined,
): DerivedParameter => ({
  name,
  expression,
  ...(condition && { condition }),
});

const rangeParameter = (name: string, slot: LiteralSlot, body: RangeBody): Made<Parameter> => {
  const span = { start: body.low.start, end: body.high.end };
  if (typeof slot.value !== 'number')
    return failure(
      anError(
        'type',
        `A range needs a number, and ${slot.name} is ${slot.text}: write choices such as [${slot.text}, …] instead.`,
        span,
      ),
    );
  const { low, high, step, factor } = body;
  const whole = low.whole && high.whole && isWhole(slot.text) && (step?.whole ?? true);
  const kind = body.type ?? (whole ? 'int' : 'float');
  const uneven =
    kind === 'int' ? [step, factor].find((each) => each && !Number.isInteger(each.value)) : undefined;
  if (uneven)
    return failure(
      anError(
        'type',
        'The steps of a whole number are whole: choose a whole step, or write the literal with a point.',
        uneven,
      ),
    );
  return success({
    kind,
    name,
    low: low.value,
    high: high.value,
    log: body.log,
    ...(step && { step: step.value }),
    ...(factor && { factor: factor.value }),
    ...(body.condition && { condition: body.condition.expression }),
  });
};

const choicesParameter = (name: string, { choices, ordered, condition }: ChoicesBody): Parameter => {
  const common = { name, ...(condition && { condition: condition.expression }) };
  const isBool = !ordered && choices.length === 2 && choices.every((choice) => typeof choice === 'boolean');
  return isBool ? { kind: 'bool', ...common } : { kind: 'categorical', choices, ordered, ...common };
};

/** Is the literal a seed, by its annotation or, where that is bare, by its name? */
export const isSeed = (slot: LiteralSlot, body: LiteralBody): boolean =>
  body.kind === 'seed' ||
  (body.kind === 'infer' &&
    !body.condition &&
    /(?:^|_)seed$/iu.test(slot.name) &&
    Number.isInteger(slot.value));

const inferred = (
  name: string,
  slot: LiteralSlot,
  condition: Expression | undefined,
  at: Span,
): Made<TunableRole> => {
  const parameter = inferRange(slot.name, slot.value, slot.text);
  if (!parameter)
    return failure(
      anError(
        'type',
        `No range follows from ${slot.text}: write the choices, such as # tune: [${slot.text}, …].`,
        at,
      ),
    );
  return success({
    kind: 'search',
    parameter: { ...parameter, name, ...(condition && { condition }) },
    inferred: true,
  });
};

/** A warning when the present value, which the first trial uses as it is, is not in its own search space. */
export const outsideWarning = (
  slot: LiteralSlot,
  role: TunableRole,
  body: LiteralBody,
): AnnotationProblem | undefined => {
  if (role.kind !== 'search' || isLegal(role.parameter, slot.value)) return undefined;
  if (body.kind === 'choices')
    return aWarning(
      'range',
      `${slot.text} is not among its own choices: the first trial uses it, no later one can. Add it to the choices.`,
      slot.span,
      aFix(`Add ${slot.text} to the choices`, { start: body.insertAt, end: body.insertAt }, `, ${slot.text}`),
    );
  if (body.kind !== 'range' || typeof slot.value !== 'number') return undefined;
  const bound = slot.value < body.low.value ? body.low : slot.value > body.high.value ? body.high : undefined;
  if (!bound)
    return aWarning(
      'range',
      `${slot.text} is not on its own steps: the first trial uses it, no later one can.`,
      slot.span,
    );
  return aWarning(
    'range',
    `${slot.text} lies outside its own range: the first trial uses it, no later one can. Widen the range.`,
    slot.span,
    body.log && slot.value <= 0 ? undefined : aFix(`Widen the range to ${slot.text}`, bound, slot.text),
  );
};
