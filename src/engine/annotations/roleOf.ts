import { compositesOf, draftOf, exactFromShown, isList, isMadeOfParts } from '../space/composite.ts';
import { createSpace } from '../space/create.ts';
import { formatNumber } from '../space/describeParameter.ts';
import { gridValues, isLegal, snap } from '../space/encode.ts';
import type { Expression } from '../space/expression.ts';
import type {
  Composite,
  CompositeShape,
  DerivedParameter,
  ItemRange,
  Parameter,
  ParamValue,
} from '../space/parameter.ts';
import { rangeOfPrior } from '../space/prior.ts';
import { failure, type Result, success } from '../space/result.ts';
import type {
  ChoicesBody,
  CompositeBody,
  LiteralBody,
  NormalBody,
  RangeBody,
  ShapeBody,
} from './grammar/item.ts';
import { aFix, aGuess, anError, aWarning } from './grammar/problem.ts';
import { declaredRange } from './inferRange.ts';
import type { Language } from './language.ts';
import { grammarText } from './literal/grammarText.ts';
import { isWhole } from './literal/numberLiteral.ts';
import type { LiteralSlot } from './slot.ts';
import type { AnnotationProblem, Span, TunableRole } from './tunable.ts';

type Made<T> = Result<T, AnnotationProblem>;

/** What a literal becomes by what is asked of it, under its final name. `at` is where problems without a place go. */
export const roleOf = (
  name: string,
  slot: LiteralSlot,
  body: Exclude<LiteralBody, { kind: 'broken' }>,
  at: Span,
): Made<TunableRole> => {
  if (body.kind === 'composite') return compositeOf(name, slot, body, at);
  if (isList(slot.value))
    return failure(
      anError(
        'type',
        `${slot.name} is a list: write list 1..4 of 16..64, subset, permutation or simplex.`,
        at,
      ),
    );
  switch (body.kind) {
    case 'range':
      return searched(rangeParameter(name, slot, body));
    case 'normal':
      return searched(normalParameter(name, slot, body));
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

/** The item of a list is whole when the numbers in the literal are. */
const compositeOf = (
  name: string,
  slot: LiteralSlot,
  { shape, condition }: CompositeBody,
  at: Span,
): Made<TunableRole> => {
  const { value } = slot;
  if (!isList(value))
    return failure(
      anError('type', `This stands behind a list, such as [64, 64], and ${slot.name} is ${slot.text}.`, at),
    );
  const made = shapeOf(slot, value, shape, at);
  if (!made.ok) return made;
  return success({
    kind: 'composite',
    composite: { name, shape: made.value, ...(condition && { condition: condition.expression }) },
  });
};

const shapeOf = (
  slot: LiteralSlot,
  value: readonly ParamValue[],
  shape: ShapeBody,
  at: Span,
): Made<CompositeShape> => {
  switch (shape.kind) {
    case 'list': {
      const { least, most } = shape.counts;
      const item = itemOf(slot, value, shape.of);
      return item.ok ? success({ kind: 'list', least, most, item: item.value }) : item;
    }
    case 'permutation':
      return success({ kind: 'permutation', choices: shape.choices ?? value });
    case 'subset': {
      const choices = shape.choices ?? value;
      const { least, most } = shape.counts ?? { least: 0, most: choices.length };
      return success({ kind: 'subset', choices, least, most });
    }
    case 'simplex':
      return value.length < 2
        ? failure(anError('range', `${slot.name} needs at least two numbers that add up to a total.`, at))
        : success({ kind: 'simplex', size: value.length, total: shape.total?.value ?? 1 });
  }
};

/** What each item may be, judged by the items that stand there. */
const itemOf = (
  slot: LiteralSlot,
  value: readonly ParamValue[],
  of: (ShapeBody & { readonly kind: 'list' })['of'],
): Made<ItemRange> => {
  const items = slot.items ?? [];
  const odd = value.find((item) => (of.kind === 'choices' ? false : typeof item !== 'number'));
  const texts = items.map(({ text, number }) => number ?? text);
  // The item that says most: one with a point makes all of them real numbers.
  const text = texts.find((each) => !isWhole(each)) ?? texts[0] ?? '1';
  const like = { ...slot, text: odd === undefined ? text : slot.text, value: odd ?? Number(text) };
  const made =
    of.kind === 'choices'
      ? success(choicesParameter('', of))
      : of.kind === 'normal'
        ? normalParameter('', like, of)
        : rangeParameter('', like, of);
  if (!made.ok) return made;
  const { name: _, condition: __, ...item } = made.value;
  return success(item);
};

const normalParameter = (name: string, slot: LiteralSlot, body: NormalBody): Made<Parameter> => {
  if (typeof slot.value !== 'number')
    return failure(
      anError(
        'type',
        `A normal distribution needs a number, and ${slot.name} is ${slot.text}: write choices instead.`,
        body.span,
      ),
    );
  const { log, mean, sd, low, high, step, factor, condition } = body;
  const numbers = [low, high, step, ...(log ? [] : [mean, sd])];
  const kind =
    isWhole(slot.number ?? slot.text) && numbers.every((each) => each?.whole ?? true) ? 'int' : 'float';
  const prior = { kind: 'normal', mean: mean.value, sd: sd.value } as const;
  const usual = rangeOfPrior(prior, { kind, log });
  return success({
    kind,
    name,
    low: low?.value ?? usual.low,
    high: high?.value ?? usual.high,
    log,
    ...(step && { step: step.value }),
    ...(factor && { factor: factor.value }),
    prior,
    ...(condition && { condition: condition.expression }),
  });
};

const rangeParameter = (name: string, slot: LiteralSlot, body: RangeBody): Made<Parameter> => {
  const span = { start: body.low.start, end: body.high.end };
  if (typeof slot.value !== 'number')
    return failure(
      anError(
        'type',
        `A range needs a number, and ${slot.name} is ${slot.text}: write choices such as [${written(slot)}, …] instead.`,
        span,
      ),
    );
  const { low, high, step, factor } = body;
  const whole = low.whole && high.whole && isWhole(slot.number ?? slot.text) && (step?.whole ?? true);
  const kind = body.type ?? (whole ? 'int' : 'float');
  const uneven =
    kind === 'int' ? [step, factor].find((each) => each && !Number.isInteger(each.value)) : undefined;
  if (uneven)
    return failure(
      anError(
        'type',
        'The steps of a whole number are whole: choose a whole step, or write the literal with a point.',
        uneven,
        undefined,
        body.type === undefined ? [aGuess(`Write ${slot.text}.0`, slot.span, `${slot.text}.0`)] : [],
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
  const parameter = isList(slot.value)
    ? undefined
    : declaredRange(slot.name, slot.value, slot.allowed, slot.number ?? slot.text);
  if (!parameter)
    return failure(
      anError(
        'type',
        `No range follows from ${slot.text}: write the choices, such as # tune: [${written(slot)}, …].`,
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
  render: Language['render'],
): AnnotationProblem | undefined => {
  if (role.kind === 'composite' && isList(slot.value) && !isWithin(role.composite, slot.value))
    return aWarning(
      'range',
      `${slot.text} is none of its own lists: the first trial uses it, no later one can.`,
      slot.span,
    );
  if (role.kind !== 'search' || isList(slot.value) || isLegal(role.parameter, slot.value)) return undefined;
  if (body.kind === 'choices')
    return aWarning(
      'range',
      `${slot.text} is not among its own choices: the first trial uses it, no later one can. Add it to the choices.`,
      slot.span,
      aFix(
        `Add ${written(slot)} to the choices`,
        { start: body.insertAt, end: body.insertAt },
        `, ${written(slot)}`,
      ),
    );
  if ((body.kind !== 'range' && body.kind !== 'normal') || typeof slot.value !== 'number') return undefined;
  const { low, high } = body;
  if (!low || !high)
    return aWarning(
      'range',
      `${slot.text} lies outside its own range: the first trial uses it, no later one can.`,
      slot.span,
    );
  const bound = slot.value < low.value ? low : slot.value > high.value ? high : undefined;
  if (!bound) return unevenWarning(slot, role.parameter, render);
  return aWarning(
    'range',
    `${slot.text} lies outside its own range: the first trial uses it, no later one can. Widen the range.`,
    slot.span,
    body.log && slot.value <= 0
      ? undefined
      : aFix(`Widen the range to ${written(slot)}`, bound, written(slot)),
  );
};

/** The literal as its annotation would write it. */
const written = ({ text, value }: LiteralSlot): string =>
  isList(value) ? text : grammarText({ text, value });

const unevenWarning = (
  slot: LiteralSlot,
  parameter: Parameter,
  render: Language['render'],
): AnnotationProblem => {
  const near = isList(slot.value) ? slot.value : snap(parameter, slot.value);
  const text = render(near, slot);
  return aWarning(
    'range',
    `${slot.text} is not on its own steps: the first trial uses it, no later one can.`,
    slot.span,
    undefined,
    [aGuess(`Change the value to ${text}`, slot.span, text)],
  );
};

/** A warning when the steps of a range never come to its upper end, which somebody wrote to be tried. */
export const unreachedWarning = (role: TunableRole, body: LiteralBody): AnnotationProblem | undefined => {
  if (role.kind !== 'search' || (body.kind !== 'range' && body.kind !== 'normal')) return undefined;
  const { high, step, factor } = body;
  const last = gridValues(role.parameter)?.at(-1);
  if (!high || !(step || factor) || typeof last !== 'number') return undefined;
  // What is missing by less than this is a rounding error of the steps.
  if (high.value - last <= Math.abs(high.value) * 1e-9) return undefined;
  const end = formatNumber(Number(last.toPrecision(12)));
  return aWarning(
    'range',
    `The steps end at ${end}: ${formatNumber(high.value)} is never tried.`,
    high,
    aGuess(`End the range at ${end}`, high, end),
  );
};

/** Is a list one of those that the composite can be? */
const isWithin = (composite: Omit<Composite, 'assembly'>, value: readonly ParamValue[]): boolean => {
  const draft = draftOf({ name: composite.name, shape: composite.shape });
  const made = createSpace({ parameters: [draft], derived: [], constraints: [] });
  if (!made.ok) return true; // what is wrong with the composite itself is said elsewhere
  const [own] = compositesOf(made.value);
  const parts = exactFromShown(made.value, { [composite.name]: value });
  const isLegalList = made.value.parameters.every((parameter) => {
    const part = parts[parameter.name];
    return part === undefined || isLegal(parameter, part);
  });
  return own !== undefined && isLegalList && isMadeOfParts(own.assembly, value);
};
